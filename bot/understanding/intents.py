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
        self._smalltalk = re.compile(_said_alone(rules["smalltalk"]))
        self._vague = re.compile(_said_alone(rules["unknown"]))
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
        return not chars or bool(self._smalltalk.fullmatch(chars))

    def vague(self, chars: str) -> bool:
        return bool(self._vague.fullmatch(chars))

    def place(self, chars: str) -> bool:
        """Whether a window itself is asked for, not only its subject."""
        return bool(self._place.search(chars))

    def foreign(self, chars: str) -> Found | None:
        return _where(self._foreign.search(chars))


class _Guarded:
    """Expressions that count unless a forbidden word stands beside them and none of our own."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._sure = [re.compile(said) for said in rules["sure"]]
        self._not = re.compile(rules["not"])
        self._own = re.compile(rules.get("own", "(?!)"))
        self._pair = [re.compile(rules[part]) for part in ("target", "conduct") if part in rules]

    def find(self, chars: str) -> Found | None:
        if self._not.search(chars) and not self._own.search(chars):
            return None
        sure = next((found for said in self._sure if (found := _where(said.search(chars)))), None)
        return sure or self._together(chars)

    def _together(self, chars: str) -> Found | None:
        """Whom it is about and what was done, in any order."""
        found = [_where(said.search(chars)) for said in self._pair]
        if not found or None in found:
            return None
        return found[-1]


def _where(match: re.Match[str] | None) -> Found | None:
    return Found(match.start(), match.end() - 1) if match else None


def _said_alone(rules: dict[str, str]) -> str:
    """Nothing but such words, in any number, with the particles that trail them."""
    return f"(?:(?:{rules['whole']})[{rules['particles']}]*)+"
