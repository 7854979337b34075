"""Everything that may alarm an administrator stands in docs/operations.zh-CN.md, and nothing else does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import house_source as source
import pytest
import yaml
from machine_desk import desk_in
from test_logs import calls
from test_watching import asked, numbers

from bot.alarms import STOPS, WARNS

ROOT = Path(__file__).resolve().parents[1]
MANUAL = ROOT / "docs" / "operations.zh-CN.md"
RULES = ROOT / "deploy" / "alarms.yaml"
FROM_LIBRARIES = "library"


def entries(section: str) -> list[str]:
    """Names in the first column of the table under a mark."""
    table = MANUAL.read_text(encoding="utf-8").partition(f"<!-- {section} -->\n")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.M)


def events() -> set[str]:
    """Every event the code logs."""
    return {call.args[0].value for module in source.modules() for call in calls(module)} | {FROM_LIBRARIES}  # type: ignore[attr-defined]


def letters() -> Iterator[str]:
    """What is posted to each administrator."""
    for module in source.modules():
        for loop in (node for node in ast.walk(module.tree) if isinstance(node, ast.For)):
            if ".administrators()" in ast.unparse(loop.iter):
                posts = (node for node in ast.walk(loop) if isinstance(node, ast.Call) and _posts(node.func))
                yield from (str(post.args[1].value) for post in posts if isinstance(post.args[1], ast.Constant))


def _posts(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr == "post"


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("alarms", [*STOPS, *WARNS]),
        ("doctor", [path.stem for path in (ROOT / "templates" / "doctor").glob("check_*.txt")]),
        ("letters", list(letters())),
        ("rules", [rule["alert"] for rule in rules()]),
        ("log", list(events())),
    ],
)
def test_every_alarm_is_explained_and_every_explanation_has_its_alarm(section: str, names: list[str]) -> None:
    explained = entries(section)
    assert names and len(explained) == len(set(explained))
    assert sorted(explained) == sorted(names)


def test_the_manual_says_what_to_do_each_time() -> None:
    rows = re.findall(r"^\| `.*\|$", MANUAL.read_text(encoding="utf-8"), re.M)
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    assert len(rows) > 70
    assert [row for row in cells if len(row) < 3 or not all(row)] == []


async def test_the_rules_ask_for_numbers_that_exist(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("路人", "您好")
        samples = numbers(await asked(desk, tmp_path, "/metrics"))
    found = {(name, *label) for name, labels in samples for label in (*labels, ("", ""))}
    found |= {("up", "", ""), ("frontdesk_logged_total", "", "")}  # Prometheus' own; there from the first line on
    found |= {("frontdesk_logged_total", "event", event) for event in events()}
    found |= {("frontdesk_logged_total", "level", level) for level in ("warning", "error")}
    missing = [need for rule in rules() for need in needs(rule["expr"]) if need not in found]
    assert missing == []


def needs(expression: str) -> Iterator[tuple[str, str, str]]:
    """Every series an expression asks for, by name and by each of its labels but the job's."""
    for name, labels in re.findall(r"\b((?:frontdesk|process)_\w+|up)\b(?:\{([^}]*)\})?", expression):
        yield name, "", ""
        yield from ((name, k, v) for k, v in re.findall(r'(\w+)="([^"]*)"', labels) if k != "job")


def test_a_rule_that_asks_for_nothing_would_be_found() -> None:
    assert [*needs('increase(frontdesk_no_such_total{a="b"}[1h]) > 1')] == [
        ("frontdesk_no_such_total", "", ""), ("frontdesk_no_such_total", "a", "b"),
    ]  # fmt: skip


def test_every_rule_says_how_urgent_it_is_and_what_it_is() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"now", "today", "week"}, rule["alert"]
        assert re.search("[一-鿿]", rule["annotations"]["summary"]), rule["alert"]
