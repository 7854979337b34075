"""The folder of backups: bases, the steps after each, every file once, and who must stay erased."""

import hmac
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

BASE, STEP = ".base", ".step"
_WRITTEN = "%Y%m%dT%H%M%S.%fZ"
ALL_FOR, HOURLY_FOR = timedelta(hours=2), timedelta(hours=48)


@dataclass(frozen=True, slots=True, order=True)
class Kept:
    """One moment the desk can be brought back to."""

    made: datetime
    name: str

    @property
    def is_base(self) -> bool:
        return self.name.endswith(BASE)


def kept(name: str) -> Kept | None:
    """What a file's name says, or None for a file of another kind."""
    stem, end = name[: -len(BASE)], name[-len(BASE) :]
    try:
        made = datetime.strptime(stem, _WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Kept(made, name) if end in (BASE, STEP) else None


def superfluous(there: list[Kept], now: datetime, days: int) -> list[Kept]:
    """What may go: all of the last two hours stay, one an hour for two days, one a day for so many days, the newest."""
    stays: dict[str, Kept] = {}
    for one in sorted(there):
        age = now - one.made
        if age <= ALL_FOR:
            stays[one.name] = one
        elif age <= HOURLY_FOR:
            stays[f"{one.made:%Y%m%d%H}"] = one
        elif age <= timedelta(days=days):
            stays[f"{one.made:%Y%m%d}"] = one
    needed = {*stays.values(), *sorted(there)[-1:]}
    needed |= {base_of(one, there) for one in needed}
    return [one for one in sorted(there) if one not in needed]


def base_of(one: Kept, there: Iterable[Kept]) -> Kept:
    """The base a step stands on: the newest before it. Raises LookupError when it is gone."""
    bases = [base for base in there if base.is_base and base <= one]
    if not bases:
        raise LookupError(one.name)
    return max(bases)


class Vault:
    """Nobody who reads the folder learns more from it than how much there is and when it came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "files"
        self.erased_list = folder / "erased"

    def open(self) -> None:
        """Make the folders; what a killed backup left half written goes."""
        self.files.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in (*self.folder.glob("*.part"), *self.files.glob("*.part")):
            part.unlink()

    def listed(self) -> list[Kept]:
        """All moments, oldest first."""
        names = (path.name for path in self.folder.iterdir()) if self.folder.is_dir() else ()
        return sorted(found for name in names if (found := kept(name)))

    def name_for(self, now: datetime, end: str) -> str:
        """The next name: later than every other, whatever the clock says."""
        there = self.listed()
        made = max(now, there[-1].made + timedelta(milliseconds=1)) if there else now
        return f"{made.astimezone(UTC):{_WRITTEN}}{end}"

    def file_of(self, digest: str, key: bytes) -> Path:
        """Where a file people sent lies sealed; the name tells nothing to who does not have the chain's key."""
        return self.files / hmac.digest(key, f"file {digest}".encode(), "sha256").hex()

    def erased(self) -> set[str]:
        """The marks of everybody who was erased."""
        return set(self.erased_list.read_text("ascii").split()) if self.erased_list.exists() else set()

    def note_erased(self, marks: Iterable[str]) -> None:
        """Marks join the list, on the disk before this returns."""
        if fresh := sorted(set(marks) - self.erased()):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self.erased_list.open("a", encoding="ascii") as file:
                file.writelines(f"{mark}\n" for mark in fresh)
                file.flush()
                os.fsync(file.fileno())


@contextmanager
def entering(place: Path) -> Iterator[IO[bytes]]:
    """A file that is there whole or not at all."""
    part = place.with_name(place.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync(place.parent)


def sync(folder: Path) -> None:
    """What was renamed in a folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
