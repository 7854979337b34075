"""`frontdesk restore`: a backup is opened beside the desk's place, proved whole, and only then put there."""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import clerk
from bot.clock import Clock
from bot.console import OCCUPIED, WRONG, complain, leave, say, settings_or_leave
from bot.keeping import moving
from bot.keeping.backups import FORMAT, one_at_a_time, vault_of
from bot.keeping.vault import Kept, Vault, base_of, entering, sync
from bot.settings import Settings
from storage import attachments, erasing, machine, migrating, pages
from storage.audit import Chain
from storage.database import Database, Occupied
from storage.sealing import Broken, public_of, unsealed

LONGEST_HEAD = 1 << 16


@dataclass(slots=True)
class Found:
    """What a backup turned out to hold."""

    made: datetime
    seq: int = 0
    mac: str = ""
    fault: str = ""
    files: int = 0
    lost: int = 0
    erased: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def restore(folder: Path | None, key_file: Path, at: datetime | None, check: bool, even_so: bool) -> int:
    """Bring the desk back to a moment; with `check` only prove that it could be. 1 when anything does not add up."""
    settings = settings_or_leave()
    vault = Vault(folder) if folder else vault_of(settings)
    private = _private(key_file)
    chosen = _chosen(vault, at)
    with one_at_a_time(settings.data):
        found = _brought_back(Restoring(settings, vault, private, check, even_so), chosen)
    say("keeping/could_restore" if check else "keeping/restored", found=found, name=chosen.name)
    return 0


def _brought_back(restoring: "Restoring", chosen: Kept) -> "Found":
    try:
        return restoring.run(chosen)
    except (Broken, ValueError, LookupError, OSError, sa.exc.DatabaseError) as trouble:
        leave(1, "keeping/broken", name=chosen.name, why=type(trouble).__name__)
    finally:
        restoring.end()


def _private(key_file: Path) -> str:
    with suppress(OSError, ValueError):
        text = key_file.read_text("ascii").strip()
        public_of(text)
        return text
    return leave(WRONG, "keeping/no_private_key", where=key_file.name)


def _chosen(vault: Vault, at: datetime | None) -> Kept:
    """The newest moment, or the newest not after `at`."""
    there = [one for one in vault.listed() if at is None or one.made <= at]
    if not there:
        leave(1, "keeping/no_backup", where=vault.folder.name)
    return there[-1]


