"""Values of the rules go through JSON and come back the same."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.values import dumps, loads, through_json, writer
from rules.calendar import ZONE
from rules.clause import Refusal
from rules.people import Person, Role
from rules.reception import Slot
from storage.schema import stamp

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


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))  # fmt: skip
def test_a_writer_writes_what_json_does(value: Any) -> None:
    """The audit's digests are taken over this text, so it may never change."""
    assert writer()(value) == json.dumps(value, ensure_ascii=False)
    assert dumps(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.timezones()))
def test_a_stamp_is_the_instant_in_utc_with_milliseconds(instant: datetime) -> None:
    assert stamp(instant) == instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
