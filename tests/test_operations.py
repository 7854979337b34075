"""Prometheus' rules ask for numbers the desk gives; tests/test_docs.py holds that the manual explains each."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import house_source as source
import yaml
from house_logs import events
from machine_desk import desk_in
from test_watching import asked, numbers

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "deploy" / "alarms.yaml"


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


async def test_the_rules_ask_for_numbers_that_exist(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("路人", "您好")
        samples = numbers(await asked(desk, tmp_path, "/metrics"))
    found = {(name, *label) for name, labels in samples for label in (*labels, ("", ""))}
    found |= {("up", "", ""), ("frontdesk_logged_total", "", "")}  # Prometheus' own; there from the first line on
    found |= {("frontdesk_logged_total", "event", event) for event in events(source.modules())}
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
