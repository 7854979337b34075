"""The figures of docs/understanding.md do not fall: measured on the half of the rows nobody looked at."""

import json

import pytest

from bot.understanding.catalogue import Catalogue
from bot.understanding.cli_lines import route_line, when_line
from bot.understanding.routing import Router
from rules.calendar import Calendar
from tests.understanding.measure import CENTRE, DATA, halves, score


@pytest.mark.parametrize(("half", "least"), [("even", 96), ("odd", 87)])
def test_questions(half: str, least: float) -> None:
    rows = halves(DATA / "dev_questions.csv")[half]
    router = Router(Catalogue.load(CENTRE))
    figures = json.loads(score(rows, [route_line(router, dict(row)) for row in rows], "score_questions.py"))
    assert figures["route_top1"] >= least
    assert figures["acted_and_wrong"] <= 5 and figures["acted_coverage"] >= 50


@pytest.mark.parametrize(("half", "least", "wrong"), [("even", 98, 1), ("odd", 92, 4)])
def test_times(half: str, least: float, wrong: float) -> None:
    rows = halves(DATA / "dev_times.csv")[half]
    figures = json.loads(score(rows, [when_line(dict(row), Calendar()) for row in rows], "score_times.py"))
    assert _percent(figures["ok_exact"]) >= least and _percent(figures["silent_wrong"]) <= wrong
    assert _percent(figures["reject_not_accepted"]) >= 95 and _percent(figures["ask_not_accepted"]) >= 85


def _percent(figure: str) -> float:
    return float(figure.split("= ")[1].rstrip("%"))
