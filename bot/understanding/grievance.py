"""What is not said in plain words but shown by signs: a complaint told as a story, a wish about when."""

import re
from dataclasses import dataclass
from typing import Any

from bot.understanding.wording import Found, where

SECOND, BARE = 0.5, 12


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of sign: what it weighs, its expressions, and whether another person named instead takes it away."""

    weight: float
    said: re.Pattern[str]
    stranger: bool

    def count(self, chars: str) -> int:
        """How many different stretches of the text show it, up to two."""
        return min(2, len({match.group() for match in self.said.finditer(chars)}))


@dataclass(frozen=True, slots=True)
class Told:
    """A story of complaint: what its signs weigh, the stretch that tells most of what was done, and whether by us."""

    weight: float
    piece: Found
    ours: bool


class Grievance:
    """The signs of grievance.yaml."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._least: float = rules["least"]
        self._unsaid: float = rules["unsaid"]
        self._bare: float = rules["bare"]
        self._who = {name: _sign(sign) for name, sign in rules["who"].items()}
        self._what = {name: _sign(sign) for name, sign in rules["what"].items()}
        self._others = _either(rules["others"])
        self._people = _either(rules["people"])
        self._asking = _either(rules["asking"])

    def deed(self, chars: str) -> bool:
        """Whether anything that could be complained of was done."""
        return any(sign.weight > 0 and sign.said.search(chars) for sign in self._what.values())

    def told(self, chars: str) -> Told | None:
        """The story with what all its signs weigh; None where nothing was done, or nobody could have done it."""
        others = bool(self._others.search(chars))
        who = sum(_weigh(sign, chars) for sign in self._who.values() if not (others and sign.stranger))
        what = sum(_weigh(sign, chars) for sign in self._what.values())
        if who + what < self._least if who else others or what < (self._bare if len(chars) <= BARE else self._unsaid):
            return None
        kinds = sorted(self._what.values(), key=lambda sign: -sign.weight)
        piece = next((found for sign in kinds if sign.weight > 0 and (found := where(sign.said.search(chars)))), None)
        return Told(who + what, piece, self._by_us(chars)) if piece else None

    def accused(self, chars: str) -> Found | None:
        """Somebody of ours, where the text says something of him and asks for nothing."""
        return None if self._asking.search(chars) else where(self._people.search(chars))

    def _by_us(self, chars: str) -> bool:
        return bool(self._who["ours"].said.search(chars))


class Wish:
    """The signs of wish.yaml: a place kept, moved or given up, and the day or hour beside it."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._least: float = rules["least"]
        self._place = [_sign(sign) for sign in rules["place"].values()]
        self._beside = [_sign(rules["when"]), _sign(rules["asks"])]

    def found(self, chars: str) -> Found | None:
        """The stretch that speaks of a place, where all signs together weigh enough."""
        place = sum(_weigh(sign, chars) for sign in self._place)
        if not place or place + sum(_weigh(sign, chars) for sign in self._beside) < self._least:
            return None
        return next(found for sign in self._place if (found := where(sign.said.search(chars))))


def _weigh(sign: Sign, chars: str) -> float:
    count = sign.count(chars)
    return sign.weight * (1 + SECOND * (count - 1)) if count else 0.0


def _sign(rules: dict[str, Any]) -> Sign:
    return Sign(rules["weight"], _either(rules["said"]), rules.get("stranger", False))


def _either(said: str) -> re.Pattern[str]:
    return re.compile("|".join(said.split()))
