"""An inverted index of wordings: which routes a text comes nearest to, and through which words."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.understanding.features import Feature, Reader

LOOKED_AT = 30
COMMON = 0.35


@dataclass(frozen=True, slots=True)
class Near:
    """A route, how near it came, and the wording of ours that brought it."""

    route: str
    score: float
    covered: float
    wording: int


class Index:
    """Wordings with their routes, weighted by how few routes share a feature."""

    def __init__(self, reader: Reader, wordings: Iterable[tuple[str, str]]) -> None:
        self._reader = reader
        self.routes: list[str] = []
        self.folded: list[str] = []
        read: list[list[Feature]] = []
        for route, wording in wordings:
            folded, features = reader.read(wording)
            self.routes.append(route)
            self.folded.append(folded.chars)
            read.append(features)
        self._weigh(read)
        self._post(read)

    def _weigh(self, read: list[list[Feature]]) -> None:
        holders: defaultdict[str, set[str]] = defaultdict(set)
        for route, features in zip(self.routes, read, strict=True):
            for feature in features:
                holders[feature.name].add(route)
        total = len(set(self.routes)) or 1
        self.idf = {name: math.log(1 + total / (0.7 + len(who))) for name, who in holders.items()}
        self._unheard = math.log(1 + total)
        self._common = {name for name, who in holders.items() if len(who) > COMMON * total}

    def _post(self, read: list[list[Feature]]) -> None:
        self._posted: defaultdict[str, list[int]] = defaultdict(list)
        self.weight: list[float] = []
        self._names = [frozenset(f.name for f in features) for features in read]
        for wording, features in enumerate(read):
            self.weight.append(sum(self.worth(f) for f in features) or 1.0)
            for feature in features:
                if feature.name not in self._common:
                    self._posted[feature.name].append(wording)

    def worth(self, feature: Feature) -> float:
        return feature.weight * self.idf.get(feature.name, self._unheard)

    def names(self, wording: int) -> frozenset[str]:
        """The features of one of our wordings."""
        return self._names[wording]

    def nearest(self, chars: str, features: list[Feature]) -> list[Near]:
        """Routes by nearness, best first; each once."""
        shared = self._shared(features)
        first = sorted(shared, key=lambda w: -self._fit(shared[w], w))[: LOOKED_AT * 3]
        said = sum(self.worth(f) for f in features) or 1.0
        scored = [(self._fit(shared[w], w) * self._alike(chars, w), w) for w in first]
        return self._by_route(sorted(scored, key=lambda pair: (-pair[0], pair[1])), shared, said)

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

    def _by_route(self, scored: list[tuple[float, int]], shared: Counter[int], said: float) -> list[Near]:
        best: dict[str, Near] = {}
        more: Counter[str] = Counter()
        for score, wording in scored:
            route = self.routes[wording]
            if route not in best:
                best[route] = Near(route, score, min(1.0, shared[wording] / said), wording)
            elif more[route] < 2:
                more[route] += 1
                best[route] = _raised(best[route], 0.12 * score)
        return sorted(best.values(), key=lambda near: (-near.score, near.route))


def _raised(near: Near, by: float) -> Near:
    return Near(near.route, near.score + by, near.covered, near.wording)
