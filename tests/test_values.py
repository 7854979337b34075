"""Values of the rules go through JSON and come back the same."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.values import dumps, loads, through_json
from rules.calendar import ZONE
from rules.clause import Refusal
from rules.people import Person, Role
from rules.reception import Slot

START = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text().filter(lambda k: k != "!"), inner),
)


@given(plain)
def test_plain_values_survive(value: object) -> None:
    assert loads(dumps(value)) == value


@pytest.mark.parametrize(
    "value",
    [START, START.date(), time(9, 30), timedelta(minutes=90), Slot(START, START + timedelta(hours=1)),
     Refusal("1-10", "full"), Person("BH1", "张", Role.GUARD, "x", ("a", "b")), [Slot(START, START)], Role.GUARD],
)  # fmt: skip
def test_values_of_the_rules_survive(value: object) -> None:
    assert through_json(value) == value


def test_only_the_rules_classes_are_built() -> None:
    with pytest.raises(ValueError, match="not a value of the rules"):
        loads('{"!":"os:system","x":"rm"}')


def test_what_cannot_be_kept_is_refused() -> None:
    with pytest.raises(TypeError):
        dumps(object())


def test_a_day_is_not_an_instant() -> None:
    assert type(through_json(date(2026, 1, 1))) is date
