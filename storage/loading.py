"""Taking over a centre's folder: all or nothing, every bad row named with file, line and reason."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rules.people import Person, Post, Role
from rules.reception import BookingLimits, DutyDay, in_duty_pool
from storage.books import Books
from storage.catalogue import SUPERVISION, Centre, fact, rota, staff
from storage.centre_files import (
    DAY,
    EMERGENCY,
    LINE,
    NUMBER,
    OWN,
    SECTION,
    SHAPES,
    BadRow,
    Row,
    bare,
    is_kind,
    listed,
    read,
    wrong_fields,
)
from storage.centre_rows import centre_of, notices_of, readings_of

__all__ = ["BadCentre", "BadRow", "Loaded", "digest_of_folder", "load_folder", "write_centre"]

BOOKING = ("slots", "arranged", "none")
SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
FLOOR = re.compile(r"windows_floor_(\d+)")


class BadCentre(ValueError):
    """A folder that cannot be taken over; `rows` names everything that is wrong."""

    def __init__(self, rows: list[BadRow]) -> None:
        super().__init__("; ".join(f"{r.file}:{r.line} {r.reason} {r.value}" for r in rows))
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Loaded:
    """A folder that was read whole; `warnings` is what is odd but may stand."""

    facts: Mapping[str, Mapping[str, Any]]
    people: Mapping[str, Person]
    days: Mapping[date, DutyDay]
    warnings: tuple[BadRow, ...] = ()

    @property
    def centre(self) -> Centre:
        return centre_of(self.facts, self.people, self.days)


def load_folder(folder: Path) -> Loaded:
    """Read and check all files of a centre. Raises BadCentre naming every bad row."""
    bad: list[BadRow] = []
    own = read(folder, "centre.yaml", dict, bad)
    rows = {name: listed(name, read(folder, name, list, bad), shape, bad) for name, shape in SHAPES.items()}
    if own:
        bad += _check_own(own)
        for name, shape in (("sections", SECTION), ("emergency", EMERGENCY)):
            own[name] = listed("centre.yaml", own.get(name), shape, bad)
        bad += _check_rows(own, rows)
    if bad:
        raise BadCentre(sorted(bad, key=lambda row: (row.file, row.line)))
    facts = {**_facts(own, rows), "digest": {"folder": {"sha256": digest_of_folder(folder)}}}
    loaded = Loaded(facts, _people(rows["staff.yaml"]), _days(rows["rota.yaml"]))
    return replace(loaded, warnings=(*_doubts(rows), *_outside_pool(loaded.centre, rows["rota.yaml"])))


def digest_of_folder(folder: Path) -> str:
    """SHA-256 over the files of a centre as they lie there; a file that cannot be read counts as empty."""
    whole = hashlib.sha256()
    for name in ("centre.yaml", *SHAPES):
        place = folder / name
        whole.update(hashlib.sha256(place.read_bytes() if place.is_file() else b"").digest())
    return whole.hexdigest()


# -- sense -------------------------------------------------------------------------------------------------------
def _check_own(own: Row) -> Iterator[BadRow]:
    line = own[LINE]
    yield from wrong_fields("centre.yaml", own, OWN)
    if not _orderly(own.get("sessions")):
        yield BadRow("centre.yaml", line, "bad_sessions")
    for name in ("closures", "extra_days"):
        days = own.get(name) or []
        if not isinstance(days, list) or not all(is_kind(day, DAY) for day in days):
            yield BadRow("centre.yaml", line, "not_day", name)
    checks = (
        ("quiet_hours", _is_span),
        ("booking", _are_limits),
        ("readings", _are_readings),
        ("holidays", _are_notices),
    )
    for name, fits in checks:
        if own.get(name) is not None and not fits(bare(own[name])):
            yield BadRow("centre.yaml", line, "bad_value", name)


def _is_span(value: Any) -> bool:
    return SPAN.fullmatch(str(value)) is not None


def _are_limits(value: Any) -> bool:
    known = {limit.name for limit in fields(BookingLimits)}
    return isinstance(value, dict) and not value.keys() - known and all(is_kind(n, NUMBER) for n in value.values())


def _are_readings(value: Any) -> bool:
    try:
        readings_of({"readings": value})
    except (ValueError, TypeError):
        return False
    return True


def _are_notices(value: Any) -> bool:
    try:
        notices_of(value)
    except (LookupError, TypeError, ValueError, AttributeError):
        return False
    return True


def _orderly(sessions: Any) -> bool:
    """HH:MM-HH:MM each, in order and apart."""
    spans = [str(span) for span in bare(sessions).values()] if isinstance(sessions, dict) else []
    edges = [edge for span in spans for edge in span.split("-")]
    return bool(spans) and all(map(SPAN.fullmatch, spans)) and edges == sorted(set(edges))


def _check_rows(own: Row, rows: Mapping[str, list[Row]]) -> Iterator[BadRow]:
    windows, people = {row["id"] for row in rows["windows.yaml"]}, {row["id"] for row in rows["staff.yaml"]}
    units = windows | {row["id"] for row in own["sections"]}
    for row in rows["windows.yaml"]:
        yield from _check_window(row)
    for row in rows["items.yaml"]:
        yield from _known("items.yaml", row, "window", windows, "unknown_window")
    for row in rows["staff.yaml"]:
        yield from _known("staff.yaml", row, "unit", units, "unknown_unit")
        yield from _known("staff.yaml", row, "role", {*Role} - {Role.CITIZEN}, "unknown_role")
        yield from _check_supervised(row, units)
    for row in rows["rota.yaml"]:
        for name in ("officer", "stand_by"):
            yield from _known("rota.yaml", row, name, people, "unknown_person")
    if not any(row["unit"] == SUPERVISION and row["role"] == Role.SECTION_HEAD for row in rows["staff.yaml"]):
        yield BadRow("staff.yaml", 1, "no_supervision_head")


def _check_window(row: Row) -> Iterator[BadRow]:
    yield from _known("windows.yaml", row, "booking", BOOKING, "unknown_booking")
    if row["booking"] == "slots":
        for name in ("slot_minutes", "places_per_slot"):
            if not row.get(name):
                yield BadRow("windows.yaml", row[LINE], "missing", name)


def _check_supervised(row: Row, units: Iterable[str]) -> Iterator[BadRow]:
    for unit in row.get("supervises") or ():
        if unit not in units and not FLOOR.fullmatch(unit):
            yield BadRow("staff.yaml", row[LINE], "unknown_unit", unit)


def _known(file: str, row: Row, name: str, known: Iterable[Any], reason: str) -> Iterator[BadRow]:
    if row.get(name) and row[name] not in known:
        yield BadRow(file, row[LINE], reason, row[name])


def _doubts(rows: Mapping[str, list[Row]]) -> Iterator[BadRow]:
    """What is odd but may stand: a headcount that belies the file, a field nobody reads."""
    for row in rows["windows.yaml"]:
        posted = sum(person["unit"] == row["id"] for person in rows["staff.yaml"])
        if posted and row["one_person"] != (posted == 1):
            yield BadRow("windows.yaml", row[LINE], "headcount", f"{row['id']} {posted}")
    for file, shape in SHAPES.items():
        for row in rows[file]:
            yield from (BadRow(file, row[LINE], "unread", str(name)) for name in bare(row).keys() - shape.keys())


def _outside_pool(centre: Centre, rota_rows: Iterable[Row]) -> Iterator[BadRow]:
    """Officers a window can ill spare, or who stand at none: it may be meant so (1-01)."""
    for row in rota_rows:
        officer = centre.staff[row["officer"]]
        posted = centre.posted(officer.unit)
        post = Post(officer.id, officer.role, officer.unit, posted, centre.is_window(officer.unit), posted)
        if not in_duty_pool(post, centre.readings):
            yield BadRow("rota.yaml", row[LINE], "not_in_pool", officer.id)


# -- rows --------------------------------------------------------------------------------------------------------
def _facts(own: Row, rows: Mapping[str, list[Row]]) -> dict[str, dict[str, Any]]:
    kinds = {"window": rows["windows.yaml"], "item": rows["items.yaml"], "elsewhere": rows["elsewhere.yaml"],
             "section": own["sections"]}  # fmt: skip
    facts = {kind: {row["id"]: bare(row) for row in found} for kind, found in kinds.items()}
    return {**facts, "centre": {"centre": bare(own)}}


def _people(rows: list[Row]) -> dict[str, Person]:
    found = [Person(r["id"], r["name"], Role(r["role"]), r["unit"], tuple(r.get("supervises") or ())) for r in rows]
    return {person.id: person for person in found}


def _days(rows: list[Row]) -> dict[date, DutyDay]:
    found = [DutyDay(date.fromisoformat(str(r["date"])), r["officer"], r.get("stand_by") or "") for r in rows]
    return {row.day: row for row in found}


# -- into the books ----------------------------------------------------------------------------------------------
def write_centre(books: Books, loaded: Loaded) -> None:
    """Put a loaded centre in place of the one before, in the caller's transaction.

    Who is no longer listed stays named but cannot act, so do windows and items; days not listed keep their officers.
    """
    for row in _write(books, fact, _fact_rows(loaded)):
        if not row.gone:
            _give_up(books, row)
    for row in _write(books, staff, _staff_rows(loaded)):
        if not row.gone:
            books.execute(sa.update(staff).where(staff.c.id == row.id).values(gone=True))
            books.record("left", staff, row.id)
            books.roster.dismiss(row.id)
    books.consulting.take_over(loaded.centre.items)
    _write(books, rota, [{"date": d.day, "officer": d.officer, "stand_by": d.stand_by} for d in loaded.days.values()])
    books.count("centre")


def _give_up(books: Books, row: Any) -> None:
    """A window or item that bookings may name is kept as gone; anything else is removed."""
    here = (fact.c.kind == row.kind) & (fact.c.id == row.id)
    kept = row.kind in ("window", "item")
    books.execute(sa.update(fact).where(here).values(gone=True) if kept else sa.delete(fact).where(here))
    books.record("removed", fact, row.kind, row.id)


def _write(books: Books, table: sa.Table, rows: list[Row]) -> list[Any]:
    """Enter rows that are new or differ, each with its audit line; returns those of the table that were not given."""
    keys = [column.name for column in table.primary_key]
    there = {tuple(row._mapping[name] for name in keys): row for row in books.execute(sa.select(table))}
    for row in rows:
        key = tuple(row[name] for name in keys)
        before = there.pop(key, None)
        if before is not None and dict(before._mapping) == row:
            continue
        where = [table.c[name] == row[name] for name in keys]
        books.execute(sa.insert(table).values(row) if before is None else sa.update(table).where(*where).values(row))
        books.record("loaded", table, *key)
    return list(there.values())


def _fact_rows(loaded: Loaded) -> list[Row]:
    kinds = loaded.facts.items()
    return [{"kind": kind, "id": key, "position": n, "body": body, "gone": False}
            for kind, found in kinds for n, (key, body) in enumerate(found.items())]  # fmt: skip


def _staff_rows(loaded: Loaded) -> list[Row]:
    return [
        {"id": p.id, "position": n, "name": p.name, "role": str(p.role), "unit": p.unit,
         "supervises": list(p.supervises), "gone": False}
        for n, p in enumerate(loaded.people.values())
    ]  # fmt: skip
