"""What commands share: settings or one clear sentence, and words on the terminal."""

import os
import socket
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import sqlalchemy as sa
from pydantic import ValidationError

from bot.alarms import Alarm
from bot.settings import Settings
from bot.templates import Words

WRONG, OCCUPIED = 2, 3
_words = Words()


def say(path: str, **values: Any) -> None:
    """Words for whoever started the command, on standard output."""
    sys.stdout.write(_words.say(path, values).text + "\n")
    sys.stdout.flush()


def words_of(alarm: Alarm) -> str:
    """What the matter is and what to do."""
    return alarm.words(_words)


def complain(path: str, **values: Any) -> None:
    """The same on standard error."""
    sys.stderr.write(_words.say(path, values).text + "\n")
    sys.stderr.flush()


def leave(code: int, path: str, **values: Any) -> NoReturn:
    """Complain in one sentence and end the command."""
    complain(path, **values)
    raise SystemExit(code)


def settings_or_leave() -> Settings:
    """The settings as the environment has them; what is wrong is named without its value, which may be a secret."""
    os.umask(0o077)
    if (file := os.environ.get("FRONTDESK_CONFIG")) and not Path(file).is_file():
        leave(WRONG, "doctor/wrong_setting", name="FRONTDESK_CONFIG", why=file)
    if file and Path(file).stat().st_mode & 0o077:
        leave(WRONG, "doctor/open_setting", where=file)
    try:
        settings = Settings.model_validate({})
        sa.make_url(settings.database)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        leave(
            WRONG, "doctor/wrong_setting", name=_variable(first["loc"]), why=first["msg"].removeprefix("Value error, ")
        )
    except sa.exc.ArgumentError:
        leave(WRONG, "doctor/wrong_setting", name="FRONTDESK_DATABASE_URL", why="sqlite:///PATH | postgresql://…")
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        leave(WRONG, "doctor/wrong_setting", name="FRONTDESK_CONFIG", why=type(wrong).__name__)
    return settings


def database_of(given: str) -> str:
    """The database a command was given, else the desk's own."""
    if not given:
        return settings_or_leave().database
    try:
        sa.make_url(given)
    except sa.exc.ArgumentError:
        leave(WRONG, "doctor/wrong_setting", name="--database", why="sqlite:///PATH | postgresql://…")
    return given


def _variable(where: Iterable[int | str]) -> str:
    name = ".".join(map(str, where))
    return name if name.isupper() or not name else f"FRONTDESK_{name.upper()}"


def open_door(settings: Settings) -> socket.socket:
    """The port to listen on, or one sentence why not."""
    door = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((settings.host, settings.port))
    except OSError as trouble:
        leave(WRONG, "doctor/no_door", host=settings.host, port=settings.port, why=trouble.strerror or "")
    return door


def own_folder(settings: Settings) -> None:
    """The data folder, for nobody else to read; or one sentence why not."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.data.chmod(0o700)
    except OSError as trouble:
        leave(WRONG, "doctor/no_folder", where=settings.data, why=trouble.strerror or "")
