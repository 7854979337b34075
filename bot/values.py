"""Values of the rules through JSON and back, so that a replayed conversation sees what the first run saw."""

import dataclasses
import enum
import importlib
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

MARK = "!"

_PLAIN: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


def writer(default: Callable[[Any], Any] | None = None, between: str = ", ", after: str = ": ") -> Callable[[Any], str]:
    """`json.dumps` in one way of writing; the standard library would make its encoder anew for every text."""
    plain: Any = json.JSONEncoder(ensure_ascii=False, default=default)
    made: Any = json.encoder
    pieces = made.c_make_encoder(
        None, plain.default, made.c_encode_basestring, None, after, between, False, False, True
    )
    return lambda value: "".join(pieces(value, 0))


def dumps(value: Any) -> str:
    """JSON text of `value`; Chinese stays readable, values of the rules are marked with their class."""
    return _written(value)


def loads(text: str) -> Any:
    """The value that `dumps` wrote. Raises ValueError for a class that is not one of the rules'."""
    return json.loads(text, object_hook=_decode) if f'"{MARK}"' in text else json.loads(text)


def through_json(value: Any) -> Any:
    """What a later replay will see in place of `value`."""
    return value if value is None or type(value) in (str, int, bool) else loads(dumps(value))


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return {MARK: f"{kind.__module__}:{kind.__qualname__}", **fields}
    if isinstance(value, timedelta):
        return {MARK: "timedelta", "s": value.total_seconds()}
    if isinstance(value, enum.Enum):
        return {MARK: f"{type(value).__module__}:{type(value).__qualname__}", "value": value.value}
    if isinstance(value, date | time):  # a datetime is a date
        return {MARK: type(value).__name__, "iso": value.isoformat()}
    raise TypeError(f"{type(value).__name__} cannot be kept in a conversation")


_written = writer(_encode, ",", ":")


def _decode(found: dict[str, Any]) -> Any:
    kind = found.pop(MARK, None)
    if kind is None:
        return found
    if kind in _PLAIN:
        return _PLAIN[kind](found["iso"])
    if kind == "timedelta":
        return timedelta(seconds=found["s"])
    module, _, name = kind.partition(":")
    if not module.startswith("rules.") and module not in ("storage.values",):
        raise ValueError(f"{kind} is not a value of the rules")
    return _build(getattr(importlib.import_module(module), name), found)


def _build(cls: Any, found: dict[str, Any]) -> Any:
    if issubclass(cls, enum.Enum):
        return cls(found["value"])
    names = {f.name: f for f in dataclasses.fields(cls)}
    return cls(**{k: _retype(names[k].type, v) for k, v in found.items() if k in names})


def _retype(annotation: Any, value: Any) -> Any:
    """JSON knows no tuples: give back those the class declares."""
    return tuple(value) if isinstance(value, list) and str(annotation).startswith("tuple") else value
