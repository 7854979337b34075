"""`frontdesk backup`: one state of the books and every file, sealed, while the desk runs.

A base holds all pages, a step those that changed since; what is made of them is the same file, page for page.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import clerk
from bot.clock import Clock
from bot.console import OCCUPIED, WRONG, complain, leave, say, settings_or_leave
from bot.keeping.vault import BASE, STEP, Vault, entering, superfluous
from bot.settings import Settings
from storage import attachments, erasing, machine, migrating, moving, pages
from storage.audit import Chain, load_key
from storage.database import Database
from storage.schema import stamp
from storage.sealing import PIECE, Sealer, check_public

FORMAT = 1
BASE_FOR = timedelta(hours=20)  # a nightly timer finds yesterday's base old enough
MOST_CHANGED = 0.5  # of the pages: a step that carries more is a base


class Damaged(Exception):
    """What was copied is not sound: it must not push out what was."""


@dataclass(slots=True)
class Marks:
    """What the last run knew, kept beside the database and never in the vault."""

    base: str = ""
    made: str = ""
    key: str = ""
    seen: str = ""  # how the database looked, to tell that nothing has changed
    pages: bytes = b""

    @classmethod
    def read(cls, place: Path) -> "Marks":
        with suppress(OSError, ValueError, TypeError):
            head, _, pages_ = place.read_bytes().partition(b"\n")
            return cls(**json.loads(head), pages=pages_)
        return cls()

    def write(self, place: Path) -> None:
        head = {"base": self.base, "made": self.made, "key": self.key, "seen": self.seen}
        with entering(place) as file:
            file.write(json.dumps(head).encode() + b"\n" + self.pages)


@dataclass(slots=True)
class Taken:
    """What a run did; `name` "" when nothing had changed."""

    name: str = ""
    size: int = 0
    files: int = 0
    missing: int = 0
    fault: str = ""
    gone: int = 0


def vault_of(settings: Settings) -> Vault:
    return Vault(settings.backups or settings.data / "backups")


def back_up(whole: bool = False) -> int:
    """Take a backup; 1 when that failed or something in it needs somebody, 2 without a key, 3 beside another."""
    settings = settings_or_leave()
    try:
        check_public(settings.backup_key)
    except ValueError:
        leave(WRONG, "keeping/no_public_key")
    try:
        with one_at_a_time(settings.data):
            taken = Backup(settings, Clock().now()).take(whole)
    except Damaged as why:
        leave(1, "keeping/damaged", why=why)
    except (OSError, sa.exc.SQLAlchemyError) as trouble:
        leave(1, "keeping/not_taken", why=type(trouble).__name__)
    say("keeping/taken" if taken.name else "keeping/unchanged", taken=taken)
    if taken.fault or taken.missing:
        complain("keeping/needs_a_look", taken=taken)
        return 1
    return 0


@contextmanager
def one_at_a_time(data: Path) -> Iterator[None]:
    """Backups and restores of a data folder do not meet; ends the command with 3 beside another."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "backup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            leave(OCCUPIED, "keeping/another_runs")
        yield


