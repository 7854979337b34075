"""What went out, noted at once beside the books, so that it outlives a process that dies before the books have it."""

import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import structlog

from storage.outbox import Letter

ENTRY = struct.Struct("<QI4x")  # a letter's number and its seal; one write of so few bytes is never half done by a kill
BEYOND = 1 << 62  # no letter's number; a power cut leaves anything
log = structlog.get_logger()


def seal(letter: Letter) -> int:
    """Tells this letter from another one that bears its number in books restored from a copy."""
    return zlib.crc32(f"{letter.key}\0{letter.text}".encode("utf-8", "replace"))


class Receipts:
    """A file of places used again and again: written without sync, for the kernel outlives the process.

    A power cut may lose or garble receipts, which costs repeated bubbles and nothing else.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._places: dict[int, int] = {}
        self._found: dict[int, int] = {}
        self._free: list[int] = []
        self._end = 0
        self._read()

    def _read(self) -> None:
        content = os.pread(self._file, os.fstat(self._file).st_size, 0)
        self._end = len(content) // ENTRY.size
        for place, (number, mark) in enumerate(ENTRY.iter_unpack(content[: self._end * ENTRY.size])):
            if 0 < number < BEYOND:
                self._places[number] = place
                self._found[number] = mark
        self._free = sorted(set(range(self._end)) - set(self._places.values()))

    def span(self) -> tuple[int, int]:
        """The least and the greatest letter of which the process before left a receipt; 0 and 0 when of none."""
        return min(self._found, default=0), max(self._found, default=0)

    def match(self, letters: Iterable[Letter]) -> Iterator[Letter]:
        """Those of the letters still waiting in the books that went out all the same; other receipts are let go."""
        known = [letter for letter in letters if self._found.get(letter.id) == seal(letter)]
        self.settle(self._found.keys() - {letter.id for letter in known})
        self._found = {}
        yield from known

    def note(self, letter: Letter) -> None:
        """This letter went out."""
        place = self._free.pop() if self._free else self._end
        try:
            os.pwrite(self._file, ENTRY.pack(letter.id, seal(letter)), place * ENTRY.size)
        except OSError as trouble:  # the books will know it a moment later
            log.warning("no receipt", cause=type(trouble).__name__)
        self._end = max(self._end, place + 1)
        self._places[letter.id] = place

    def settle(self, numbers: Iterable[int]) -> None:
        """The books know of these letters."""
        for number in numbers:
            place = self._places.pop(number, None)
            if place is not None:
                self._free.append(place)

    def close(self) -> None:
        """Nothing is noted from here on."""
        os.close(self._file)
        self._file = -1
