"""What `frontdesk entries` shows of what the windows vouch for (2-03)."""

import sys
from dataclasses import asdict
from typing import Any

import yaml

from bot import clerk
from bot.clock import Clock
from bot.console import complain, say, settings_or_leave
from handlers.consulting.entries import altered
from rules.calendar import local
from rules.consulting import holds_until, is_due
from storage.catalogue import Centre
from storage.centre_rows import read_centre
from storage.consulting import CURRENT, listed


def read(topic: str = "") -> tuple[Centre, list[Any]]:
    """The centre, and the versions of a topic or all that are told or wait."""
    with clerk.looking(settings_or_leave().database) as (_, connection):
        centre = read_centre(connection)
        named = next((key for key, item in centre.items.items() if item.name == topic), topic)
        return centre, listed(connection, named)


def show(window: str, due_only: bool) -> None:
    """One line an entry: its window, version, when checked and until when it holds."""
    centre, rows = read()
    today, count = local(Clock().now()).date(), 0
    for row in rows:
        due = row.state == CURRENT and is_due(local(row.checked).date(), today, centre.readings)
        if (due or not due_only) and window in ("", row.window, centre.unit_name(row.window)):
            say_row(centre, row, due)
            count += 1
    if not count:
        say("doctor/entry_none")


def show_versions(topic: str) -> int:
    """Every version with who wrote, approved and checked it, and how often it was told; 1 when there is none."""
    centre, rows = read(topic)
    for row in rows:
        say_row(centre, row, False)
        say("doctor/entry_body", body=row.body, fields=altered({}, row.body))
    if not rows:
        complain("doctor/entry_none")
    return 0 if rows else 1


def say_row(centre: Centre, row: Any, due: bool) -> None:
    named = {who: _name(centre, getattr(row, who)) for who in ("drafted_by", "approved_by", "checked_by")}
    item = centre.items.get(row.topic)
    until = holds_until(local(row.checked).date(), centre.readings) if row.checked else None
    say("doctor/entry", row=row, due=due, until=until, window=centre.unit_name(row.window), **named,
        called=item.name if item else row.body.get("question", ""))  # fmt: skip


def _name(centre: Centre, person: str) -> str:
    found = centre.person(person)
    return found.name if found else ""


def export(window: str) -> None:
    """What is told now, as the centre's files write it: what is loaded again changes nothing."""
    yaml.safe_dump(exported(read()[0], window), sys.stdout, allow_unicode=True, sort_keys=False)


def exported(centre: Centre, window: str = "") -> list[dict[str, Any]]:
    """The rows of items.yaml, without what is left empty."""
    mine = [item for item in centre.items.values() if window in ("", item.window, centre.unit_name(item.window))]
    return [{name: list(value) if isinstance(value, tuple) else value for name, value in asdict(item).items()
             if name != "version" and (value or name == "materials")} for item in mine]  # fmt: skip