class Restoring:
    """One run. Nothing of the desk is touched before everything has been proved."""

    def __init__(self, settings: Settings, vault: Vault, private: str, check: bool, even_so: bool) -> None:
        self.settings, self.vault, self.private = settings, vault, private
        self.check, self.even_so = check, even_so
        self.database = Database(settings.database)
        self.beside = settings.data / "restoring"
        self.file = self.beside / "desk.db"
        self.key = b""

    def run(self, chosen: Kept) -> Found:
        if not self.check:
            self._hold()
        self.clear()
        self.beside.mkdir(parents=True, mode=0o700)
        found = self._opened(chosen)
        self._prove(found)
        self._forget_the_erased(found)
        self._files(found)
        if not self.check:
            self._take_place()
        return found

    def clear(self) -> None:
        shutil.rmtree(self.beside, ignore_errors=True)

    def end(self) -> None:
        self.clear()
        self.database.let_go()

    def _hold(self) -> None:
        try:
            self.database.hold(restoring=True)
        except Occupied:
            leave(OCCUPIED, "keeping/alive", where=Path(self.database.path).name)
        if not self.database.sqlite:
            with clerk.alone(self.settings.database) as (target, here):
                moving.empty(target, here)

    # -- opening ---------------------------------------------------------------------------------------------------
    def _opened(self, chosen: Kept) -> Found:
        base = base_of(chosen, self.vault.listed())
        head = self._laid(base)
        if chosen != base:
            head = self._laid(chosen)
            if head["base"] != base.name:
                raise Broken("base")
        self.key = head["audit_key"].encode()
        self._same_key()
        return Found(datetime.fromisoformat(head["made"]), head["seq"], head["mac"])

    def _laid(self, one: Kept) -> dict[str, Any]:
        with (self.vault.folder / one.name).open("rb") as sealed:
            stream = unsealed(sealed, self.private)
            head, rest = _head(stream)
            pages.lay(_both(rest, stream), self.file, head["page"], head["pages"])
        return head

    def _same_key(self) -> None:
        """A backup somebody else sealed with the public key cannot know the key this desk draws its chain with."""
        given, beside = self.settings.audit_key.get_secret_value().encode(), self.database.key_file
        here = given or (beside.read_bytes() if beside.exists() else b"")
        if here and here != self.key:
            leave(1, "keeping/other_key", where=beside.name)

    # -- proving ---------------------------------------------------------------------------------------------------
    def _prove(self, found: Found) -> None:
        if why := pages.damage(self.file):
            raise Broken(why)
        with closing(pages.reading(self.file).connect()) as books:
            chain = Chain.resume(self.key, books)
            found.fault = next(chain.faults(books), "")
            if (chain.head.seq, chain.head.mac) != (found.seq, found.mac):
                raise Broken("head of the chain")
            for name in ("booking", "complaint", "contact", "request"):
                table = sa.table(name)
                found.counts[name] = books.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        if found.fault:
            complain("keeping/chain_broken", fault=found.fault)
            self._stop_unless_told()

    def _stop_unless_told(self) -> None:
        if not self.even_so:
            leave(1, "keeping/even_so")

    def _forget_the_erased(self, found: Found) -> None:
        """Who was erased after this backup is erased in it again."""
        listed = self.vault.erased() | Vault(self.settings.data).erased()
        url = f"sqlite:///{self.file}"
        with clerk.opened(url) as (database, there):
            migrating.to_head(database, there.engine)
            again = erasing.missing(there, listed, self.key)
        for mark, person in again.items():
            with clerk.writing(url, self.key.decode(), "restore") as books:
                books.erasing(person, mark).erase()
        found.erased = len(set(filter(None, again.values())))

    def _files(self, found: Found) -> None:
        """Every file a row names is there with the digest it had; those already in place are read as well."""
        with closing(pages.reading(self.file).connect()) as books:
            kept = machine.attachment.c.state == attachments.KEPT
            digests = set(books.execute(sa.select(machine.attachment.c.digest).where(kept)).scalars())
        folder = self.settings.data / "files"
        if not self.check:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for digest in sorted(digests):
            found.files += 1
            found.lost += not (_holds(folder / digest, digest) or self._file(digest, folder))
        if found.lost:
            complain("keeping/files_lost", lost=found.lost, files=found.files)
            self._stop_unless_told()

    def _file(self, digest: str, folder: Path) -> bool:
        place = self.vault.file_of(digest, self.key)
        if not place.exists():
            return False
        whole = self.beside / "file"
        try:
            with place.open("rb") as sealed, entering(whole) as file:
                for piece in unsealed(sealed, self.private):
                    file.write(piece)
        except Broken:
            return False
        if not _holds(whole, digest):
            return False
        if not self.check:
            shutil.move(whole, folder / digest)
            sync(folder)
        return True

    # -- taking the place ------------------------------------------------------------------------------------------
    def _take_place(self) -> None:
        if not self.settings.audit_key.get_secret_value():
            moving.bring_key(self.key, self.database.key_file)
        if self.database.sqlite:
            self._put(Path(self.database.path))
        else:
            self._pour()
        (self.settings.data / "backup.marks").unlink(missing_ok=True)

    def _put(self, place: Path) -> None:
        """The desk that stood here is moved aside with its log, never deleted; no desk starts in between."""
        unfinished = Path(self.database.unfinished)
        unfinished.touch()
        sync(place.parent)
        aside = f"{place}.{Clock().now():%Y%m%d-%H%M%S}.before"
        for end in ("-wal", "-shm", ""):
            if Path(f"{place}{end}").exists():
                Path(f"{place}{end}").rename(f"{aside}{end}")
        shutil.move(self.file, place)
        sync(place.parent)
        Path(self.database.damaged_file).unlink(missing_ok=True)
        unfinished.unlink()
        sync(place.parent)

    def _pour(self) -> None:
        url = f"sqlite:///{self.file}"
        with clerk.opened(url) as (source, there), clerk.alone(self.settings.database) as (target, here):
            migrating.to_head(target, here.engine)
            there.exec_driver_sql(source.snapshot)
            moving.carry(there, here, self.key)
            there.exec_driver_sql("ROLLBACK")


def _head(stream: Iterator[bytes]) -> tuple[dict[str, Any], bytes]:
    """The first line of what was sealed, and what of the pages came with it."""
    line, newline, rest = next(stream, b"").partition(b"\n")
    head = json.loads(line)
    if not newline or len(line) > LONGEST_HEAD or head["format"] != FORMAT:
        raise Broken("head")
    return dict(head), rest


def _both(rest: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    yield rest
    yield from stream


def _holds(file: Path, digest: str) -> bool:
    """Is this file what its digest says?"""
    if not file.exists():
        return False
    with file.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest() == digest
