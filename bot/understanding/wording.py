"""A text as the router sees it: folded characters, sounds, and the positions they came from."""

import os
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

# The table of phrases costs a quarter of a second and 40 MB; single characters are enough here.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")

from pypinyin import Style, lazy_pinyin

LONGEST = 400
_FUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@dataclass(frozen=True, slots=True)
class Folded:
    """Lower-case letters, digits and characters of a text, each with its place in the original."""

    chars: str
    places: tuple[int, ...]
    sounds: tuple[str, ...]

    def original(self, text: str, first: int, last: int) -> str:
        """The piece of `text` between two folded positions, both included."""
        return text[self.places[first] : self.places[last] + 1]


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of folded text, both ends included."""

    first: int
    last: int


def where(match: re.Match[str] | None) -> Found | None:
    """The stretch an expression matched."""
    return Found(match.start(), match.end() - 1) if match else None


def fold(text: str) -> Folded:
    """Never fails; a text longer than LONGEST characters is read up to there."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text[:LONGEST]):
        for plain in unicodedata.normalize("NFKC", char).lower():
            if plain.isalnum():
                chars.append(plain)
                places.append(place)
    return Folded("".join(chars), tuple(places), tuple(sound(c) for c in chars))


@cache
def sound(char: str) -> str:
    """A character's first reading without tone, fused as southern and northern Jiangsu tongues fuse it."""
    return fuse(pinyin(char))


@lru_cache(8192)
def pinyin(char: str) -> str:
    """A character's first reading without tone; any other sign stays itself."""
    return str(lazy_pinyin(char, style=Style.NORMAL)[0]) if "一" <= char <= "鿿" else char


def fuse(read: str) -> str:
    for long, short in _FUSED:
        read = read.replace(long, short)
    return read


def syllables(letters: str, known: frozenset[str]) -> tuple[str, ...]:
    """Fused syllables of a run of Latin letters typed as pinyin; () when it is not pinyin."""
    rest, found = fuse(letters), []
    while rest:
        size = next((n for n in range(min(5, len(rest)), 1, -1) if rest[:n] in known), 0)
        if not size:
            return ()
        found.append(rest[:size])
        rest = rest[size:]
    return tuple(found)
