"""What the administrator does from the command line; most of it also while the desk runs."""

import sys
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from bot import clerk
from bot.clock import Clock
from bot.console import WRONG, complain, database_of, leave, say, settings_or_leave
from bot.jobs import listed
from bot.templates import Words
from handlers import CONTENTS
from storage import machine, migrating
from storage.audit import Chain, Head
from storage.books import Books
from storage.centre_files import BadRow
from storage.centre_rows import read_centre
from storage.database import Database
from storage.loading import BadCentre, load_folder, write_centre


def load_centre(folder: Path, database_url: str) -> int:
    """Take over a folder, all or nothing; 1 when a row is bad, each named on standard error."""
    try:
        loaded = load_folder(folder)
    except BadCentre as bad:
        _name_rows(bad.rows)
        complain("centre/refused", count=len(bad.rows))
        return 1
    with clerk.writing(database_of(database_url), _audit_key(), "load") as books:
        write_centre(books, loaded)
    words = Words()
    for row in loaded.warnings:
        complain("centre/doubt", row=row.said(words))
    centre = loaded.centre
    say("centre/loaded", name=centre.name, windows=len(centre.windows), items=len(centre.items),
        people=len(centre.staff), days=len(centre.rota))  # fmt: skip
    return 0


def _name_rows(rows: list[BadRow]) -> None:
    for row in rows:
        complain("centre/bad_row", file=row.file, line=row.line, reason=row.reason, value=row.value)


def _audit_key() -> str:
    return settings_or_leave().audit_key.get_secret_value()


def migrate(database_url: str) -> None:
    """Bring the database to the newest migration; ends with 3 while a desk runs on it."""
    with clerk.alone(database_of(database_url)) as (database, connection):
        migrating.to_head(database, connection.engine)
    say("doctor/migrated", version=migrating.newest())


# -- clocks and letters ------------------------------------------------------------------------------------------
def list_jobs() -> None:
    """Every job and when it rings next."""
    for name, at in listed(CONTENTS.jobs, Clock().now()):
        say("doctor/job", name=name, at=at)


def run_job(name: str) -> int:
    """Do a job now; what it posts is sent by the desk at its next tick. 1 when it is unknown or fails."""
    job = next((job for job in CONTENTS.jobs if job.name == name), None)
    if job is None:
        leave(1, "doctor/no_job", name=name)
    try:
        with clerk.writing(settings_or_leave().database, _audit_key()) as books:
            job.run(books)
    except Exception as trouble:
        leave(1, "doctor/job_failed", name=name, why=type(trouble).__name__)
    say("doctor/job_done", name=name)
    return 0


def list_outbox() -> None:
    """Letters that wait and letters that could not be delivered, without words or names."""
    table = machine.outbox
    with clerk.looking(settings_or_leave().database) as (_, connection):
        staff = read_centre(connection).staff
        open_ones = table.c.state.in_((machine.WAITING, machine.DEAD))
        rows = connection.execute(sa.select(table).where(open_ones).order_by(table.c.id)).all()
    for row in rows:
        to = row.person if row.person in staff else row.person.partition(":")[0]
        say("doctor/letter", id=row.id, dead=row.state == machine.DEAD, posted=row.posted, to=to, why=row.note)
    if not rows:
        say("doctor/no_letters")


# -- proof and codes ---------------------------------------------------------------------------------------------
def verify(database_url: str, heads: Sequence[str] = ()) -> int:
    """Recompute the chain; prints `ok N lines`, or the first line or row that does not add up and gives 1."""
    try:
        sent = [Head.read(head) for head in heads]
    except ValueError:
        leave(WRONG, "doctor/wrong_setting", name="--head", why="SEQ:MAC")
    with clerk.looking(database_of(database_url)) as (database, connection):
        fault, lines = first_fault(database, connection, _audit_key(), sent)
    sys.stdout.write((fault or f"ok {lines} lines") + "\n")
    return 1 if fault else 0


def first_fault(
    database: Database, connection: sa.Connection, audit_key: str, sent: Sequence[Head] = ()
) -> tuple[str, int]:
    """The first fault of the chain, or "", and how many lines it has; `sent` are heads that left the machine."""
    beside = database.key_file
    if not audit_key and not beside.exists():
        leave(1, "doctor/no_key", where=beside.name)
    chain = Chain.resume(audit_key.encode() or beside.read_bytes(), connection)
    return next(chain.faults(connection, sent), ""), chain.head.seq


def new_code(person: str) -> int:
    """Print a one-time code for a colleague, given by id or full name; 1 when nobody or several are meant."""
    with clerk.writing(settings_or_leave().database, _audit_key()) as books:
        found = _colleague(books, person)
        code = books.roster.new_code(found, clerk.ACTOR) if found else ""
        colleague = books.centre.person(found)
    if not code:
        complain("doctor/nobody", person=person)
        return 1
    say("identity/code", code=code, colleague=colleague)
    return 0


def _colleague(books: Books, given: str) -> str:
    if given.upper() in books.centre.staff:
        return given.upper()
    named = books.centre.named(given)
    return named[0].id if len(named) == 1 else ""
