"""Taking over a centre's folder: all or nothing, every bad row named with file, line and reason."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from rules.people import Person, Role
from storage.books import Books
from rules.reception import DutyDay
from storage.catalogue import Centre, fact, rota, staff
from storage.centre_rows import calendar_of, centre_of, readings_of

LINE = "__line__"
BOOKING = ("slots", "arranged", "none")
NEEDED: dict[str, tuple[str, ...]] = {
    "windows.yaml": ("id", "name", "organisation", "number", "floor", "phone", "one_person", "duties", "booking"),
    "items.yaml": ("id", "name", "window", "materials"),
    "elsewhere.yaml": ("id", "name", "organisation", "place", "phone"),
    "staff.yaml": ("id", "name", "role", "unit"),
    "rota.yaml": ("date", "officer"),
}


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong where; `reason` is a short key that templates/centre/bad_row.txt turns into words."""

    file: str
    line: int
    reason: str
    value: str = ""


class BadCentre(ValueError):
    """A folder that cannot be taken over; `rows` names everything that is wrong."""

    def __init__(self, rows: list[BadRow]) -> None:
        super().__init__("; ".join(f"{r.file}:{r.line} {r.reason} {r.value}" for r in rows))
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Loaded:
    """A folder that was read whole."""

    facts: Mapping[str, Mapping[str, Any]]
    people: Mapping[str, Person]
    days: Mapping[date, DutyDay]
    warnings: tuple[BadRow, ...] = ()

    @property
    def centre(self) -> Centre:
        return centre_of(self.facts, self.people, self.days)


