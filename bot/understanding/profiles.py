"""What all the wordings of a route say together: evidence spread over several of them adds up here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from bot.understanding.features import Feature

HALF, BY_SIZE, LARGEST = 2.0, 0.8, 2.0


class Profiles:
    """For each feature, the routes it speaks for and how surely (BM25 over a route's wordings taken as one text)."""

    def __init__(self, routes: Iterable[str], read: Iterable[Iterable[Feature]], common: frozenset[str]) -> None:
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        size: Counter[str] = Counter()
        for route, features in zip(routes, read, strict=True):
            size[route] += 1
            for feature in features:
                counts[feature.name][route] += 1
        halves = _halves(size)
        self._shares = {
            name: {route: count / (count + halves[route]) for route, count in held.items()}
            for name, held in counts.items()
            if name not in common
        }

    def speak(self, worth: Iterable[tuple[str, float]]) -> Counter[str]:
        """How much features, given by name and worth, say for each route."""
        said: Counter[str] = Counter()
        for name, value in worth:
            for route, share in self._shares.get(name, {}).items():
                said[route] += value * share  # type: ignore[assignment]
        return said

    def share(self, name: str, route: str) -> float:
        """How surely a feature speaks for a route, 0 to 1."""
        return self._shares.get(name, {}).get(route, 0.0)


def _halves(size: Mapping[str, int]) -> dict[str, float]:
    """How often a feature must be held to count half: more often where a route has many wordings."""
    mean = sum(size.values()) / (len(size) or 1)
    return {route: HALF * (1 - BY_SIZE + BY_SIZE * min(n / mean, LARGEST)) for route, n in size.items()}