class Backup:
    """One run."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self.settings, self.now = settings, now
        self.database = Database(settings.database)
        self.vault = vault_of(settings)
        self.place = settings.data / "backup.marks"
        self.part = settings.data / "backup.part"
        self.key = load_key(settings.audit_key.get_secret_value(), self.database.key_file)

    def take(self, whole: bool) -> Taken:
        """Seal what there is, then let go what is too old."""
        marks, seen = Marks.read(self.place), self._looks()
        self.vault.open()
        known = marks.base and (self.vault.folder / marks.base).exists()
        if known and marks.seen == seen and not whole:
            self.place.touch()
            return Taken()
        try:
            self._copy()
            return self._keep(marks if known and not whole else Marks(), seen)
        finally:
            _remove(self.part)

    def _looks(self) -> str:
        """Differs whenever something was committed since."""
        if not self.database.sqlite:
            with clerk.opened(self.settings.database) as (_, connection):
                return str(connection.scalar(sa.text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")))
        stats = [Path(self.database.path + end) for end in ("", "-wal")]
        return " ".join(f"{s.st_mtime_ns}:{s.st_size}" for p in stats if p.exists() and (s := p.stat()))

    def _copy(self) -> None:
        _remove(self.part)
        if self.database.sqlite:
            with clerk.looking(self.settings.database):  # ends the command where there is no desk
                pages.copy(Path(self.database.path), self.part)
            return
        with clerk.looking(self.settings.database) as (_, there), clerk.opened(f"sqlite:///{self.part}") as (to, here):
            migrating.to_head(to, here.engine)
            here.exec_driver_sql("BEGIN")
            moving.carry(there, here)
            here.exec_driver_sql("COMMIT")
        pages.fold(self.part)

    # -- sealing ---------------------------------------------------------------------------------------------------
    def _keep(self, marks: Marks, seen: str) -> Taken:
        taken = Taken()
        old = not marks.made or self.now - datetime.fromisoformat(marks.made) > BASE_FOR
        if old or self._changed(marks) > MOST_CHANGED:
            taken.fault = self._proved()
            marks = Marks("", stamp(self.now), os.urandom(16).hex())
        with closing(pages.reading(self.part).connect()) as books:
            self._keep_files(books, taken)
            self.vault.note_erased(erasing.marks(books))
            head = self._head(books, marks)
        self._seal(marks, head, taken)
        marks.seen = seen
        marks.write(self.place)
        if not taken.fault:
            self._let_go(taken)
        return taken

    def _changed(self, marks: Marks) -> float:
        """The share of the pages a step would carry."""
        key = bytes.fromhex(marks.key)
        changed = sum(1 for _ in pages.differing(pages.pages_of(self.part), marks.pages, key))
        return changed * pages.size_of(self.part) / self.part.stat().st_size

    def _proved(self) -> str:
        """The first fault of the chain, or "". Raises Damaged when the file itself is not whole."""
        if why := pages.damage(self.part):
            raise Damaged(why)
        with closing(pages.reading(self.part).connect()) as books:
            return next(Chain.resume(self.key, books).faults(books), "")

    def _head(self, books: sa.Connection, marks: Marks) -> dict[str, Any]:
        head, size = Chain.head_in(books), pages.size_of(self.part)
        return {"format": FORMAT, "made": stamp(self.now), "base": marks.base, "seq": head.seq, "mac": head.mac,
                "audit_key": self.key.decode(), "page": size,
                "pages": self.part.stat().st_size // size}  # fmt: skip

    def _seal(self, marks: Marks, head: dict[str, Any], taken: Taken) -> None:
        taken.name = self.vault.name_for(self.now, STEP if marks.base else BASE)
        key, fresh = bytes.fromhex(marks.key), bytearray()
        every = pages.pages_of(self.part)
        if marks.base:
            every = pages.differing(every, marks.pages, key)
        else:
            every = _noting(every, lambda page: fresh.extend(pages.mark(page, key)))
        with entering(self.vault.folder / taken.name) as file:
            sealer = Sealer(file, self.settings.backup_key)
            sealer.write(json.dumps(head).encode() + b"\n")
            for piece in pages.packed(every):
                sealer.write(piece)
            sealer.close()
            taken.size = file.tell()
        if not marks.base:
            marks.base, marks.pages = taken.name, bytes(fresh)

    # -- files, and what is too old --------------------------------------------------------------------------------
    def _keep_files(self, books: sa.Connection, taken: Taken) -> None:
        """Every file once: it never changes, its digest is its name."""
        kept = machine.attachment.c.state == attachments.KEPT
        for digest in books.execute(sa.select(machine.attachment.c.digest).where(kept).distinct()).scalars():
            place, file = self.vault.file_of(digest, self.key), self.settings.data / "files" / digest
            if place.exists():
                continue
            if not file.exists():
                taken.missing += 1
                continue
            self._keep_file(file, place)
            taken.files += 1

    def _keep_file(self, file: Path, place: Path) -> None:
        with entering(place) as sealed, file.open("rb") as raw:
            sealer = Sealer(sealed, self.settings.backup_key)
            for piece in iter(lambda: raw.read(PIECE), b""):
                sealer.write(piece)
            sealer.close()

    def _let_go(self, taken: Taken) -> None:
        for old in superfluous(self.vault.listed(), self.now, self.settings.backup_days):
            (self.vault.folder / old.name).unlink()
            taken.gone += 1


def _noting(every: Iterable[pages.Page], note: Callable[[pages.Page], None]) -> Iterator[pages.Page]:
    for page in every:
        note(page)
        yield page


def _remove(part: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal", ".lock"):
        Path(f"{part}{end}").unlink(missing_ok=True)
