"""Whether a matter is ours or lies outside the centre: what comes near, turned as far as a text leans outward."""

import math
from collections.abc import Iterable

from bot.understanding.index import Near

# How much the leaning counts, and the odds at which it says nothing: so many matters are for elsewhere.
TURN, USUAL = 0.12, 1.1
MORE = 4.0
LEAST, WIDEST, HIGHEST, TENTH = 0.3, 2.0, 30.0, 0.1
LOWERED = 0.6
INTENTS = ("complaint", "appointment", "smalltalk", "unknown")


def evidence(near: Iterable[Near]) -> dict[str, float]:
    """What the nearest matters say of where a text belongs: how near the best is, and on which side it lies."""
    best = {True: LEAST, False: LEAST}
    for one in near:
        if one.route not in INTENTS:
            side = foreign(one.route)
            best[side] = max(best[side], one.score)
    apart = math.log(best[True] / best[False])
    return {
        "near outward": max(-WIDEST, min(WIDEST, apart)),
        "near at all": TENTH * min(HIGHEST, max(best.values())),
    }


def outwards(near: list[Near], outward: float) -> list[Near]:
    """Matters for elsewhere count more or less, so that the best of them leads ours as far as a text leans there."""
    apart = evidence(near)["near outward"]
    much = math.exp(TURN * (outward + USUAL + MORE * apart) - apart)
    return _sorted(n._replace(score=n.score * much) if foreign(n.route) else n for n in near)


def windows_lowered(near: list[Near]) -> list[Near]:
    """Who names a subject wants the matter, not the window's address."""
    return _sorted(n._replace(score=n.score * LOWERED) if n.route.startswith("window:") else n for n in near)


def foreign(route: str) -> bool:
    return route.startswith("elsewhere:")


def _sorted(near: Iterable[Near]) -> list[Near]:
    return sorted(near, key=lambda n: (-n.score, n.route))
