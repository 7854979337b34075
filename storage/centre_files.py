"""A centre's files as rows that know their line, their fields what they must be."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.templates import Words

LINE, TWICE = "__line__", "__twice__"
TEXT, NUMBER, YES_NO, LIST, DAY = "text", "number", "yes_no", "list", "day"

Shape = Mapping[str, str]  # field → what it must be; a trailing ? where it may be left out
Row = dict[str, Any]

SHAPES: dict[str, Shape] = {
    "windows.yaml": {
        "id": TEXT, "name": TEXT, "organisation": TEXT, "number": TEXT, "floor": NUMBER, "phone": TEXT,
        "one_person": YES_NO, "duties": TEXT, "booking": TEXT, "slot_minutes": "number?", "places_per_slot": "number?",
    },
    "items.yaml": {
        "id": TEXT, "name": TEXT, "aliases": "list?", "window": TEXT, "materials": LIST,
        "promised_working_days": "number?", "on_the_spot": "yes_no?", "fee": "text?", "notes": "text?",
        "legal_working_days": "number?", "hours": "text?", "place": "text?", "phone": "text?",
    },
    "elsewhere.yaml": {
        "id": TEXT, "name": TEXT, "organisation": TEXT, "place": TEXT, "phone": TEXT, "keywords": "list?",
    },
    "staff.yaml": {"id": TEXT, "name": TEXT, "role": TEXT, "unit": TEXT, "supervises": "list?"},
    "rota.yaml": {"date": DAY, "officer": TEXT, "stand_by": "text?"},
}  # fmt: skip
OWN: Shape = {"name": TEXT, "address": TEXT, "service_hotline": TEXT, "complaint_phone": TEXT, "quiet_hours": "text?",
              "duty_pool": "text?", "timezone": "text?"}  # fmt: skip
SECTION: Shape = {"id": TEXT, "name": TEXT}
EMERGENCY: Shape = {"name": TEXT, "phone": TEXT}


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong where; `reason` is a key of templates/centre/bad_row.txt, `value` what it is about."""

    file: str
    line: int
    reason: str
    value: str = ""

    def said(self, words: Words) -> str:
        """The line the administrator reads."""
        values = {"file": self.file, "line": self.line, "reason": self.reason, "value": self.value}
        return words.say("centre/bad_row", values).text


class _Lines(yaml.CSafeLoader):
    """Keeps the line each mapping began on, and the fields written twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        return {**super().construct_mapping(node, deep=deep), LINE: node.start_mark.line + 1, TWICE: twice}


def read(folder: Path, name: str, kind: type, bad: list[BadRow]) -> Any:
    try:
        found = yaml.load((folder / name).read_text(encoding="utf-8"), _Lines)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError):
        bad.append(BadRow(name, 1, "unreadable"))
        return kind()
    except (yaml.YAMLError, ValueError) as trouble:
        mark = getattr(trouble, "problem_mark", None)
        bad.append(BadRow(name, mark.line + 1 if mark else 1, "not_yaml"))
        return kind()
    if not isinstance(found, kind):
        bad.append(BadRow(name, 1, "wrong_shape"))
        return kind()
    return found


def listed(file: str, found: Any, shape: Shape, bad: list[BadRow]) -> list[Row]:
    """The rows whose fields are what they must be, each id once."""
    if not isinstance(found, list):
        bad.append(BadRow(file, 1, "wrong_shape", "" if found is None else str(bare(found))[:40]))
        return []
    kept: dict[str, Row] = {}
    key = next(iter(shape))
    for row in found:
        wrong = list(wrong_fields(file, row, shape))
        if not wrong and str(row[key]) in kept:
            wrong = [BadRow(file, row[LINE], "twice", str(row[key]))]
        bad += wrong
        if not wrong:
            kept[str(row[key])] = row
    return list(kept.values())


def wrong_fields(file: str, row: Any, shape: Shape) -> Iterator[BadRow]:
    if not isinstance(row, dict):
        yield BadRow(file, 1, "wrong_shape", str(row)[:40])
        return
    for name in row[TWICE]:
        yield BadRow(file, row[LINE], "field_twice", str(name))
    for name, kind in shape.items():
        value = row.get(name)
        if value in (None, "") and not kind.endswith("?"):
            yield BadRow(file, row[LINE], "missing", name)
        elif value is not None and not is_kind(value, kind.removesuffix("?")):
            yield BadRow(file, row[LINE], f"not_{kind.removesuffix('?')}", name)


def is_kind(value: Any, kind: str) -> bool:
    match kind:
        case "text":
            return isinstance(value, str)
        case "number":
            return type(value) is int and value >= 0
        case "yes_no":
            return isinstance(value, bool)
        case "list":
            return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
        case _:
            return type(value) is date or (isinstance(value, str) and _is_day(value))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def bare(value: Any) -> Any:
    """Without the line numbers; days as text."""
    if isinstance(value, dict):
        return {k: bare(v) for k, v in value.items() if k not in (LINE, TWICE)}
    if isinstance(value, list):
        return [bare(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value
