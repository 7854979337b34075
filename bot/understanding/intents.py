"""Guarded rules of intent: what is said to the desk itself, beside the matters of the catalogue."""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """Where in the folded text a rule matched."""

    first: int
    last: int


class Intents:
    """The compiled rules of intents.yaml."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._danger = [(name, re.compile(said)) for name, said in rules["danger"].items()]
        self._complaint = _Guarded(rules["complaint"])
        self._appointment = _Guarded(rules["appointment"])
        self._smalltalk = _Alone(rules["smalltalk"])
        self._vague = _Alone(rules["unknown"])
        self._place = re.compile(rules["place"])
        self._foreign = re.compile(rules["unknown"]["topics"])

    def danger(self, chars: str) -> str:
        """Name of the emergency entry to give at once, "" when nobody is in danger."""
        return next((name for name, said in self._danger if said.search(chars)), "")

    def complaint(self, chars: str) -> Found | None:
        return self._complaint.find(chars)

    def appointment(self, chars: str) -> Found | None:
        return self._appointment.find(chars)

    def smalltalk(self, chars: str) -> bool:
        return not chars or self._smalltalk.holds(chars)

    def vague(self, chars: str) -> bool:
        return self._vague.holds(chars)

    def place(self, chars: str) -> bool:
        """Whether a window itself is asked for, not only its subject."""
        return bool(self._place.search(chars))

    def complained_elsewhere(self, chars: str) -> bool:
        """Whether whoever is complained of is somebody else, and nobody of ours is named."""
        return self._complaint.forbidden(chars)

    def foreign(self, chars: str) -> Found | None:
        return _where(self._foreign.search(chars))


class _Guarded:
    """Expressions that count unless a forbidden word stands beside them and none of our own."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._sure = [re.compile(said) for said in rules["sure"]]
        self._not = re.compile(rules["not"])
        self._own = re.compile(rules.get("own", "(?!)"))
        self._pair = [re.compile(rules[part]) for part in ("target", "conduct") if part in rules]

    def forbidden(self, chars: str) -> bool:
        return bool(self._not.search(chars)) and not self._own.search(chars)

    def find(self, chars: str) -> Found | None:
        if self.forbidden(chars):
            return None
        sure = next((found for said in self._sure if (found := _where(said.search(chars)))), None)
        return sure or self._together(chars)

    def _together(self, chars: str) -> Found | None:
        """Whom it is about and what was done, in any order."""
        found = [_where(said.search(chars)) for said in self._pair]
        if not found or None in found:
            return None
        return found[-1]


class _Alone:
    """Nothing but such words, in any number and order, with the particles that trail them."""

    def __init__(self, rules: dict[str, str]) -> None:
        self._words = frozenset(rules["words"].split()) | frozenset(rules["particles"])
        self._longest = max(map(len, self._words))

    def holds(self, chars: str) -> bool:
        """In time linear in the text, which a regular expression of so many alternatives is not."""
        reached = [True] + [False] * len(chars)
        for end in range(1, len(chars) + 1):
            starts = range(max(0, end - self._longest), end)
            reached[end] = any(reached[at] and chars[at:end] in self._words for at in starts)
        return reached[-1]


def _where(match: re.Match[str] | None) -> Found | None:
    return Found(match.start(), match.end() - 1) if match else None
