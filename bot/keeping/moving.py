"""`frontdesk move-database`: a whole centre from SQLite to PostgreSQL or back, compared row by row before it counts."""

from pathlib import Path

import sqlalchemy as sa

from bot import clerk
from bot.console import WRONG, leave, say, settings_or_leave
from storage import migrating, moving
from storage.audit import Chain, put_key
from storage.database import Database


def move_database(source_url: str, target_url: str) -> int:
    """Carry every row over; 1 when the source is not ready, the target not empty, or anything differs there."""
    given = settings_or_leave().audit_key.get_secret_value()
    _looks_like_one(source_url, target_url)
    with clerk.alone(source_url) as (source, there), clerk.alone(target_url) as (target, here):
        if migrating.current(there.engine) != migrating.newest():
            leave(1, "keeping/not_newest")
        key = given.encode() or _key(source)
        empty(target, here)
        there.exec_driver_sql(source.snapshot)
        counts = carry(there, here, key)
        there.exec_driver_sql("ROLLBACK")
        if not given:
            bring_key(key, target.key_file)
    say("keeping/moved", rows=sum(counts.values()), tables=len(counts), records=_records(counts))
    return 0


def _looks_like_one(*urls: str) -> None:
    for url in urls:
        try:
            sa.make_url(url)
        except sa.exc.ArgumentError:
            leave(WRONG, "doctor/wrong_setting", name="move-database", why="sqlite:///PATH | postgresql://…")
    source = sa.make_url(urls[0])
    if source.get_backend_name() == "sqlite" and not Path(source.database or "").exists():
        leave(1, "doctor/no_desk", where=Path(source.database or "").name)


def _key(source: Database) -> bytes:
    if not source.key_file.exists():
        leave(1, "doctor/no_key", where=source.key_file.name)
    return source.key_file.read_bytes()


def _records(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(name, count) for name, count in sorted(counts.items()) if count]


def empty(target: Database, here: sa.Connection) -> None:
    """A target with all tables and no row; ends the command where there is one."""
    migrating.to_head(target, here.engine)
    if found := moving.filled(here):
        leave(1, "keeping/not_empty", where=Path(target.url.database or "").name, tables=found)


def carry(there: sa.Connection, here: sa.Connection, key: bytes) -> dict[str, int]:
    """All rows, compared, and the chain verified where they arrived; nothing is left behind when anything is wrong."""
    here.exec_driver_sql("BEGIN")
    try:
        counts = moving.carry(there, here)
        fault = next(Chain.resume(key, here).faults(here), "")
        if fault:
            leave(1, "keeping/chain_broken", fault=fault)
        here.exec_driver_sql("COMMIT")
    except moving.Differs as differs:
        here.exec_driver_sql("ROLLBACK")
        leave(1, "keeping/differs", where=str(differs))
    except BaseException:
        here.exec_driver_sql("ROLLBACK")
        raise
    return counts


def bring_key(key: bytes, place: Path) -> None:
    """The chain's key beside its new database; one that lies there already must be the same."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not place.exists():
        put_key(key, place)
    elif place.read_bytes() != key:
        leave(1, "keeping/other_key", where=place.name)
