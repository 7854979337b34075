"""Which window, matter or intent a citizen's own words lead to, how surely, and through which words."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.understanding.catalogue import Catalogue
from bot.understanding.features import Feature, Reader, forms_of
from bot.understanding.index import Index, Near, Pair, tables
from bot.understanding.intents import Intents
from bot.understanding.lexicon import Lexicon
from bot.understanding.prepared import content_key, prepared, usual_folder
from bot.understanding.wording import Folded, Found

KEPT = 8
NOTHING = "unknown"
INTENTS = ("complaint", "appointment", "smalltalk", NOTHING)
FAINT, FAINTEST, WEAK, NEARLY, PARTLY, SURE, SURELY = 1.0, 2.5, 5.0, 12.0, 0.3, 0.5, 15.0
GAP = 1
TOLD, TOLD_BRIEFLY, PLAINLY, BRIEF, HEAVY, WISHED, ACCUSED = 4.0, 8.0, 0.16, 25, 7.0, 0.55, 0.4
ADDRESS, CHAT, ASIDE, CLEAR, TELLING = 16, 12, 80, 0.6, 0.1
ASIDES = re.compile(r"电话|[0-9-]{5,}|(?:今|明|后)(?:天|早|儿)|[上下]午|[一二三四五六七八九十两\d]+(?:点半|点)")
AND = re.compile("还有|还想|还要|还得|另外|顺便|顺带|同时|以及|外加|也想|也要|和|、")
# Fitted to tests/understanding/data/first_sight.csv so that confidence c means 3.5 c to 1 - c for being right:
# at 0.5, where the desk begins to act, 78 of 100.
CHANCES = 0.76


@dataclass(frozen=True, slots=True)
class Ranking:
    """Routes best first; act from a confidence of 0.5; `matched` is the citizen's own piece of text.

    `also` is the second matter where two are clearly named, "" otherwise.
    """

    ranked: tuple[str, ...]
    confidence: float
    matched: str
    wants_booking: bool = False
    danger: str = ""
    also: str = ""


class Router:
    """Ranks the routes of one centre; built once, holds no state between texts."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon | None = None, cache: Path | None = None) -> None:
        """`cache` is a folder for prepared tables, by default the user's own."""
        words = lexicon or Lexicon.load()
        self._intents = Intents(words.intents)
        self._windows = {matter.route: matter.window for matter in catalogue.items + catalogue.windows}
        self._reader, self._index = _prepared(words, [*_named(catalogue, words)], [*_spoken(catalogue, words)], cache)

    def rank(self, text: str) -> Ranking:
        """Any text gets an answer; the same text gets the same answer."""
        found = self._alone(text)
        return replace(found, also=self._second(text, found))

    def _second(self, text: str, found: Ranking) -> str:
        """The other matter of a text whose clauses lead surely to two, one of them the text's own first."""
        first = next((route for route in found.ranked if route not in INTENTS), "")
        clauses = [c for c in AND.split(text[:ASIDE]) if len(c) > 2]
        if found.ranked[0] not in (first, "appointment") or not 1 < len(clauses) <= 4:
            return ""
        named: list[str] = []
        for left, clause in zip(range(len(clauses), 0, -1), clauses, strict=True):
            if len(named) + left < 2:
                return ""
            alone = self._alone(clause)
            named += [alone.ranked[0]] if alone.confidence >= CLEAR and alone.ranked[0] not in INTENTS else []
        others = [r for r in named if self._place(r) != self._place(first) and r in found.ranked]
        return others[0] if first in named and others else ""

    def _alone(self, text: str) -> Ranking:
        if not any(c.isalpha() for c in text):
            return Ranking((NOTHING,), 0.2, "")
        said = self._said(text)
        if self._intents.smalltalk(said.folded.chars, said.folded.sounds):
            return Ranking(("smalltalk",), 0.9, text.strip(), danger=said.danger)
        if self._intents.vague(said.folded.chars):
            return said.ranking((NOTHING, *(n.route for n in said.near[:KEPT])), 0.2, "")
        return self._judge(said)

    def _said(self, text: str) -> "_Said":
        """A text read, and what it comes near to: a complaint only where something was done."""
        folded, features = self._reader.read(text)
        near = self._index.nearest(folded.chars, features)
        if len(folded.chars) > ADDRESS or not self._intents.place(folded.chars):
            near = _windows_lowered(near)
        if not self._intents.deed(folded.chars):
            near = [n for n in near if n.route != "complaint" or n.covered > PLAINLY]
        return _Said(text, folded, features, near, self._intents.danger(folded.chars))

    def _judge(self, said: "_Said") -> Ranking:
        chars, routes = said.folded.chars, tuple(n.route for n in said.near[:KEPT])
        booking = self._intents.appointment(chars)
        if complaint := self._intents.complaint(chars):
            return said.ranking(("complaint", *routes), 0.85, said.piece(complaint))
        told = self._intents.told(chars)
        force = TOLD_BRIEFLY if told and told.ours and len(chars) <= BRIEF else TOLD
        if told and not (booking and told.weight < HEAVY) and told.weight * force >= _rival(said.near):
            return said.ranking(("complaint", *routes), min(0.85, 0.1 + 0.06 * told.weight), said.piece(told.piece))
        if booking and not self._elsewhere_surely(said):
            return self._booked(said, routes, said.piece(booking))
        if (wish := self._intents.wished(chars)) and not self._elsewhere_surely(said):
            return said.ranking(("appointment", *routes), WISHED, said.piece(wish), wants_booking=True)
        if self._doubtful(said) and (whom := self._intents.accused(chars)):
            return said.ranking(("complaint", *routes), ACCUSED, said.piece(whom))
        if self._unclear(said):
            return said.ranking((NOTHING, *routes), 0.2, "", wants_booking=bool(booking))
        return self._as_near(said, routes, bool(booking))

    def _booked(self, said: "_Said", routes: tuple[str, ...], asking: str) -> Ranking:
        """The matter of a booking is what is named beside the asking, where that says it surely."""
        rest = self._said(ASIDES.sub("", said.text.replace(asking, "", 1)))
        rest = replace(rest, near=[n for n in rest.near if n.route not in INTENTS])
        if self._unclear(rest) or self._confidence(rest.near) < CLEAR:
            return said.ranking(("appointment", *routes), 0.85, asking, wants_booking=True)
        beside = tuple(n.route for n in rest.near[:KEPT])
        return said.ranking(("appointment", *beside), 0.85, self._through(rest), wants_booking=True)

    def _as_near(self, said: "_Said", routes: tuple[str, ...], booking: bool) -> Ranking:
        """What the wordings say."""
        booking = booking or routes[0] == "appointment"
        return said.ranking(routes, self._confidence(said.near), self._through(said), wants_booking=booking)

    def _doubtful(self, said: "_Said") -> bool:
        """Whether a short text comes near to no matter."""
        return len(said.folded.chars) <= BRIEF and (not said.near or self._confidence(said.near) < ACCUSED)

    def _unclear(self, said: "_Said") -> bool:
        """Whether nothing known explains the text, or it is about what no office does."""
        if not said.near or said.near[0].route == NOTHING:
            return True
        best = said.near[0]
        if best.route in INTENTS:
            faint = best.score < FAINT or (best.score < NEARLY and bool(self._intents.foreign(said.folded.chars)))
            return faint or (best.route == "smalltalk" and len(said.folded.chars) > CHAT)
        if best.score < FAINTEST or (best.score < WEAK and best.covered < PARTLY):
            return True
        doubtful = best.score < NEARLY or (len(said.folded.chars) <= BRIEF and self._confidence(said.near) < SURE)
        return doubtful and bool(self._intents.foreign(said.folded.chars))

    @staticmethod
    def _elsewhere_surely(said: "_Said") -> bool:
        return bool(said.near) and said.near[0].route.startswith("elsewhere:") and said.near[0].score > SURELY

    def _confidence(self, near: list[Near]) -> float:
        """How near, how much of the text explained, how far ahead of another window; fitted, see CHANCES."""
        best = near[0]
        rival = next((n.score for n in near[1:] if self._place(n.route) != self._place(best.route)), 0.0)
        lead = 1 - rival / best.score
        chances = CHANCES * (-3.9 + 0.08 * min(best.score, 40) + 5.0 * lead + 2.0 * best.covered)
        return round(1 / (1 + math.exp(-chances)), 3)

    def _place(self, route: str) -> str:
        return self._windows.get(route, route)

    def _through(self, said: "_Said") -> str:
        route = said.near[0].route
        worth = [(f, self._index.speaks(f, route)) for f in said.features if not f.name.startswith("c1")]
        least = TELLING * max((value for _, value in worth), default=0.0)
        telling = [(f, value) for f, value in worth if value and value >= least]
        return said.piece(_heaviest(telling)) if telling else ""