class _Lines(yaml.CSafeLoader):
    """Keeps the line each mapping began on."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep=deep)
        return {**found, LINE: node.start_mark.line + 1}


def load_folder(folder: Path) -> Loaded:
    """Read and check all files of a centre. Raises BadCentre naming every bad row."""
    bad: list[BadRow] = []
    own = _read(folder, "centre.yaml", dict, bad)
    rows = {name: _rows(folder, name, bad) for name in NEEDED}
    bad += _check(own, rows)
    if bad:
        raise BadCentre(bad)
    return Loaded(_facts(own, rows), _people(rows["staff.yaml"]), _days(rows["rota.yaml"]), tuple(_doubts(rows)))


def _read(folder: Path, name: str, kind: type, bad: list[BadRow]) -> Any:
    try:
        found = yaml.load((folder / name).read_text(encoding="utf-8"), _Lines)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError):
        bad.append(BadRow(name, 1, "unreadable"))
        return kind()
    except yaml.YAMLError as trouble:
        mark = getattr(trouble, "problem_mark", None)
        bad.append(BadRow(name, mark.line + 1 if mark else 1, "not_yaml"))
        return kind()
    if found is None and kind is list:
        return []
    if not isinstance(found, kind):
        bad.append(BadRow(name, 1, "wrong_shape"))
        return kind()
    return found


def _rows(folder: Path, name: str, bad: list[BadRow]) -> list[dict[str, Any]]:
    kept, seen = [], set()
    key = NEEDED[name][0]
    for row in _read(folder, name, list, bad):
        if not isinstance(row, dict):
            bad.append(BadRow(name, 1, "wrong_shape", str(row)[:40]))
            continue
        missing = [field for field in NEEDED[name] if row.get(field) in (None, "")]
        bad += [BadRow(name, row[LINE], "missing", field) for field in missing]
        if not missing:
            if str(row[key]) in seen:
                bad.append(BadRow(name, row[LINE], "twice", str(row[key])))
            seen.add(str(row[key]))
            kept.append(row)
    return kept


def _check(own: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> Iterator[BadRow]:
    windows = {row["id"] for row in rows["windows.yaml"]}
    units = windows | {row.get("id") for row in own.get("sections") or []}
    people = {row["id"] for row in rows["staff.yaml"]}
    yield from _check_own(own)
    for row in rows["windows.yaml"]:
        yield from _check_window(row)
    for row in rows["items.yaml"]:
        yield from _known("items.yaml", row, "window", windows, "unknown_window")
        if not isinstance(row["materials"], list):
            yield BadRow("items.yaml", row[LINE], "not_a_list", "materials")
    for row in rows["staff.yaml"]:
        yield from _known("staff.yaml", row, "unit", units, "unknown_unit")
        yield from _known("staff.yaml", row, "role", {str(r) for r in Role} - {"citizen"}, "unknown_role")
    for row in rows["rota.yaml"]:
        yield from _check_day(row, people)


def _check_own(own: dict[str, Any]) -> Iterator[BadRow]:
    for name in ("name", "address", "service_hotline", "complaint_phone"):
        if not own.get(name):
            yield BadRow("centre.yaml", own.get(LINE, 1), "missing", name)
    checks: tuple[Callable[[Mapping[str, Any]], Any], ...] = (calendar_of, readings_of)
    for build in checks:
        try:
            build(_bare(own))
        except (ValueError, TypeError) as trouble:
            yield BadRow("centre.yaml", own.get(LINE, 1), "bad_value", str(trouble)[:60])


def _check_window(row: dict[str, Any]) -> Iterator[BadRow]:
    if row["booking"] not in BOOKING:
        yield BadRow("windows.yaml", row[LINE], "bad_value", "booking")
    if row["booking"] == "slots":
        for name in ("slot_minutes", "places_per_slot"):
            if not isinstance(row.get(name), int) or row[name] <= 0:
                yield BadRow("windows.yaml", row[LINE], "missing", name)
    if not isinstance(row["floor"], int):
        yield BadRow("windows.yaml", row[LINE], "bad_value", "floor")


def _check_day(row: dict[str, Any], people: set[str]) -> Iterator[BadRow]:
    try:
        date.fromisoformat(str(row["date"]))
    except ValueError:
        yield BadRow("rota.yaml", row[LINE], "bad_value", str(row["date"]))
    for name in ("officer", "stand_by"):
        if row.get(name) and row[name] not in people:
            yield BadRow("rota.yaml", row[LINE], "unknown_person", str(row[name]))


def _known(file: str, row: dict[str, Any], name: str, known: set[Any], reason: str) -> Iterator[BadRow]:
    if row[name] not in known:
        yield BadRow(file, row[LINE], reason, str(row[name]))


def _doubts(rows: dict[str, list[dict[str, Any]]]) -> Iterator[BadRow]:
    """What is odd but may stand: a window called one-person that has another headcount."""
    for row in rows["windows.yaml"]:
        posted = sum(person["unit"] == row["id"] for person in rows["staff.yaml"])
        if posted and row["one_person"] != (posted == 1):
            yield BadRow("windows.yaml", row[LINE], "headcount", f"{row['id']} {posted}")


def _bare(value: Any) -> Any:
    """Without the line numbers."""
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k != LINE}
    return [_bare(v) for v in value] if isinstance(value, list) else value


def _facts(own: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    kinds = {"window": rows["windows.yaml"], "item": rows["items.yaml"], "elsewhere": rows["elsewhere.yaml"],
             "section": own.get("sections") or []}  # fmt: skip
    facts = {kind: {str(row["id"]): _bare(row) for row in found} for kind, found in kinds.items()}
    return {**facts, "centre": {"centre": _bare(own)}}


def _people(rows: list[dict[str, Any]]) -> dict[str, Person]:
    return {
        row["id"]: Person(row["id"], row["name"], Role(row["role"]), row["unit"], tuple(row.get("supervises") or ()))
        for row in rows
    }


def _days(rows: list[dict[str, Any]]) -> dict[date, DutyDay]:
    found = [DutyDay(date.fromisoformat(str(r["date"])), r["officer"], r.get("stand_by") or "") for r in rows]
    return {row.day: row for row in found}


def write_centre(books: Books, loaded: Loaded) -> None:
    """Put a loaded centre in place of the one before; who is no longer listed stays named but cannot act."""
    books.execute(sa.delete(fact))
    for kind, found in loaded.facts.items():
        rows = [{"kind": kind, "id": key, "position": n, "body": body} for n, (key, body) in enumerate(found.items())]
        if rows:
            books.execute(sa.insert(fact), rows)
    _write_staff(books, loaded)
    for day in loaded.days.values():
        books.execute(sa.delete(rota).where(rota.c.date == day.day))
        books.execute(sa.insert(rota).values(date=day.day, officer=day.officer, stand_by=day.stand_by))
    books.count("centre")


def _write_staff(books: Books, loaded: Loaded) -> None:
    books.execute(sa.update(staff).values(gone=True))
    books.execute(sa.delete(staff).where(staff.c.id.in_(list(loaded.people))))
    rows = [
        {"id": p.id, "position": n, "name": p.name, "role": str(p.role), "unit": p.unit,
         "supervises": list(p.supervises), "gone": False}
        for n, p in enumerate(loaded.people.values())
    ]  # fmt: skip
    if rows:
        books.execute(sa.insert(staff), rows)
