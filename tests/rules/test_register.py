import ast
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from rules.clause import CLAUSES, Refusal, in_force
from rules.readings import Readings
from rules.register import REGISTER, RULE_MODULES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "regulation.md").read_text(encoding="utf-8")
READINGS = {f"G{n}" for n in range(1, 14)}
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
IN_THIS_ISSUE = [
    *("1-01", "1-08", "1-10", "1-20", "1-21", "1-22", "2-03", "2-05", "2-06", "2-07", "2-08", "2-09", "2-10"),
    *("3-02", "3-06", "3-10", "5-01", "6-02", "6-03", "6-05", "6-06", "6-07", "6-08", "6-14"),
]
COUNTS = {1: 22, 2: 11, 3: 21, 4: 11, 5: 16, 6: 18, 7: 7, 8: 14, 9: 5, 10: 5, 11: 5, 12: 11}


def test_every_clause_has_one_row() -> None:
    assert Counter(int(clause.split("-")[0]) for clause in REGISTER) == COUNTS
    assert len(REGISTER) == 146


def test_every_clause_has_a_verdict_and_what_is_not_ours_a_reason() -> None:
    for row in REGISTER.values():
        assert row.verdict in {"in force", "said", "left to people", "planned"}
        assert bool(row.reason) is (row.left in {"said", "left to people"}), row.id


def test_rules_stand_under_clauses_that_exist() -> None:
    assert set(CLAUSES) <= set(REGISTER) | READINGS


@pytest.mark.parametrize("clause", IN_THIS_ISSUE)
def test_what_is_to_be_in_force_is(clause: str) -> None:
    assert REGISTER[clause].verdict == "in force"


@pytest.mark.parametrize("clause", ["1-17", "3-09"])
def test_what_is_only_said(clause: str) -> None:
    assert REGISTER[clause].verdict == "said"


@pytest.mark.parametrize("clause", sorted(set(CLAUSES) & set(REGISTER)))
def test_every_clause_in_force_is_named_by_a_test(clause: str) -> None:
    assert clause in TESTS or clause.replace("-", "_") in TESTS or clause.replace("-", "_").lower() in TESTS


def test_public_rules_cite_what_they_put_in_force() -> None:
    for clause, rules in CLAUSES.items():
        for rule in rules:
            if rule.__module__.startswith("rules."):
                assert rule.__doc__, (clause, rule.__name__)


def test_the_page_lists_every_clause_with_its_verdict() -> None:
    for row in REGISTER.values():
        assert f"| {row.id} | {row.reference} | {row.duty} | {row.verdict}" in PAGE


def test_entering_keeps_what_stands_there() -> None:
    before = CLAUSES["6-14"]

    def extra() -> Refusal:
        return Refusal("6-14", "extra")

    try:
        assert in_force("6-14")(extra) is extra
        assert CLAUSES["6-14"] == (*before, extra)
    finally:
        CLAUSES["6-14"] = before


def test_rules_lean_on_python_alone() -> None:
    allowed = {"rules", "collections", "dataclasses", "datetime", "enum", "fractions", "itertools", "math", "types"}
    allowed |= {"typing", "zoneinfo"}
    for module in RULE_MODULES:
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
        assert {name.split(".")[0] for name in names} <= allowed


def test_every_reading_and_every_switch_is_explained() -> None:
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (DOCS / "readings").glob("*.md")}
    assert set(pages) >= READINGS
    assert set(pages) <= READINGS | set(REGISTER)
    told = "\n".join(pages.values())
    assert [field.name for field in fields(Readings) if field.name not in told] == []
