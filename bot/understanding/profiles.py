"""What all the wordings of a route say together: evidence spread over several of them adds up here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from bot.understanding.features import Feature
from bot.understanding.packed import Lists

HALF, BY_SIZE, LARGEST, FINE = 2.0, 0.8, 2.0, 1000
Shares = dict[str, list[int]]


def shares(routes: list[int], read: Iterable[Iterable[Feature]], common: frozenset[str]) -> Shares:
    """For each feature, route and thousandths in turn: how surely it speaks for the route.

    BM25 over the wordings of a route taken as one text.
    """
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for route, features in zip(routes, read, strict=True):
        for feature in features:
            counts[feature.name][route] += 1
    halves = _halves(Counter(routes))
    return {
        name: [n for route, count in held.items() for n in (route, round(FINE * count / (count + halves[route])))]
        for name, held in counts.items()
        if name not in common
    }


def _halves(size: Mapping[int, int]) -> dict[int, float]:
    """How often a feature must be held to count half: more often where a route has many wordings."""
    mean = sum(size.values()) / (len(size) or 1)
    return {route: HALF * (1 - BY_SIZE + BY_SIZE * min(n / mean, LARGEST)) for route, n in size.items()}


class Profiles:
    """The routes each feature speaks for."""

    def __init__(self, known: Lists) -> None:
        self._shares = known

    def speak(self, worth: Iterable[tuple[int, float]]) -> defaultdict[int, float]:
        """How much features, given by place and worth, say for each route."""
        said: defaultdict[int, float] = defaultdict(float)
        for place, value in worth:
            held = self._shares.at(place)
            for route, share in zip(held[::2], held[1::2], strict=True):
                said[route] += value * share
        return defaultdict(float, {route: total / FINE for route, total in said.items()})

    def share(self, place: int, route: int) -> float:
        """How surely a feature speaks for a route, 0 to 1."""
        held = self._shares.at(place)
        return next((s / FINE for r, s in zip(held[::2], held[1::2], strict=True) if r == route), 0.0)
