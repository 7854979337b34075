"""The features two wordings are compared by: characters, sounds, concepts."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import add
from typing import Any, NamedTuple

from bot.understanding.lexicon import Lexicon
from bot.understanding.wording import Folded, fold, syllables

_LATIN = re.compile("[a-z]{2,}")
_PINYIN = re.compile(r"[a-z]{4,}")
_GROUPS = {"c1": 0.35, "c2": 1.0, "c3": 0.5, "s2": 0.3, "s3": 0.3, "k": 2.4, "w": 1.5}


class Feature(NamedTuple):
    """A feature, its weight by kind, and the folded positions it covers."""

    name: str
    weight: float
    first: int
    last: int


def forms_of(lexicon: Lexicon) -> dict[str, Any]:
    """The forms of a lexicon's concepts, written and heard, and its fillers, folded and fit for JSON."""
    written: defaultdict[str, list[str]] = defaultdict(list)
    heard: defaultdict[str, list[str]] = defaultdict(list)
    for concept, surfaces in lexicon.concepts.items():
        for surface in map(fold, surfaces):
            written[surface.chars].append(concept)
            if len(surface.sounds) > 1:
                heard[" ".join(surface.sounds)].append(concept)
    return {"written": written, "heard": heard, "fillers": [fold(word).chars for word in lexicon.fillers]}


class Reader:
    """Reads a text into features with the forms of a lexicon."""

    def __init__(self, forms: dict[str, Any], spelt: str = "") -> None:
        """`spelt` are pairs of characters spelt right: what is made of them is not taken for a mistyped concept."""
        self._concepts: dict[str, list[str]] = forms["written"]
        self._heard: dict[str, list[str]] = forms["heard"]
        self._longest = max(map(len, self._concepts), default=1)
        self._fillers = frozenset(forms["fillers"])
        self._longest_filler = max(map(len, self._fillers), default=1)
        self._spelt = frozenset(map(add, spelt[::2], spelt[1::2]))
        self._syllables = frozenset(s for key in self._heard for s in key.split())

    def read(self, text: str, as_spelt: bool = False) -> tuple[Folded, list[Feature]]:
        """The features of a text, strongest concepts first found longest; repeated ones once.

        `as_spelt` looks for no mistyping, as in our own wordings.
        """
        folded = fold(text)
        concepts = list(self._written(folded)) or []
        kept = self._without_fillers(folded, concepts)
        meant = [] if as_spelt else [*self._sounding(folded, concepts), *self._typed(folded)]
        found = [*concepts, *meant, *_words(folded), *_grams(folded, kept)]
        return folded, list({f.name: f for f in reversed(found)}.values())

    def _written(self, folded: Folded) -> Iterator[Feature]:
        at = 0
        while at < len(folded.chars):
            size = self._longest_at(folded.chars, at, self._concepts, self._longest)
            for concept in self._concepts.get(folded.chars[at : at + size], ()):
                if _inside_word(folded, at, size):
                    continue
                yield Feature("k" + concept, _GROUPS["k"], at, at + size - 1)
            at += size or 1

    def _sounding(self, folded: Folded, written: list[Feature]) -> Iterator[Feature]:
        covered = {i for f in written for i in range(f.first, f.last + 1)}
        for at in range(len(folded.sounds)):
            for size in (n for n in (4, 3, 2) if at + n <= len(folded.sounds)):
                heard = self._heard.get(" ".join(folded.sounds[at : at + size]), ())
                if heard and self._mistyped(folded.chars[at : at + size], at, covered):
                    for concept in heard:
                        yield Feature("k" + concept, _GROUPS["k"] * (0.4 + 0.2 * min(size, 3)), at, at + size - 1)

    def _mistyped(self, chars: str, at: int, covered: set[int]) -> bool:
        """Whether a stretch may be meant for another of the same sound: not yet understood, and not a known word."""
        return covered.isdisjoint(range(at, at + len(chars))) and not pairs(chars) <= self._spelt

    def _typed(self, folded: Folded) -> Iterator[Feature]:
        for run in _PINYIN.finditer(folded.chars):
            sounds = syllables(run.group(), self._syllables)
            last = run.end() - 1
            for at in range(len(sounds)):
                for size in (2, 3, 4):
                    heard = " ".join(sounds[at : at + size])
                    yield Feature(f"s{size}{heard}", _GROUPS["s2"], run.start(), last)
                    for concept in self._heard.get(heard, ()):
                        yield Feature("k" + concept, _GROUPS["k"] * 0.8, run.start(), last)

    def _without_fillers(self, folded: Folded, concepts: Iterable[Feature]) -> list[int]:
        covered = {i for f in concepts for i in range(f.first, f.last + 1)}
        kept: list[int] = []
        at = 0
        while at < len(folded.chars):
            size = self._longest_at(folded.chars, at, self._fillers, self._longest_filler)
            if size and covered.isdisjoint(range(at, at + size)):
                at += size
                continue
            kept.append(at)
            at += 1
        return kept

    @staticmethod
    def _longest_at(chars: str, at: int, words: Iterable[str], longest: int) -> int:
        sizes = range(min(longest, len(chars) - at), 0, -1)
        return next((n for n in sizes if chars[at : at + n] in words), 0)


def pairs(chars: str) -> set[str]:
    """The characters of a folded text two by two."""
    return {chars[at : at + 2] for at in range(len(chars) - 1)}


def _inside_word(folded: Folded, at: int, size: int) -> bool:
    """Whether Latin letters or digits are only a part of a longer word."""
    if not folded.chars[at : at + size].isascii():
        return False
    edges = [n for n in (at, at + size) if 0 < n < len(folded.chars)]
    return any(
        folded.chars[n - 1].isascii() and folded.chars[n].isascii() and folded.places[n] - folded.places[n - 1] == 1
        for n in edges
    )


def _grams(folded: Folded, kept: list[int]) -> Iterator[Feature]:
    for index, first in enumerate(kept):
        for size in (1, 2, 3):
            span = kept[index : index + size]
            if len(span) < size or _latin(folded.chars[span[-1]]):
                break
            if size == 1 or span[-1] - first < size + 2:
                yield Feature(f"c{size}" + "".join(folded.chars[i] for i in span), _GROUPS[f"c{size}"], first, span[-1])
            if size == 2 and span[-1] - first == 1:
                yield Feature(
                    f"s{size}" + " ".join(folded.sounds[i] for i in span), _GROUPS[f"s{size}"], first, span[-1]
                )


def _words(folded: Folded) -> Iterator[Feature]:
    """Words in Latin letters, whole: pieces of them would be met in any other."""
    for run in _LATIN.finditer(folded.chars):
        first = run.start()
        for at in range(run.start() + 1, run.end() + 1):
            if at == run.end() or folded.places[at] - folded.places[at - 1] > 1:
                yield Feature("w" + folded.chars[first:at], _GROUPS["w"], first, at - 1)
                first = at


def _latin(char: str) -> bool:
    return "a" <= char <= "z"
