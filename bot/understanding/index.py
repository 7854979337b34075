"""Which routes a text comes nearest to: their names one by one, and all that is said of them together."""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from bot.understanding.features import Feature, Reader, pairs
from bot.understanding.packed import Lists, pack
from bot.understanding.profiles import FINE, Profiles, shares

KEPT, LOOKED_AT = 20, 36
TOGETHER = 0.8
EXACT = 4.0
COMMON = 0.35
SINGLE = "c1"
Pair = tuple[str, str]


class Near(NamedTuple):
    """A route, how near it came, and how much of the text speaks for it."""

    route: str
    score: float
    covered: float


def tables(reader: Reader, named: Iterable[Pair], spoken: Iterable[Pair]) -> dict[str, Any]:
    """What an Index is made of, fit for JSON; the costly part of getting ready."""
    names, sayings = [*named], [*spoken]
    routes = [*dict.fromkeys(route for route, _ in names + sayings)]
    numbers = {route: number for number, route in enumerate(routes)}
    owners = [numbers[route] for route, _ in names + sayings]
    read = [reader.read(wording, as_spelt=True) for _, wording in names + sayings]
    features = [found for _, found in read]
    idf, common = _rarity(owners, features)
    known = [*idf]
    return {
        "spelt": "".join(sorted({pair for folded, _ in read for pair in pairs(folded.chars)})),
        "routes": routes,
        "names": [[numbers[route], folded.chars] for (route, _), (folded, _) in zip(names, read, strict=False)],
        "known": "\n".join(known),
        "idf": pack({"": [round(FINE * rarity) for rarity in idf.values()]}, [""]),
        "posted": pack(_posted(features[: len(names)], common), known),
        "chars": _chars(features[: len(names)], {name: at for at, name in enumerate(known) if name not in common}),
        "weight": [_weight(found, idf) for found in features[: len(names)]],
        "shares": pack(shares(owners, features, common), known),
    }


def _rarity(owners: list[int], features: list[list[Feature]]) -> tuple[dict[str, float], frozenset[str]]:
    """How much a feature says by how few routes have it, and the features nearly all have."""
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for owner, found in zip(owners, features, strict=True):
        for feature in found:
            holders[feature.name].add(owner)
    total = len(set(owners)) or 1
    idf = {name: round(math.log(1 + total / (0.7 + len(who))), 3) for name, who in holders.items()}
    return idf, frozenset(name for name, who in holders.items() if len(who) > COMMON * total)


def _posted(features: list[list[Feature]], common: frozenset[str]) -> dict[str, list[int]]:
    posted: defaultdict[str, list[int]] = defaultdict(list)
    for wording, found in enumerate(features):
        for feature in found:
            if feature.name not in common and not feature.name.startswith(SINGLE):
                posted[feature.name].append(wording)
    return dict(posted)


def _chars(features: list[list[Feature]], places: dict[str, int]) -> list[list[int]]:
    """The single characters of each wording: half of all that is shared, so looked at only where more is."""
    return [[places[f.name] for f in found if f.name.startswith(SINGLE) and f.name in places] for found in features]


def _weight(features: list[Feature], idf: dict[str, float]) -> float:
    return sum(f.weight * idf[f.name] for f in features) or 1.0


class Index:
    """The tables with the comparing; holds no state between texts."""

    def __init__(self, made: dict[str, Any]) -> None:
        """Raises KeyError when the tables are not such as `tables` makes."""
        self._routes: list[str] = made["routes"]
        self._names: list[tuple[int, str]] = made["names"]
        self._known = {name: place for place, name in enumerate(made["known"].split("\n"))}
        self._rarity = Lists(made["idf"]).at(0)
        self._posted = Lists(made["posted"])
        self._chars: list[list[int]] = made["chars"]
        self._weight: list[float] = made["weight"]
        self._profiles = Profiles(Lists(made["shares"]))
        self._numbers = {route: number for number, route in enumerate(self._routes)}
        self._unheard = math.log(1 + len(self._routes))

    def nearest(self, chars: str, features: list[Feature]) -> list[Near]:
        """Routes by nearness, best first; each once."""
        worth = [self._worth(f) for f in features]
        said = sum(value for _, value in worth) or 1.0
        scored = [self._scored(chars, w, shared, said) for w, shared in self._shared(worth)]
        named = self._by_route(sorted(scored, key=lambda pair: (-pair[0], pair[1])))
        return self._together(named, worth, said)

    def speaks(self, feature: Feature, route: str) -> float:
        """How much a feature speaks for a route."""
        place, value = self._worth(feature)
        return value * self._profiles.share(place, self._numbers[route])

    def _worth(self, feature: Feature) -> tuple[int, float]:
        """The place of a feature, -1 where no wording has it, and how much it says."""
        place = self._known.get(feature.name, -1)
        return place, feature.weight * (self._unheard if place < 0 else self._rarity[place] / FINE)

    def _shared(self, worth: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """The wordings that share most, and how much with their single characters."""
        shared: defaultdict[int, float] = defaultdict(float)
        for place, value in worth:
            for wording in self._posted.at(place):
                shared[wording] += value
        weight, known = self._weight, dict(worth)
        fits = [(s * s * s / weight[w], -w) for w, s in shared.items()]
        first = (-w for _, w in heapq.nlargest(LOOKED_AT, fits))
        return [(w, shared[w] + sum(known.get(char, 0.0) for char in self._chars[w])) for w in first]

    def _scored(self, chars: str, wording: int, shared: float, said: float) -> tuple[float, int]:
        """How much is shared, less where that is a small part of the wording, and more where it is alike."""
        part = min(1.0, shared / self._weight[wording])
        return shared * math.sqrt(part) * self._alike(chars, wording) * self._exactly(part, shared / said), wording

    @staticmethod
    def _exactly(of_wording: float, of_text: float) -> float:
        """More than 1 where the text is the name itself and nothing else."""
        return 1 + EXACT * (of_wording * min(1.0, of_text)) ** 3

    def _alike(self, chars: str, wording: int) -> float:
        return 0.8 + 0.2 * fuzz.partial_ratio(self._names[wording][1], chars) / 100

    def _by_route(self, scored: list[tuple[float, int]]) -> dict[int, float]:
        """Each route by its nearest names, the second and third adding a little."""
        best: dict[int, float] = {}
        more: defaultdict[int, int] = defaultdict(int)
        for score, wording in scored:
            route = self._names[wording][0]
            if more[route] < 3:
                best[route] = best.get(route, 0.0) + (0.12 if more[route] else 1.0) * score
                more[route] += 1
        return best

    def _together(self, named: dict[int, float], worth: list[tuple[int, float]], said: float) -> list[Near]:
        """The nearest name of a route and all that is said of it, weighed against each other."""
        spoken = self._profiles.speak(worth)
        routes = {*named, *sorted(spoken, key=spoken.__getitem__, reverse=True)[:KEPT]}
        near = [
            Near(self._routes[r], (1 - TOGETHER) * named.get(r, 0.0) + TOGETHER * spoken.get(r, 0.0), spoken[r] / said)
            for r in routes
        ]
        return sorted(near, key=lambda n: (-n.score, n.route))
