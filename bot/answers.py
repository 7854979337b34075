"""How an answer is read: a button, a number, a label, a near miss of a label, or the question's own reader."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot import words

if TYPE_CHECKING:
    from bot.sitting import Message

_ORDINAL = re.compile(words.ORDINAL)
_CHINESE = {**{d: i for i, d in enumerate(words.DIGITS)}, "两": 2}
_EDGES = " \t\n,.!?。,!?:;、~"


@dataclass(frozen=True, slots=True)
class Found:
    value: Any
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A reader's refusal: the utterance that explains it ("" = the general one), with its values."""

    path: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    miss: bool = True  # False: understood, but not to be had; it does not count towards ux 22's ladder


@dataclass(frozen=True, slots=True)
class Instead:
    """Words that answer an earlier question anew: its answer is replaced, what was asked is asked again."""

    path: str
    value: Any
    says: str = ""  # the utterance that says it back, where the next question does not


def clean(text: str) -> str:
    """Without control, format and private characters; line breaks stay. Nothing invisible reaches the books."""
    if text.isprintable():
        return text.strip()
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _BANNED).strip()


_BANNED = {"Cc", "Cf", "Co", "Cn", "Cs"}


def plain(text: str) -> str:
    """NFKC, for matching only."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def read(live: "Message", asked: Mapping[str, Any], reads: Callable[[str], Any] | None) -> Found | Unread:
    """The value of an answer to the question as it was shown, or why it could not be read."""
    labels, values = asked.get("labels", ()), asked.get("values", ())
    at = live.index if live.index is not None else choice_in(live.plain, labels)
    if at is not None and 0 <= at < len(values):
        return Found(_meant(values[at], asked), labels[at])
    return _read_text(live, labels, reads, asked)


def _read_text(
    live: "Message", labels: list[str], reads: Callable[[str], Any] | None, asked: Mapping[str, Any]
) -> Found | Unread:
    if reads is not None:
        value = reads(live.plain)
        if not isinstance(value, Unread):
            return Found(value, live.text)
        near = near_miss(live.plain, labels)
        return value if near is None else Found(_meant(asked["values"][near], asked), labels[near])
    if labels:
        near = near_miss(live.plain, labels)
        return Unread() if near is None else Found(_meant(asked["values"][near], asked), labels[near])
    return Found(live.text, live.text) if live.text else Unread()


def _meant(value: str, asked: Mapping[str, Any]) -> Any:
    options = asked.get("options")
    return options[int(value)] if options is not None and value.isdecimal() and int(value) < len(options) else value


def choice_in(text: str, labels: list[str] | tuple[str, ...]) -> int | None:
    """Which choice (from 0) a text names by its label or number: 提交, 1, １, 一, 第一个, 1."""
    if not labels:
        return None
    said = text.strip(_EDGES)
    if said in labels:
        return labels.index(said)
    number = _ORDINAL.match(text.strip())
    if number is None:
        return None
    n = int(number[1]) if number[1].isdecimal() else _CHINESE[number[1]]
    return n - 1 if 1 <= n <= len(labels) else None


def near_miss(text: str, labels: list[str] | tuple[str, ...]) -> int | None:
    """The one label a short text almost is (one character off), or None."""
    said = text.strip(_EDGES)
    if not labels or not 2 <= len(said) <= 12:
        return None
    from rapidfuzz.distance import DamerauLevenshtein

    close = [i for i, label in enumerate(labels) if len(label) >= 2 and DamerauLevenshtein.distance(said, label) == 1]
    inside = [i for i, label in enumerate(labels) if len(label) >= 2 and label in said]
    found = close or inside
    return found[0] if len(found) == 1 else None
