"""What is not said in plain words but shown by signs: a complaint told as a story, a wish about when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.understanding.wording import Found, where

SECOND, BARE = 0.5, 12
Shown = dict[str, int]


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
        self._who = {f"who {name}": _sign(sign) for name, sign in rules["who"].items()}
        self._what = {f"what {name}": _sign(sign) for name, sign in rules["what"].items()}
        self._about = {name: _either(rules[name]) for name in ("others", "people", "asking")}

    def shown(self, chars: str) -> Shown:
        """How often each sign is shown, where it is."""
        signs = {name: sign.count(chars) for name, sign in (*self._who.items(), *self._what.items())}
        about = {name: 1 for name, said in self._about.items() if said.search(chars)}
        return {name: count for name, count in signs.items() if count} | about

    def deed(self, shown: Shown) -> bool:
        """Whether anything that could be complained of was done."""
        return any(sign.weight > 0 and name in shown for name, sign in self._what.items())

    def told(self, chars: str, shown: Shown) -> Told | None:
        """The story with what all its signs weigh; None where nothing was done, or nobody could have done it."""
        others = "others" in shown
        who = _weigh({name: sign for name, sign in self._who.items() if not (others and sign.stranger)}, shown)
        what = _weigh(self._what, shown)
        if who + what < self._least if who else others or what < (self._bare if len(chars) <= BARE else self._unsaid):
            return None
        piece = self.worst(chars, shown)
        return Told(who + what, piece, "who ours" in shown) if piece else None

    def worst(self, chars: str, shown: Shown) -> Found | None:
        """The stretch that tells most of what was done."""
        kinds = [sign for name, sign in self._what.items() if sign.weight > 0 and name in shown]
        heaviest = max(kinds, key=lambda sign: sign.weight, default=None)
        return where(heaviest.said.search(chars)) if heaviest else None

    def accused(self, chars: str, shown: Shown) -> Found | None:
        """Somebody of ours, where the text says something of him and asks for nothing."""
        return None if "asking" in shown else where(self._about["people"].search(chars))


class Wish:
    """The signs of wish.yaml: a place kept, moved or given up, and the day or hour beside it."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._least: float = rules["least"]
        self._place = {f"place {name}": _sign(sign) for name, sign in rules["place"].items()}
        self._beside = {f"beside {name}": _sign(rules[name]) for name in ("when", "asks")}

    def shown(self, chars: str) -> Shown:
        """How often each sign is shown, where it is."""
        signs = {name: sign.count(chars) for name, sign in (*self._place.items(), *self._beside.items())}
        return {name: count for name, count in signs.items() if count}

    def found(self, chars: str, shown: Shown) -> Found | None:
        """The stretch that speaks of a place, where all signs together weigh enough."""
        place = _weigh(self._place, shown)
        return self.where(chars) if place and place + _weigh(self._beside, shown) >= self._least else None

    def where(self, chars: str) -> Found | None:
        """The stretch that speaks of a place or, where none does, of a day or an hour."""
        signs = (*self._place.values(), self._beside["beside when"])
        return next((found for sign in signs if (found := where(sign.said.search(chars)))), None)


def _weigh(signs: Mapping[str, Sign], shown: Shown) -> float:
    return sum(sign.weight * (1 + SECOND * (shown[name] - 1)) for name, sign in signs.items() if name in shown)


def _sign(rules: dict[str, Any]) -> Sign:
    return Sign(rules["weight"], _either(rules["said"]), rules.get("stranger", False))


def _either(said: str) -> re.Pattern[str]:
    return re.compile("|".join(said.split()))