@dataclass(frozen=True, slots=True)
class _Said:
    """One text and all that was seen in it."""

    text: str
    folded: Folded
    features: list[Feature]
    near: list[Near]
    danger: str

    def piece(self, found: Found) -> str:
        return self.folded.original(self.text, found.first, found.last)

    def ranking(self, routes: tuple[str, ...], confidence: float, matched: str, wants_booking: bool = False) -> Ranking:
        kept = (routes[0], *(route for route in routes[1:] if route not in INTENTS))
        return Ranking(tuple(dict.fromkeys(kept)), confidence, matched, wants_booking, self.danger)


def _rival(near: list[Near]) -> float:
    """How near the best matter came, whatever is said of complaints."""
    return next((n.score for n in near if n.route not in INTENTS), 0.0)


def _windows_lowered(near: list[Near]) -> list[Near]:
    """Who names a subject wants the matter, not the window's address."""
    lowered = [n._replace(score=n.score * 0.6) if n.route.startswith("window:") else n for n in near]
    return sorted(lowered, key=lambda n: (-n.score, n.route))


def _heaviest(worth: list[tuple[Feature, float]]) -> Found:
    """The stretch of text, joined over small gaps, that weighs most."""
    stretches: list[tuple[float, int, int]] = []
    for feature, value in sorted(worth, key=lambda pair: (pair[0].first, pair[0].last)):
        if stretches and feature.first <= stretches[-1][2] + 1 + GAP:
            total, first, last = stretches.pop()
            stretches.append((total + value, first, max(last, feature.last)))
        else:
            stretches.append((value, feature.first, feature.last))
    best = max(stretches)
    return Found(best[1], best[2])


def _prepared(words: Lexicon, named: list[Pair], spoken: list[Pair], cache: Path | None) -> tuple[Reader, Index]:
    """The reader and the index, from tables on disk when the same words were prepared before."""

    def make() -> dict[str, Any]:
        forms = forms_of(words)
        return {"forms": forms, **tables(Reader(forms), named, spoken)}

    made = prepared(content_key((words.concepts, words.fillers, named, spoken)), make, cache or usual_folder())
    return Reader(made["forms"], made["spelt"]), Index(made)


def _named(catalogue: Catalogue, lexicon: Lexicon) -> Iterator[Pair]:
    for matter in catalogue.matters():
        for wording in (matter.name, *matter.words):
            yield matter.route, wording
    yield from _of_known(lexicon.wordings, {matter.route for matter in catalogue.matters()})


def _spoken(catalogue: Catalogue, lexicon: Lexicon) -> Iterator[Pair]:
    yield from _of_known(lexicon.spoken, {*INTENTS, *(matter.route for matter in catalogue.matters())})


def _of_known(said: dict[str, tuple[str, ...]], known: set[str]) -> Iterator[Pair]:
    for route, sayings in said.items():
        if route in known:
            yield from ((route, saying) for saying in sayings)
