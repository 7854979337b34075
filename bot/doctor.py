"""`frontdesk doctor`: looks everything over and says in plain words what to do about it."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import clerk
from bot.clock import Clock
from bot.console import say, settings_or_leave
from bot.readiness import calendar_warning
from bot.settings import Settings
from bot.upkeep import first_fault
from storage import machine, migrating
from storage.centre_rows import read_centre
from storage.database import Database, Occupied, take_writing
from storage.schema import instant

LEAST_FREE_MB = 1024
LATELY = timedelta(days=7)

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
    yield _running(Database(settings.database))
    free = shutil.disk_usage(settings.data).free // 2**20
    yield free >= LEAST_FREE_MB, "doctor/check_disk", {"ok": free >= LEAST_FREE_MB, "free": free}
    names = [name for name, there in (("Telegram", settings.telegram_token.get_secret_value()),
                                      ("WeCom", settings.wecom_corp_id)) if there]  # fmt: skip
    yield True, "doctor/check_channels", {"names": " ".join(names)}
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
    warning = calendar_warning(centre.calendar, today)
    year = warning.split()[1] if warning else ""
    yield not warning, "doctor/check_calendar", {"warning": warning, "year": year}


def _clock(connection: sa.Connection) -> Finding:
    now = Clock().now()
    newest = connection.scalar(sa.select(machine.audit.c.at).order_by(machine.audit.c.seq.desc()).limit(1))
    last = instant(newest) if newest else now
    ok = last <= now + timedelta(minutes=1)
    return ok, "doctor/check_clock", {"ok": ok, "now": now, "last": last}


def _left_over(connection: sa.Connection) -> Iterator[Finding]:
    aside = connection.scalar(sa.select(sa.func.count()).select_from(machine.put_aside)) or 0
    yield not aside, "doctor/check_aside", {"count": aside}
    lately = machine.outbox.c.posted > Clock().now() - LATELY
    dead = sa.select(sa.func.count()).where(machine.outbox.c.state == machine.DEAD, lately)
    count = connection.scalar(dead) or 0
    yield not count, "doctor/check_dead", {"count": count}


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


def _permissions(settings: Settings, database: Database) -> Iterator[Finding]:
    places = [(settings.data, "700")]
    if database.sqlite:
        places += [(Path(database.path + ".key"), "600"), (Path(database.path), "600")]
    for place, mode in places:
        if place.exists():
            ok = not place.stat().st_mode & 0o077
            yield ok, "doctor/check_permission", {"ok": ok, "where": place.name, "mode": mode}
