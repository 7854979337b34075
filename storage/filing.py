"""What a complainant hands in, and who that is."""

from dataclasses import dataclass
from typing import NamedTuple

from rules.complaints import Accused


@dataclass(frozen=True, slots=True)
class Filing:
    """What a complainant handed in; `wide` is all that was perhaps meant, and so kept away as well."""

    subject: str
    content: str
    whom: str
    accused: Accused
    wide: Accused
    person: str
    name: str = ""
    phone: str = ""
    evidence: tuple[str, ...] = ()


class Side(NamedTuple):
    """The complainant, the account opened."""

    no: str
    person: str
    name: str
    phone: str
