"""Rows carried from one database to another, SQLite or PostgreSQL, and compared there one by one."""

from collections.abc import Iterator
from functools import cache
from itertools import islice, zip_longest
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from storage.schema import metadata

AT_ONCE = 5000


class Differs(Exception):
    """A row did not arrive as it set out: its table, and its place there."""


@cache
def as_kept(table: sa.Table) -> sa.Table:
    """The table with the values as the database keeps them: nothing is read into a meaning and written anew."""
    columns = (sa.Column(c.name, _plain(c.type), primary_key=c.primary_key) for c in table.c)
    return sa.Table(table.name, sa.MetaData(), *columns)


def _plain(kind: Any) -> Any:
    return sa.Text() if isinstance(kind, TypeDecorator) else kind


def filled(connection: sa.Connection) -> list[str]:
    """The tables that hold a row."""
    return [t.name for t in metadata.sorted_tables if connection.execute(sa.select(sa.true()).select_from(t)).first()]


def carry(source: sa.Connection, target: sa.Connection) -> dict[str, int]:
    """Every row of every table into empty ones, then compared there; how many rows each table has. Raises Differs.

    The caller's transaction on `target` is whole or not at all.
    """
    counts = {table.name: _pour(as_kept(table), source, target) for table in metadata.sorted_tables}
    for table in metadata.sorted_tables:
        _compare(as_kept(table), source, target)
    return counts


def _pour(table: sa.Table, source: sa.Connection, target: sa.Connection) -> int:
    rows, count = _rows(table, source), 0
    while batch := list(islice(rows, AT_ONCE)):
        if target.dialect.name == "postgresql":
            _copy_in(table, target, batch)
        else:
            target.execute(sa.insert(table), [dict(row._mapping) for row in batch])
        count += len(batch)
    return count


def _copy_in(table: sa.Table, target: sa.Connection, batch: list[sa.Row[Any]]) -> None:
    """PostgreSQL takes rows several times faster this way than by INSERT."""
    quote = target.dialect.identifier_preparer.quote
    columns = ", ".join(quote(c.name) for c in table.c)
    raw: Any = target.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as into:
        for row in batch:
            into.write_row(tuple(row))


def _compare(table: sa.Table, source: sa.Connection, target: sa.Connection) -> None:
    for place, (sent, came) in enumerate(zip_longest(_rows(table, source), _rows(table, target)), 1):
        if sent is None or came is None or tuple(sent) != tuple(came):
            raise Differs(f"{table.name} {place}")


def _rows(table: sa.Table, connection: sa.Connection) -> Iterator[sa.Row[Any]]:
    """In the order of the key, which both databases then sort by bytes."""
    keys = [_bytewise(c) if connection.dialect.name == "postgresql" else c for c in table.primary_key]
    rows = sa.select(table).order_by(*keys).execution_options(stream_results=True, yield_per=AT_ONCE)
    yield from connection.execute(rows)


def _bytewise(column: sa.Column[Any]) -> Any:
    return column.collate("C") if isinstance(column.type, sa.String) else column
