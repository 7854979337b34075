"""Letters in memory: a lane a recipient, each in the order of posting; what does not fit stays in the table."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from storage.outbox import Letter

MOST, LONGEST = 1000, 50  # lanes, and letters in one


class Lanes:
    """None of a person's letters overtakes one that is still in the table; at first any may be there."""

    def __init__(self, one: bool = False) -> None:
        self._one = one
        self._lanes: dict[str, deque[Letter]] = {}
        self._left: set[str] = set()  # lanes with letters left in the table
        self._looked_for: set[str] = set()  # and those that a look under way may find
        self._unread = True
        self.held: set[int] = set()  # from the moment a letter is taken until the books know what became of it

    def __len__(self) -> int:
        return len(self._lanes)

    def __getitem__(self, name: str) -> deque[Letter]:
        return self._lanes[name]

    def close(self, name: str) -> None:
        """Nothing is left in this lane."""
        del self._lanes[name]

    def full(self) -> list[str]:
        """People of whom nothing more is read from the table for now."""
        return [] if self._one else [name for name, lane in self._lanes.items() if len(lane) >= LONGEST]

    def wants(self, name: str) -> bool:
        """Is it time to look into the table again, now that this lane is empty?"""
        return name in self._left or bool(self._left and len(self._lanes) < MOST // 2)

    def take_new(self, letter: Letter) -> str | None:
        """Take a letter just posted; the lane's name when it was opened for it."""
        name = self._name(letter)
        if self._unread or name in self._left or name in self._looked_for:
            self._left.add(name)
            return None
        return self.take(letter)

    def take(self, letter: Letter) -> str | None:
        """Take a letter in its turn, if there is room; the lane's name when it was opened for it."""
        name = self._name(letter)
        lane = self._lanes.get(name)
        if letter.id in self.held:
            return None
        if not self._one and (len(self._lanes) >= MOST if lane is None else len(lane) >= LONGEST):
            self._left.add(name)
            return None
        self.held.add(letter.id)
        if lane is not None:
            lane.append(letter)
            return None
        self._lanes[name] = deque([letter])
        return name

    @contextmanager
    def look(self, without: Iterable[str]) -> Iterator["Look"]:
        """While the table is read: whatever is posted meanwhile stays behind what may be found."""
        look, before = Look(), self._left
        self._left, self._looked_for = set(), before
        try:
            yield look
        finally:
            look.again = look.whole and bool(self._left)
            self._left |= before.intersection(without) if look.whole else before
            self._looked_for = set()
            self._unread &= not look.whole

    def _name(self, letter: Letter) -> str:
        return "" if self._one else letter.person


class Look:
    """One look into the table: whether it saw all there was, and whether it missed what was posted during it."""

    whole = again = False
