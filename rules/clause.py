"""Which rule puts which clause in force, and how a rule says no."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Rule = TypeVar("Rule", bound=Callable[..., Any])

CLAUSES: dict[str, tuple[Callable[..., Any], ...]] = {}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no: the clause it rests on, and a short key that a template turns into words."""

    clause: str
    why: str


def in_force(*ids: str) -> Callable[[Rule], Rule]:
    """Enter the decorated rule in CLAUSES under each clause or reading it puts in force."""

    def enter(rule: Rule) -> Rule:
        for clause in ids:
            CLAUSES[clause] = (*CLAUSES.get(clause, ()), rule)
        return rule

    return enter
