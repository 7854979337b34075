"""What all tables share: one metadata, instants in UTC, JSON that stays readable."""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from rules.calendar import ZONE

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Identity = sa.BigInteger().with_variant(sa.Integer, "sqlite")


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


@lru_cache(maxsize=1024)
def stamp(instant: datetime) -> str:
    """UTC text with milliseconds: sorts as time does and reads the same on both databases. Naive values raise."""
    if instant.tzinfo is None:
        raise ValueError("a naive instant cannot be stored")
    since = instant - EPOCH
    return f"{_second(since.days * 86400 + since.seconds)}.{since.microseconds // 1000:03d}Z"


@lru_cache(maxsize=64)
def _second(count: int) -> str:
    """Everything a busy desk stamps falls into a few seconds, and writing out a day and a time is dear."""
    return (EPOCH + timedelta(seconds=count)).isoformat()[:19]


def instant(text: str) -> datetime:
    """The aware instant in the centre's zone that `stamp` wrote."""
    return datetime.fromisoformat(text).astimezone(ZONE)


@cache
def by_key(table: str) -> sa.Select[Any]:
    """The row of a table by its primary key, given as `key NAME`."""
    columns = metadata.tables[table].primary_key
    return sa.select(metadata.tables[table]).where(*(c == sa.bindparam(f"key {c.name}") for c in columns))


def keepable(text: str) -> str:
    """A stranger's text as every database can keep it: NUL and half characters become U+FFFD."""
    return _UNKEEPABLE.sub("\ufffd", text)


def added(name: str, kind: Any, default: Any) -> sa.Column[Any]:
    """A column a later migration brought: while it holds its default, the row's digest is what it was before."""
    server_default = sa.text(str(default).lower()) if isinstance(default, bool) else str(default)
    return sa.Column(name, kind, nullable=default is None, info={"added": default},
                     server_default=None if default is None else server_default)  # fmt: skip


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as `stamp` writes it."""

    impl = sa.String(24)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else stamp(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else instant(value)


class Json(TypeDecorator[Any]):
    """A small JSON value kept as text; Chinese keys stay Chinese."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)
