"""`frontdesk healthcheck`: asks the running desk over its own door; for containers, timers and the doctor."""

import json
import urllib.error
import urllib.request
from typing import Any

from bot.console import complain, say, settings_or_leave
from bot.settings import Settings

PATIENCE = 4.0  # seconds
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked for, not bound


def check(ready: bool) -> int:
    """0 while the process answers, or with `ready` while no alarm stops the desk; else 1 and what is the matter."""
    settings = settings_or_leave()
    found = ask(settings, "/readyz" if ready else "/healthz")
    if found is None:
        complain("doctor/check_answers", ok=False, port=settings.port)
        return 1
    for issue in found.get("issues", ()):
        complain("doctor/check_told", words=issue)
    if well := found.get("ready", True):
        say("doctor/check_answers", ok=True, port=settings.port)
    return 0 if well else 1


def ask(settings: Settings, path: str) -> dict[str, Any] | None:
    """What the desk's own page says; {} where it says only ok, None where nobody answers."""
    host = EVERYWHERE.get(settings.host, settings.host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}{path}"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=PATIENCE) as answer:
            body = answer.read()
    except urllib.error.HTTPError as refused:
        body = refused.read()
    except OSError:
        return None
    return _object(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
