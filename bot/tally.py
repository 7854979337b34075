"""What is counted on the way: plain numbers, so that counting costs nothing; /metrics reads them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


class Spread:
    """How many values fell between the bounds, and their sum."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, *bounds: float) -> None:
        self.bounds: Sequence[float] = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def upto(self) -> list[tuple[float, int]]:
        """How many values were at most each bound, the last bound being endless."""
        found, so_far = [], 0
        for bound, count in zip((*self.bounds, float("inf")), self.counts, strict=True):
            so_far += count
            found.append((bound, so_far))
        return found


@dataclass(slots=True)
class Tally:
    """One desk's counts since it was opened. Names are the code's own, never a person's words."""

    heard: Counter[str] = field(default_factory=Counter)  # per channel
    stored: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)  # of accounts that said too much
    letters: Counter[str] = field(default_factory=Counter)  # posted, and what became of them
    letter_age: Spread = field(default_factory=lambda: Spread(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 21600))  # seconds
    pieces: Spread = field(default_factory=lambda: Spread(1, 2, 4, 8, 16, 32, 64, 128))  # per group
    commits: Spread = field(default_factory=lambda: Spread(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5))
    not_stored: int = 0
    routed: Counter[str] = field(default_factory=Counter)  # acted, asked, unknown
    routing: Spread = field(default_factory=lambda: Spread(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1))
