"""Which window, matter or intent a citizen's own words lead to, how surely, and through which words."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.understanding.catalogue import Catalogue
from bot.understanding.features import Feature, Reader, forms_of
from bot.understanding.grievance import Shown
from bot.understanding.index import Index, Near, Pair, tables
from bot.understanding.intents import Intents
from bot.understanding.leaning import KINDS, Leaning, Leans
from bot.understanding.lexicon import Lexicon
from bot.understanding.outward import INTENTS, evidence, foreign, outwards, windows_lowered
from bot.understanding.prepared import content_key, prepared, usual_folder
from bot.understanding.wording import Folded, Found

KEPT = 8
NOTHING = "unknown"
FAINT, FAINTEST, WEAK, NEARLY, PARTLY, SURE, SURELY = 1.0, 2.5, 5.0, 12.0, 0.3, 0.5, 0.9
GAP = 1
UNSHOWN = 0.5  # of a matter whose concept is not spoken of
# How far a text must lean to an intent, with a sign and alone: each set on G, J and M, the weights learnt without them.
COMPLAINS, BOOKS, ASKING, STRANGE, CHATTY = (0.25, 0.38), (0.35, 0.5), 0.6, 0.35, 0.4
# And beside a matter for elsewhere, an expression, a saying, nothing near.
NEARBY, LEAST, NEAR, FAINTLY = 0.5, 0.25, 0.35, 0.02
BRIEF = 25
ADDRESS, CHAT, ASIDE, CLEAR, TELLING = 16, 12, 80, 0.6, 0.1
ASIDES = re.compile(r"电话|[0-9-]{5,}|(?:今|明|后)(?:天|早|儿)|[上下]午|[一二三四五六七八九十两\d]+(?:点半|点)")
DATES = re.compile(
    r"(?:[下这本上]{0,2}个?(?:周|星期|礼拜)[一二三四五六日天]|[一二三四五六七八九十\d]{1,3}月[一二三四五六七八九十\d]{1,3}[日号]?"
    r"|\d{1,2}[./-]\d{1,2}(?!\d)|[今明后]日|[上下]半天|[早晚]上|中午)|\d{1,2}:\d{2}|" + ASIDES.pattern
)
ASKED = re.compile(
    r"^(?:我们?)?[要想来]*(?:电话预约|预约|约)(?:一下|办理?|个号)?[\s,:]*"
)  # what asks for a place before its matter
AND = re.compile("还有|还想|还要|还得|另外|顺便|顺带|同时|以及|外加|也想|也要|和|、")
# Fitted to tests/understanding/data/first_sight.csv so that confidence c means 3.5 c to 1 - c for being right:
# at 0.5, where the desk begins to act, 78 of 100.
ODDS, PLAIN = 3.5, 0.75


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
        self._leaning = Leaning(words.leaning)
        self._needs = {route: frozenset(f"k{name}" for name in names) for route, names in words.needs.items()}
        self._windows = {matter.route: matter.window for matter in catalogue.matters() if matter.window}
        self._reader, self._index = _prepared(words, [*_named(catalogue, words)], [*_spoken(catalogue, words)], cache)

    def rank(self, text: str) -> Ranking:
        """Any text gets an answer; the same text gets the same answer."""
        found = self._undated(text, self._alone(text))
        return replace(found, also=self._second(text, found))

    def _undated(self, text: str, found: Ranking) -> Ranking:
        """What is unclear with a day and an hour in it may be clear without."""
        bare = DATES.sub(" ", text[:ASIDE]) if found.confidence < SURE else text
        again = self._alone(bare) if bare != text else found
        clear = again.confidence >= CLEAR and again.ranked[0] not in INTENTS
        return replace(again, wants_booking=found.wants_booking or again.wants_booking) if clear else found

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
            alone = self._alone(ASKED.sub("", clause))
            named += [alone.ranked[0]] if alone.confidence >= CLEAR and alone.ranked[0] not in INTENTS else []
        others = [r for r in named if self._another(first, r) and r in found.ranked]
        return others[0] if first in named and others else ""

    def _another(self, first: str, route: str) -> bool:
        """Another place, or another of the same window's own matters; the window itself is none."""
        matters = first in self._windows and route in self._windows
        return route != first and (matters or self._place(route) != self._place(first))

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
        near, shown = self._near(folded, features), self._intents.shown(folded.chars)
        leans = self._leaning.of(folded, shown, evidence(near))
        near = [n for n in outwards(near, leans.outward) if n.route not in KINDS or getattr(leans, n.route) >= NEAR]
        return _Said(text, folded, features, near, shown, leans, self._intents.danger(folded.chars))

    def evidence(self, text: str) -> dict[str, float]:
        """What the matters nearest to a text say of where it belongs; the weights of leaning are learnt with it."""
        return evidence(self._near(*self._reader.read(text)))

    def _near(self, folded: Folded, features: list[Feature]) -> list[Near]:
        """What comes near by its words alone."""
        near = self._needed_shown(self._index.nearest(folded.chars, features), features)
        addressed = len(folded.chars) <= ADDRESS and self._intents.place(folded.chars)
        return near if addressed else windows_lowered(near)

    def _needed_shown(self, near: list[Near], features: list[Feature]) -> list[Near]:
        """Matters that need a concept count half where nothing speaks of it."""
        shown = {f.name for f in features}
        missing = {route for route, needed in self._needs.items() if shown.isdisjoint(needed)}
        return [n._replace(score=n.score * UNSHOWN) if n.route in missing else n for n in near]

    def _judge(self, said: "_Said") -> Ranking:
        leans, routes = said.leans, tuple(n.route for n in said.near[:KEPT])
        if leans.complaint >= max(LEAST, leans.appointment) and (piece := self._complained(said)):
            sure = self._sure(leans.complaint, plain=bool(self._intents.complaint(said.folded.chars)))
            return said.ranking(("complaint", *routes), sure, said.piece(piece))
        booking = self._intents.appointment(said.folded.chars)
        if leans.appointment >= LEAST and (booking or self._intents.wished(said.folded.chars, said.shown)):
            return self._booked(said, routes, booking)
        if self._complains(said):
            return said.ranking(("complaint", *routes), self._sure(leans.complaint), "")
        if self._books(said):
            return self._booked(said, routes, booking)
        if leans.smalltalk >= CHATTY:
            return said.ranking(("smalltalk", *routes), self._sure(leans.smalltalk), "")
        if self._unclear(said):
            return said.ranking((NOTHING, *routes), 0.2, "", wants_booking=bool(booking))
        return self._as_near(said, routes, bool(booking))

    def _complained(self, said: "_Said") -> Found | None:
        """What shows a complaint: plain words, a story, one of ours of whom nothing is asked, the worst deed."""
        chars, shown = said.folded.chars, said.shown
        told = self._intents.told(chars, shown)
        piece = self._intents.complaint(chars) or (told.piece if told else self._intents.accused(chars, shown))
        return piece or (self._intents.worst(chars, shown) if self._complains(said) else None)

    def _complains(self, said: "_Said") -> bool:
        """Whether a text is a complaint by its leaning alone."""
        deed = self._intents.deed(said.shown)
        least = ASKING if "asking" in said.shown and not deed else 0.0  # whoever asks when somebody comes blames nobody
        return said.leans.complaint >= max(least, self._needed(said, COMPLAINS, deed))

    def _books(self, said: "_Said") -> bool:
        """Whether a text asks for a place by its leaning alone."""
        place = any(name.startswith("place") for name in said.shown)
        return said.leans.appointment >= self._needed(said, BOOKS, place)

    def _needed(self, said: "_Said", leans: tuple[float, float], shown: bool) -> float:
        """How far a text must lean: less where a sign shows it, more the nearer a matter for elsewhere is."""
        matter = [n for n in said.near if n.route not in INTENTS]
        outside = bool(matter) and foreign(matter[0].route)
        return leans[0 if shown else 1] + (NEARBY * self._confidence(matter) if outside else 0.0)

    @staticmethod
    def _sure(chance: float, plain: bool = False) -> float:
        """A chance of being right as a confidence: c stands for 3.5 c to 1 - c; plain words beside it make it sure."""
        return max(PLAIN if plain else 0.0, round(chance / (ODDS - (ODDS - 1) * chance), 3))

    def _booked(self, said: "_Said", routes: tuple[str, ...], asked: Found | None) -> Ranking:
        """The matter of a booking is what is named beside the asking, where that says it surely."""
        found = asked or self._intents.when(said.folded.chars)
        asking, sure = said.piece(found) if found else "", self._sure(said.leans.appointment, plain=bool(asked))
        told = ASKED.sub("", said.text)
        rest = self._said(ASIDES.sub("", told if told != said.text else said.text.replace(asking, "", 1)))
        rest = replace(rest, near=[n for n in rest.near if n.route not in INTENTS])
        if not asked or self._unclear(rest) or self._confidence(rest.near) < CLEAR:
            return said.ranking(("appointment", *routes), sure, asking, wants_booking=True)
        beside = tuple(n.route for n in rest.near[:KEPT])
        return said.ranking(("appointment", *beside), sure, self._through(rest), wants_booking=True)

    def _as_near(self, said: "_Said", routes: tuple[str, ...], booking: bool) -> Ranking:
        """What the wordings say."""
        booking = booking or routes[0] == "appointment"
        return said.ranking(routes, self._confidence(said.near), self._through(said), wants_booking=booking)

    def _unclear(self, said: "_Said") -> bool:
        """Whether nothing known explains the text, or it is about what no office does."""
        if not said.near or said.near[0].route == NOTHING:
            return True
        if said.leans.unknown >= STRANGE and self._confidence(said.near) < SURELY:
            return True
        return said.leans.unknown >= FAINTLY and self._faint(said)

    def _faint(self, said: "_Said") -> bool:
        """Whether what comes nearest is not near, or foreign to any office."""
        best, strange = said.near[0], "strange topic" in said.shown
        if best.route in INTENTS:
            faint = best.score < FAINT or (best.score < NEARLY and strange)
            return faint or (best.route == "smalltalk" and len(said.folded.chars) > CHAT)
        if best.score < FAINTEST or (best.score < WEAK and best.covered < PARTLY):
            return True
        doubtful = best.score < NEARLY or (len(said.folded.chars) <= BRIEF and self._confidence(said.near) < SURE)
        return doubtful and strange

    def _confidence(self, near: list[Near]) -> float:
        """How near, how much of the text explained, how far ahead of another window; fitted, see ODDS."""
        best = near[0]
        rival = next((n.score for n in near[1:] if self._place(n.route) != self._place(best.route)), 0.0)
        lead = 1 - rival / best.score
        chances = -3.6 + 0.076 * min(best.score, 40) + 4.4 * lead + 3.5 * best.covered
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
    shown: Shown
    leans: Leans
    danger: str

    def piece(self, found: Found) -> str:
        return self.folded.original(self.text, found.first, found.last)

    def ranking(self, routes: tuple[str, ...], confidence: float, matched: str, wants_booking: bool = False) -> Ranking:
        kept = (routes[0], *(route for route in routes[1:] if route not in INTENTS))
        return Ranking(tuple(dict.fromkeys(kept)), confidence, matched, wants_booking, self.danger)


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
