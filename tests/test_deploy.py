"""What stands in deploy/ agrees with the desk it deploys."""

import re
import shutil
import subprocess
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


SETTINGS = DEPLOY.parent / "docs" / "settings.md"
SETTINGS_HEAD = """# Settings

From the environment, or from one TOML file named by `FRONTDESK_CONFIG` (mode 0600), where the names are those below in
small letters and without `FRONTDESK_` (`DATA` and `PORT` as they are). Generated from `bot/settings.py`, like
`deploy/.env.example`: `make accept`.

| variable | unless set | secret | meaning |
|---|---|---|---|
"""


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


def rows() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        variable, usual = field.validation_alias or f"FRONTDESK_{name.upper()}", default(field)
        secret = "yes" if hasattr(field.default, "get_secret_value") else ""
        meaning = str(field.description).replace("|", "\\|")
        yield f"| `{variable}` | {f'`{usual}`' if usual else ''} | {secret} | {meaning} |\n"


def test_the_table_of_settings_is_the_settings(request: pytest.FixtureRequest) -> None:
    wanted = SETTINGS_HEAD + "".join(rows())
    if request.config.getoption("--accept"):
        SETTINGS.write_text(wanted, encoding="utf-8")
    assert SETTINGS.read_text(encoding="utf-8") == wanted


def test_every_variable_named_in_deploy_is_a_setting() -> None:
    known = {str(f.validation_alias or f"FRONTDESK_{n.upper()}") for n, f in Settings.model_fields.items()}
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    for service in ("desk", "backup"):
        assert set(compose["services"][service]["environment"]) <= known


def test_the_unit_does_not_restart_what_a_restart_cannot_mend() -> None:
    unit = (DEPLOY / "frontdesk.service").read_text(encoding="utf-8")
    assert "RestartPreventExitStatus=2 3" in unit
    assert "ProtectSystem=strict" in unit


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize(("spoil", "well"), [(("", ""), True), (("ProtectHome=", "ProtectHoem="), False)])
@pytest.mark.parametrize("name", ["frontdesk.service", "frontdesk-backup.service"])
def test_systemd_reads_the_whole_unit(tmp_path: Path, name: str, spoil: tuple[str, str], well: bool) -> None:
    unit = (DEPLOY / name).read_text(encoding="utf-8").replace(*spoil)
    place = tmp_path / name
    place.write_text(re.sub("^ExecStart=\\S+", "ExecStart=/bin/true", unit, flags=re.M), encoding="utf-8")
    read = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(place)], capture_output=True, text=True, timeout=30, check=False
    )
    assert (not read.stdout + read.stderr) is well, read.stderr  # an unknown key is only said, not failed


def test_the_watchers_pages_stay_inside() -> None:
    inside = (DEPLOY / "Caddyfile").read_text(encoding="utf-8").partition("@inside path ")[2].splitlines()[0].split()
    assert set(inside) == {"/readyz", "/healthz", "/metrics"}


def test_a_container_asks_the_desk_itself_how_it_is() -> None:
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert 'CMD [".venv/bin/frontdesk", "healthcheck"]' in image
    desk = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["desk"]
    assert desk["logging"]["options"].keys() == {"max-size", "max-file"}  # what is to be kept is kept in /data/logs


def test_the_proxy_lets_a_whole_photo_through() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert f"max_size {MOST_BYTES // 2**20 + 1}MB" in caddy
