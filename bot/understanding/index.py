"""An inverted index of wordings: which routes a text comes nearest to, and through which words."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.understanding.features import Feature, Reader
from bot.understanding.profiles import Profiles

KEPT, LOOKED_AT = 20, 90
TOGETHER = 0.8
Pair = tuple[str, str]
COMMON = 0.35


@dataclass(frozen=True, slots=True)
class Near:
    """A route, how near it came, and how much of the text speaks for it."""

    route: str
    score: float
    covered: float


class Index:
    """Routes by their names, compared one by one, and by all that is said of them, taken together."""

    def __init__(self, reader: Reader, named: Iterable[Pair], spoken: Iterable[Pair] = ()) -> None:
        self._reader = reader
        pairs = [*named]
        self.routes = [route for route, _ in pairs]
        read = [reader.read(wording) for _, wording in pairs]
        self.folded = [folded.chars for folded, _ in read]
        features = [found for _, found in read]
        said = [(route, reader.read(saying)[1]) for route, saying in spoken]
        routes, everything = [*self.routes, *(r for r, _ in said)], [*features, *(f for _, f in said)]
        self._weigh(routes, everything)
        self._post(features)
        self._profiles = Profiles(routes, everything, self._common)

    def _weigh(self, routes: list[str], read: list[list[Feature]]) -> None:
        holders: defaultdict[str, set[str]] = defaultdict(set)
        for route, features in zip(routes, read, strict=True):
            for feature in features:
                holders[feature.name].add(route)
        total = len(set(routes)) or 1
        self.idf = {name: math.log(1 + total / (0.7 + len(who))) for name, who in holders.items()}
        self._unheard = math.log(1 + total)
        self._common = frozenset(name for name, who in holders.items() if len(who) > COMMON * total)

    def _post(self, read: list[list[Feature]]) -> None:
        self._posted: defaultdict[str, list[int]] = defaultdict(list)
        self.weight: list[float] = []
        for wording, features in enumerate(read):
            self.weight.append(sum(self.worth(f) for f in features) or 1.0)
            for feature in features:
                if feature.name not in self._common:
                    self._posted[feature.name].append(wording)

    def worth(self, feature: Feature) -> float:
        return feature.weight * self.idf.get(feature.name, self._unheard)

    def nearest(self, chars: str, features: list[Feature]) -> list[Near]:
        """Routes by nearness, best first; each once."""
        shared = self._shared(features)
        fits = {wording: self._fit(worth, wording) for wording, worth in shared.items()}
        first = heapq.nlargest(LOOKED_AT, fits, key=lambda w: (fits[w], -w))
        scored = [(fits[w] * self._alike(chars, w), w) for w in first]
        named = self._by_route(sorted(scored, key=lambda pair: (-pair[0], pair[1])))
        return self._together(named, [(f.name, self.worth(f)) for f in features])

    def _together(self, named: dict[str, float], worth: list[tuple[str, float]]) -> list[Near]:
        """The nearest name of a route and all that is said of it, weighed against each other."""
        spoken = self._profiles.speak(worth)
        said = sum(value for _, value in worth) or 1.0
        routes = {*named, *(route for route, _ in spoken.most_common(KEPT))}
        near = [Near(r, (1 - TOGETHER) * named.get(r, 0.0) + TOGETHER * spoken[r], spoken[r] / said) for r in routes]
        return sorted(near, key=lambda n: (-n.score, n.route))

    def speaks(self, feature: Feature, route: str) -> float:
        """How much a feature speaks for a route."""
        return self.worth(feature) * self._profiles.share(feature.name, route)

    def _shared(self, features: list[Feature]) -> Counter[int]:
        shared: Counter[int] = Counter()
        for feature in features:
            worth = self.worth(feature)
            for wording in self._posted.get(feature.name, ()):
                shared[wording] += worth  # type: ignore[assignment]
        return shared

    def _fit(self, shared: float, wording: int) -> float:
        return shared * math.sqrt(min(1.0, shared / self.weight[wording]))

    def _alike(self, chars: str, wording: int) -> float:
        return 0.8 + 0.2 * fuzz.partial_ratio(self.folded[wording], chars) / 100

    def _by_route(self, scored: list[tuple[float, int]]) -> dict[str, float]:
        """Each route by its nearest names, the second and third adding a little."""
        best: dict[str, float] = {}
        more: Counter[str] = Counter()
        for score, wording in scored:
            route = self.routes[wording]
            if more[route] < 3:
                best[route] = best.get(route, 0.0) + (0.12 if more[route] else 1.0) * score
                more[route] += 1
        return best
