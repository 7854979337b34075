"""Guarded rules of intent: what is said to the desk itself, beside the matters of the catalogue."""

import re
from collections.abc import Sequence
from typing import Any

from bot.understanding.grievance import Grievance, Shown, Told, Wish
from bot.understanding.wording import Found, fold, sound, where


class Intents:
    """The compiled rules of intents.yaml."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._danger = [
            (name, re.compile(danger["said"]), re.compile(danger["harmless"]))
            for name, danger in rules["danger"].items()
        ]
        self._complaint = _Guarded(rules["complaint"])
        self._grievance = Grievance(rules["grievance"])
        self._appointment = _Guarded(rules["appointment"])
        self._wish = Wish(rules["wish"])
        self._smalltalk = _Alone(rules["smalltalk"])
        self._thanks = re.compile(rules["smalltalk"]["thanks"])
        self._vague = _Alone(rules["unknown"])
        self._place = re.compile(rules["place"])
        self._foreign = re.compile(rules["unknown"]["topics"])

    def danger(self, chars: str) -> str:
        """Name of the emergency entry to give at once, "" when nobody is in danger."""
        return next((name for name, said, harmless in self._danger if said.search(harmless.sub(" ", chars))), "")

    def complaint(self, chars: str) -> Found | None:
        return self._complaint.find(chars)

    def shown(self, chars: str) -> Shown:
        """The signs of a text: of a complaint, of a wish about when, and of what is not ours."""
        strange = {
            "strange complaint": self._complaint.forbidden(chars),
            "strange booking": self._appointment.forbidden(chars),
            "strange topic": bool(self._foreign.search(chars)),
        }
        signs = self._grievance.shown(chars) | self._wish.shown(chars)
        return signs | {name: 1 for name, strange_here in strange.items() if strange_here}

    def told(self, chars: str, shown: Shown) -> Told | None:
        """The story of a complaint, where one is told about us."""
        return None if "strange complaint" in shown else self._grievance.told(chars, shown)

    def accused(self, chars: str, shown: Shown) -> Found | None:
        """Somebody of ours of whom something is said, nothing being asked."""
        return None if "strange complaint" in shown else self._grievance.accused(chars, shown)

    def appointment(self, chars: str) -> Found | None:
        return self._appointment.find(chars)

    def wished(self, chars: str, shown: Shown) -> Found | None:
        """A wish about when, shown by signs and less sure than a booking asked for."""
        return None if "strange booking" in shown else self._wish.found(chars, shown)

    def worst(self, chars: str, shown: Shown) -> Found | None:
        """What tells most of a deed."""
        return self._grievance.worst(chars, shown)

    def when(self, chars: str) -> Found | None:
        """What speaks of a place, a day or an hour."""
        return self._wish.where(chars)

    def smalltalk(self, chars: str, sounds: tuple[str, ...] = ()) -> bool:
        return not chars or self._smalltalk.holds(chars) or self._talked(sounds) or bool(self._thanks.search(chars))

    def _talked(self, sounds: tuple[str, ...]) -> bool:
        return len(sounds) > 1 and self._smalltalk.sounds(sounds)

    def vague(self, chars: str) -> bool:
        return self._vague.holds(chars)

    def place(self, chars: str) -> bool:
        """Whether a window itself is asked for, not only its subject."""
        return bool(self._place.search(chars))

    def deed(self, shown: Shown) -> bool:
        """Whether anything was done to somebody by us, without which nothing is a complaint."""
        return "strange complaint" not in shown and self._grievance.deed(shown)


class _Guarded:
    """Expressions that count unless a forbidden word stands beside them and none of our own."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._sure = [re.compile(_spelt_out(said, rules.get("names", {}))) for said in rules["sure"]]
        self._not = re.compile(rules["not"])
        self._own = re.compile(rules.get("own", "(?!)"))

    def forbidden(self, chars: str) -> bool:
        return bool(self._not.search(chars)) and not self._own.search(chars)

    def find(self, chars: str) -> Found | None:
        if self.forbidden(chars):
            return None
        return next((found for said in self._sure if (found := where(said.search(chars)))), None)


def _spelt_out(said: str, names: dict[str, str]) -> str:
    """An expression with what stands in pointed brackets put in place."""
    for name, meant in names.items():
        said = said.replace(f"<{name}>", meant)
    return said


class _Alone:
    """Nothing but such words, in any number and order, with the particles that trail them."""

    def __init__(self, rules: dict[str, str]) -> None:
        self._words: frozenset[Sequence[str]] = frozenset(rules["words"].split()) | frozenset(rules["particles"])
        self._heard: frozenset[Sequence[str]] = frozenset(
            fold(word).sounds for word in rules["words"].split() if len(word) > 1
        ) | frozenset((sound(particle),) for particle in rules["particles"])
        self._longest = max(map(len, self._words))

    def holds(self, chars: str) -> bool:
        return self._all_of(chars, self._words)

    def sounds(self, sounds: tuple[str, ...]) -> bool:
        """The same, words of more than one character mistyped for others of their sound."""
        return self._all_of(sounds, self._heard)

    def _all_of(self, text: Sequence[str], words: frozenset[Sequence[str]]) -> bool:
        """In time linear in the text, which a regular expression of so many alternatives is not."""
        reached = [0]
        for end in range(1, len(text) + 1):
            if end - reached[-1] > self._longest:
                return False
            if any(text[at:end] in words for at in reached if end - at <= self._longest):
                reached.append(end)
        return reached[-1] == len(text)
