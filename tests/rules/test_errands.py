"""1-07: no errand ends over a paper nobody accounted for."""

from datetime import datetime

import pytest

from rules.calendar import ZONE, Calendar
from rules.errands import Place, State, answer_due, ending_refused, errand_due, moving_refused, receiving_refused
from rules.readings import Readings

FRIDAY = datetime(2026, 11, 20, 17, 20, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        pytest.param(State.ASKED, "not_accepted", id="1-07 nobody answers for it yet"),
        pytest.param(State.ACCEPTED, None, id="1-07 somebody does"),
        pytest.param(State.DONE, "over", id="1-07 done"),
        pytest.param(State.WITHDRAWN, "over", id="1-07 withdrawn"),
    ],
)
def test_when_papers_are_received(state: State, why: str | None) -> None:
    refused = receiving_refused(state)
    assert (refused.why if refused else None) == why


@pytest.mark.parametrize(
    ("place", "to", "may"),
    [
        pytest.param(Place.DESK, Place.WINDOW, True, id="1-07 to its window"),
        pytest.param(Place.DESK, Place.BACK, True, id="1-07 back"),
        pytest.param(Place.WINDOW, Place.BACK, True, id="1-07 back from the window"),
        pytest.param(Place.WINDOW, Place.WINDOW, False, id="1-07 there already"),
        pytest.param(Place.BACK, Place.WINDOW, False, id="1-07 gone"),
    ],
)
def test_where_a_paper_can_go(place: Place, to: Place, may: bool) -> None:
    assert (moving_refused(place, to) is None) is may


@pytest.mark.parametrize(
    ("places", "ends"),
    [
        pytest.param([], True, id="1-07 nothing was handed over"),
        pytest.param([Place.BACK, Place.WINDOW], True, id="1-07 all accounted for"),
        pytest.param([Place.BACK, Place.DESK], False, id="1-07 one lies here"),
    ],
)
def test_when_an_errand_may_end(places: list[Place], ends: bool) -> None:
    assert (ending_refused(places) is None) is ends


def test_1_07_g6_how_soon() -> None:
    minutes = Readings().errand_answer_minutes
    assert minutes == 30
    assert answer_due(FRIDAY, Calendar()) == datetime(2026, 11, 23, 8, 50, tzinfo=ZONE)
    assert errand_due(FRIDAY, Calendar()).date() == datetime(2026, 11, 27, tzinfo=ZONE).date()
