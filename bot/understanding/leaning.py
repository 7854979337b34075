"""Which intent a text leans to, by the weights of its characters, sounds and signs.

The weights are learnt from sentences by tests/understanding/train.py and kept as data in lexicon/leaning.tsv.
"""

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.understanding.grievance import Shown
from bot.understanding.wording import Folded

KINDS = ("complaint", "appointment", "unknown", "smalltalk")
SIZES = (6, 10, 16, 25, 40, 60, 100)
ROOM, FEWEST, SINGLE, SOUND, SIGN, AGAIN, SIZE = 3.0, 4, 0.6, 0.7, 1.0, 0.7, 0.5
FINE, FAR = 100, 5.8
Weights = Mapping[str, tuple[int, ...]]


class Leans(NamedTuple):
    """The chances of each of KINDS; and how likely a matter is for elsewhere, as the logarithm of the odds."""

    complaint: float
    appointment: float
    unknown: float
    smalltalk: float
    outward: float

    @property
    def none(self) -> float:
        """The chance of a matter."""
        return 1 - sum(self[: len(KINDS)])


class Leaning:
    """Weights by trait, in hundredths: one for each of KINDS against none of them, one for elsewhere against ours."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def of(self, folded: Folded, shown: Shown, near: dict[str, float]) -> Leans:
        """How a text leans that comes near to such matters; without weights, to nothing more than to another."""
        seen = traits(folded, shown) | near
        found = [(self._weights[name], value) for name, value in seen.items() if name in self._weights]
        *said, outward = (sum(held[n] * value for held, value in found) / FINE for n in range(len(KINDS) + 1))
        highest = max(0.0, *said)
        odds = [math.exp(one - highest) for one in said]
        chances = [one / (sum(odds) + math.exp(-highest)) for one in odds]
        return Leans(chances[0], chances[1], chances[2], chances[3], max(-FAR, min(FAR, outward)))


def traits(folded: Folded, shown: Shown) -> dict[str, float]:
    """What is weighed of a text: grams of characters and sounds, less each the longer it is, ends, size and signs."""
    share = ROOM / math.sqrt(max(FEWEST, len(folded.chars)))
    weighed = {gram: share * weight for gram, weight in _grams(folded)}
    signs = dict.fromkeys(shown, SIGN) | {f"{name} again": AGAIN for name, count in shown.items() if count > 1}
    return weighed | signs | {f"up to {size}": SIZE for size in SIZES if len(folded.chars) <= size} | {"always": 1.0}


def _grams(folded: Folded) -> Iterator[tuple[str, float]]:
    chars, sounds = folded.chars, folded.sounds
    for at in range(len(chars)):
        yield chars[at], SINGLE
        if at + 1 < len(chars):
            yield chars[at : at + 2], 1.0
            yield f"{sounds[at]} {sounds[at + 1]}", SOUND
        if at + 2 < len(chars):
            yield chars[at : at + 3], 1.0
    yield f"^{chars[:2]}", 1.0
    yield f"{chars[-2:]}$", 1.0
    yield f"{chars[-1:]}$", 1.0
