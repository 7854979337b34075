"""`frontdesk doctor`: looks everything over and says in plain words what to do about it."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import clerk
from bot.clock import Clock
from bot.console import say, settings_or_leave, words_of
from bot.healthcheck import ask
from bot.readiness import backup_alarms, calendar_alarms, disk_alarms, letter_alarms
from bot.settings import Settings
from bot.upkeep import first_fault
from storage import machine, migrating
from storage.centre_rows import read_centre
from storage.database import Database, Occupied, take_writing
from storage.schema import instant
from storage.standing import Lately, Standing, lately, standing

LATELY = timedelta(days=7)
OWN = ("writer:", "scheduler:", "routing:", "channel:", "database:")  # the rest is looked up here

Finding = tuple[bool, str, dict[str, Any]]


def examine() -> int:
    """Say every finding; 1 when one of them needs somebody."""
    settings = settings_or_leave()
    well = True
    for ok, path, values in _findings(settings):
        well = well and ok
        say(path, **values)
    return 0 if well else 1


def show_settings() -> None:
    """Every setting as it was read; of a secret only whether there is one."""
    settings = settings_or_leave()
    for name, field in Settings.model_fields.items():
        value, variable = getattr(settings, name), str(field.validation_alias or f"FRONTDESK_{name.upper()}")
        if name == "database_url" and value:
            value = sa.make_url(value).render_as_string(hide_password=True)
        say("doctor/setting", name=variable, value=str(value) if value not in (None, "") else "")


def _findings(settings: Settings) -> Iterator[Finding]:
    with clerk.looking(settings.database) as (database, connection):
        yield from _books(settings, database, connection)
    running = _running(Database(settings.database))
    yield running
    if running[0] and settings.port:
        yield from _told(settings)
    low = " ".join(map(words_of, disk_alarms(settings.data)))
    yield not low, "doctor/check_disk", {"words": low, "free": shutil.disk_usage(settings.data).free // 2**20}
    yield _logs(settings.data / "logs")
    names = [name for name, there in (("Telegram", settings.telegram_token.get_secret_value()),
                                      ("WeCom", settings.wecom_corp_id)) if there]  # fmt: skip
    yield True, "doctor/check_channels", {"names": " ".join(names)}
    late = " ".join(map(words_of, backup_alarms(settings.data, Clock().now()))) if settings.backup_key else ""
    is_set = bool(settings.backup_key) or settings.demonstration
    yield is_set and not late, "doctor/check_backup", {"is_set": is_set, "words": late}
    yield from _permissions(settings, Database(settings.database))


def _books(settings: Settings, database: Database, connection: sa.Connection) -> Iterator[Finding]:
    why = _damage(database, connection)
    yield not why, "doctor/check_database", {"why": why}
    newest = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == migrating.newest()
    yield newest, "doctor/check_migration", {"ok": newest}
    fault, lines = first_fault(database, connection, settings.audit_key.get_secret_value())
    yield not fault, "doctor/check_chain", {"fault": fault, "lines": lines}
    yield from _contents(connection)
    if not settings.demonstration:  # there the clock is turned at will
        yield _clock(connection)
    yield from _left_over(connection)


def _damage(database: Database, connection: sa.Connection) -> str:
    if not database.sqlite:
        return ""
    found = str(connection.scalar(sa.text("PRAGMA quick_check(1)")))
    return "" if found == "ok" else found


def _contents(connection: sa.Connection) -> Iterator[Finding]:
    centre, today = read_centre(connection), Clock().now().date()
    people = {"name": centre.name, "windows": len(centre.windows), "people": len(centre.staff)}
    yield bool(centre.windows), "doctor/check_centre", people
    missing = " ".join(map(words_of, calendar_alarms(centre.calendar, today)))
    yield not missing, "doctor/check_calendar", {"words": missing, "year": centre.calendar.last_noticed_year}


def _clock(connection: sa.Connection) -> Finding:
    now = Clock().now()
    newest = connection.scalar(sa.select(machine.audit.c.at).order_by(machine.audit.c.seq.desc()).limit(1))
    last = instant(newest) if newest else now
    ok = last <= now + timedelta(minutes=1)
    return ok, "doctor/check_clock", {"ok": ok, "now": now, "last": last}


def _left_over(connection: sa.Connection) -> Iterator[Finding]:
    now = Clock().now()
    waiting = Standing(*connection.execute(standing(now)).one())
    late = " ".join(map(words_of, letter_alarms(waiting, now)))
    yield not late, "doctor/check_waiting", {"words": late, "count": waiting.letters_due}
    found = Lately(*connection.execute(lately(now - LATELY)).one())
    yield not found.put_aside, "doctor/check_aside", {"count": found.put_aside}
    yield not found.letters_refused, "doctor/check_dead", {"count": found.letters_refused}
    yield not found.timers_failed, "doctor/check_timers", {"count": found.timers_failed}
    yield not found.files_lost, "doctor/check_files", {"count": found.files_lost, "waiting": waiting.files_waiting}


def _running(database: Database) -> Finding:
    running = False
    try:
        database.hold()
        if not database.sqlite:
            with clerk.opened(database.url.render_as_string(hide_password=False)) as (_, connection):
                running = not take_writing(connection, patience=0)
    except Occupied:
        running = True
    database.let_go()
    return running, "doctor/check_running", {"running": running}


def _told(settings: Settings) -> Iterator[Finding]:
    """What only the running desk can know, in its own words."""
    answer = ask(settings, "/readyz")
    yield answer is not None, "doctor/check_answers", {"ok": answer is not None, "port": settings.port}
    if answer is not None:
        names, issues = [*answer.get("reasons", ()), *answer.get("warnings", ())], answer.get("issues", ())
        for words in [words for name, words in zip(names, issues, strict=True) if name.startswith(OWN)]:
            yield False, "doctor/check_told", {"words": words}


def _logs(folder: Path) -> Finding:
    days = len(list(folder.glob("desk.jsonl*")))
    return bool(days), "doctor/check_logs", {"days": days}


def _permissions(settings: Settings, database: Database) -> Iterator[Finding]:
    places = [(settings.data, "700")]
    if database.sqlite:
        places += [(Path(database.path + ".key"), "600"), (Path(database.path), "600")]
    for place, mode in places:
        if place.exists():
            ok = not place.stat().st_mode & 0o077
            yield ok, "doctor/check_permission", {"ok": ok, "where": place.name, "mode": mode}
