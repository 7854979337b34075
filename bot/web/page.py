"""The chat page itself: its words, its two static files, and the headers every answer carries."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TypeVar

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from starlette.requests import Request
from starlette.responses import Response

from bot.templates import say_clock, say_day, say_moment

WORDS = Path(__file__).resolve().parents[2] / "templates" / "web"
FORMS = WORDS.parent / "forms"
STATIC = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "line.js": "text/javascript",
    "demo.js": "text/javascript",
    "paper.css": "text/css",
    "icon.svg": "image/svg+xml",
}
FOR_A_YEAR = "public, max-age=31536000, immutable"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_Self = TypeVar("_Self")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page says about its centre; `personas` are (id, label) and only shown in a demonstration."""

    name: str
    hotline: str
    complaint_phone: str
    address: str
    demo: bool = False
    personas: tuple[tuple[str, str], ...] = ()


def guarded(
    endpoint: Callable[[_Self, Request], Awaitable[Response]],
) -> Callable[[_Self, Request], Awaitable[Response]]:
    """The endpoint, its answers bound to our own origin and never cached unless they say so."""

    @wraps(endpoint)
    async def with_headers(self: _Self, request: Request) -> Response:
        response = await endpoint(self, request)
        response.headers.update(HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return with_headers


class Page:
    """Renders the page and hands out its static files, each under a name that changes with its content."""

    def __init__(self, folder: Path = WORDS, filters: Mapping[str, Callable[[str], str]] | None = None) -> None:
        self._templates = SandboxedEnvironment(
            loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._templates.filters.update(day=say_day, moment=say_moment, clock=say_clock, **(filters or {}))
        self._static = {_hashed(name): name for name in STATIC}

    def words(self, utterance: str, **values: object) -> str:
        """What templates/web/<utterance>.html says."""
        return self._templates.get_template(f"{utterance}.html").render(values).strip()

    def html(self, facts: PageFacts, most_bytes: int) -> str:
        paths = {name: f"/web/static/{hashed}" for hashed, name in self._static.items()}
        return self.words("page", facts=facts, static=paths, most_bytes=most_bytes)

    def hashed(self, name: str) -> str:
        """The name a static file is served under."""
        return next(hashed for hashed, known in self._static.items() if known == name)

    def static(self, hashed: str) -> Response:
        """The file of that name and content, to be kept for a year; 404 for any other."""
        name = self._static.get(hashed)
        if name is None:
            return Response(status_code=404)
        return Response((WORDS / name).read_bytes(), media_type=STATIC[name], headers={"Cache-Control": FOR_A_YEAR})


def _hashed(name: str) -> str:
    stem, _, ending = name.partition(".")
    return f"{stem}.{hashlib.sha256((WORDS / name).read_bytes()).hexdigest()[:12]}.{ending}"
