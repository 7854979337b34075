"""What stands in deploy/ agrees with the desk it deploys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.settings import Settings
from bot.web.photos import MOST_BYTES

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
ENVIRONMENT = DEPLOY / ".env.example"
HEAD = "# Every setting of the desk, as bot/settings.py has it. Copy to .env, fill in, chmod 600.\n"


def variables() -> Iterator[str]:
    """Each setting's comment and its line; the ones with a default of their own are commented out."""
    for name, field in Settings.model_fields.items():
        variable = field.validation_alias or f"FRONTDESK_{name.upper()}"
        yield f"\n# {field.description}\n#{variable}={default(field)}\n"


def default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value is PydanticUndefined or hasattr(value, "get_secret_value"):
        return ""
    return str(value)


def test_the_example_environment_is_the_settings(request: pytest.FixtureRequest) -> None:
    wanted = HEAD + "".join(variables())
    if request.config.getoption("--accept"):
        ENVIRONMENT.write_text(wanted, encoding="utf-8")
    assert ENVIRONMENT.read_text(encoding="utf-8") == wanted


def test_every_variable_named_in_deploy_is_a_setting() -> None:
    known = {str(f.validation_alias or f"FRONTDESK_{n.upper()}") for n, f in Settings.model_fields.items()}
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]["desk"]["environment"]) <= known


def test_the_unit_does_not_restart_what_a_restart_cannot_mend() -> None:
    unit = (DEPLOY / "frontdesk.service").read_text(encoding="utf-8")
    assert "RestartPreventExitStatus=2 3" in unit
    assert "ProtectSystem=strict" in unit


def test_the_proxy_lets_a_whole_photo_through() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert f"max_size {MOST_BYTES // 2**20 + 1}MB" in caddy
