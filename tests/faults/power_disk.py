"""What a disk may hold after the power went: everything synced, and of the rest whatever it likes.

A recorded run (disk.c) is a list of acts. After a cut at any of them a file holds what its last sync had written; of
what was written since, any sectors in any order; names are made, moved and removed in order, the last of them perhaps
not yet.
"""

import random  # noqa: TID251 - with a fixed seed
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
HEAD = struct.Struct("<cHIQ")


class Act(NamedTuple):
    """One act on the disk."""

    op: str
    path: str
    at: int
    data: bytes


def acts_in(trace: Path) -> Iterator[Act]:
    """A recorded run, in order; a last act cut off by a death is none."""
    raw, here = trace.read_bytes(), 0
    while here + HEAD.size <= len(raw):
        op, length, size, at = HEAD.unpack_from(raw, here)
        here += HEAD.size
        if here + length + size > len(raw):
            return
        yield Act(op.decode(), raw[here : here + length].decode(), at, raw[here + length : here + length + size])
        here += length + size


@dataclass
class File:
    """What is surely on the disk, and what was done since."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[Act] = field(default_factory=list)

    def do(self, act: Act) -> None:
        if act.op == "S":
            for one in self.since:
                apply(self.synced, one.op, one.at, one.data)
            self.since.clear()
        else:
            self.since.append(act)


def apply(content: bytearray, op: str, at: int, data: bytes) -> None:
    if op == "T":
        content[at:] = bytes(max(0, at - len(content)))
    else:
        content += bytes(max(0, at - len(content)))
        content[at : at + len(data)] = data


@dataclass
class Disk:
    """Follows a run act by act; at any moment it can say what a cut would leave."""

    folder: Path
    names: dict[str, File] = field(default_factory=dict)  # as the running desk sees them
    kept: dict[str, File] = field(default_factory=dict)  # as the last sync of the folder left them
    moves: list[tuple[Act, File]] = field(default_factory=list)  # since then

    @classmethod
    def holding(cls, folder: Path, files: dict[str, bytes]) -> "Disk":
        """A disk with files that have long been there."""
        there = {str(folder / name): File(bytearray(content)) for name, content in files.items()}
        return cls(folder, dict(there), dict(there))

    def do(self, act: Act) -> None:
        if act.op in "CURL":
            move = act, File()
            rename(self.names, *move)
            self.moves.append(move)
        elif act.path in self.names:
            self.names[act.path].do(act)
        elif act.op == "S":  # a folder: every name in it is safe
            self.kept, self.moves = dict(self.names), []

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """One disk the desk may find at its next start, by the names of its files."""
        names = dict(self.kept)
        for move in self.moves[: chance.randint(0, len(self.moves))]:
            rename(names, *move)
        found = {path: survivor(file, chance) for path, file in names.items()}
        return {str(Path(path).relative_to(self.folder)): content for path, content in found.items()}


def rename(names: dict[str, File], act: Act, fresh: File) -> None:
    """Make, remove, move or double a name."""
    if act.op == "C":
        names[act.path] = fresh
    elif act.op == "U":
        names.pop(act.path, None)
    elif act.path in names:
        names[act.data.decode()] = names[act.path]
        if act.op == "R":
            del names[act.path]


def survivor(file: File, chance: random.Random) -> bytes:
    """What is found of one file: of the unsynced pieces none, all, the first, some whole writes or some sectors."""
    content, how = bytearray(file.synced), chance.choice(("none", "all", "first", "writes", "sectors", "sectors"))
    whole = [(act.op, act.at, act.data) for act in file.since]
    torn = [(act.op, at, data) for act in file.since for at, data in sectors(act)]
    pieces = whole if how == "writes" else torn
    if how == "first":
        pieces = pieces[: chance.randint(0, len(pieces))]
    share = {"none": 0.0, "all": 1.0, "first": 1.0}.get(how) or chance.random()
    for piece in pieces:
        if how != "none" and chance.random() < share:
            apply(content, *piece)
    if how == "sectors" and len(content) > len(file.synced) and chance.random() < 0.3:
        litter(content, len(file.synced), chance)
    return bytes(content)


def sectors(act: Act) -> Iterator[tuple[int, bytes]]:
    """A write as the pieces a disk writes whole; a truncation is one."""
    if act.op == "T":
        yield act.at, b""
    here, end = act.at, act.at + len(act.data)
    while here < end:
        following = min(end, (here // SECTOR + 1) * SECTOR)
        yield here, act.data[here - act.at : following - act.at]
        here = following


def litter(content: bytearray, start: int, chance: random.Random) -> None:
    """One new sector holds what lay on the disk before."""
    at = start + chance.randrange(len(content) - start)
    end = min(len(content), at + SECTOR)
    content[at:end] = chance.randbytes(end - at)
