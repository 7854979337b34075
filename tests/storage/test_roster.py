"""One chat account, one colleague, by a one-time code (5-01)."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from storage_desk import NOW, Desk

from rules.clause import Refusal
from rules.people import Role
from storage.roster import LETTERS, code

ADMIN, ANNA, BERT = "BH014", "BH022", "BH023"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(loaded: Desk) -> Desk:
    return loaded


def issue(desk: Desk, person: str = ANNA, now: Any = NOW) -> str:
    return str(desk.do(lambda books: books.roster.new_code(person, ADMIN), now))


def redeem(desk: Desk, given: str, address: str = "1", now: Any = NOW) -> Any:
    found = desk.do(lambda books: books.roster.redeem("telegram", address, given), now)
    return found.why if isinstance(found, Refusal) else found.id


def test_a_code_joins_an_account_to_a_colleague_once(desk: Desk) -> None:
    fresh = issue(desk)
    assert len(fresh) == 8
    assert set(fresh) <= set(LETTERS)
    assert redeem(desk, f" {fresh.lower()}\n") == ANNA
    assert desk.centre.accounts == {("telegram", "1"): ANNA}
    assert redeem(desk, fresh, "2") == "wrong_code"
    assert desk.faults() == []


def test_no_code_reads_ambiguously() -> None:
    assert not set(LETTERS) & set("01OIL")


def test_a_code_is_kept_only_as_a_digest(desk: Desk) -> None:
    fresh = issue(desk)
    row = desk.do(lambda books: books.execute(sa.select(code)).one())
    assert fresh not in map(str, row)


@pytest.mark.parametrize(("after", "expected"), [(9.99 * MINUTE, ANNA), (10 * MINUTE, "wrong_code")])
def test_a_code_lives_ten_minutes(desk: Desk, after: timedelta, expected: str) -> None:
    assert redeem(desk, issue(desk), now=NOW + after) == expected


def test_a_newer_code_voids_the_older(desk: Desk) -> None:
    older, newer = issue(desk), issue(desk)
    assert redeem(desk, older) == "wrong_code"
    assert redeem(desk, newer) == ANNA


def test_after_five_wrong_tries_even_the_right_code_waits_an_hour(desk: Desk) -> None:
    for minute in range(5):
        assert redeem(desk, "WRONG", now=NOW + minute * MINUTE) == "wrong_code"
    fresh = issue(desk, now=NOW + 55 * MINUTE)
    assert redeem(desk, fresh, now=NOW + 59 * MINUTE) == "too_many_tries"
    assert redeem(desk, fresh, now=NOW + 60 * MINUTE) == ANNA  # the first try is an hour old


def test_wrong_tries_of_one_account_do_not_lock_another(desk: Desk) -> None:
    for _ in range(5):
        redeem(desk, "WRONG", "thief")
    assert redeem(desk, issue(desk), "1") == ANNA


def test_an_account_moves_only_after_it_was_unbound(desk: Desk) -> None:
    redeem(desk, issue(desk))
    bert = issue(desk, BERT)
    assert redeem(desk, bert) == "account_of_another"
    assert desk.do(lambda books: books.roster.unbind("telegram", "1"))
    assert redeem(desk, bert) == BERT  # the refused code was not spent
    assert desk.centre.accounts == {("telegram", "1"): BERT}
    assert desk.faults() == []


def test_a_colleague_has_one_account_on_a_channel(desk: Desk) -> None:
    redeem(desk, issue(desk))
    assert redeem(desk, issue(desk), "2") == "already_bound"
    assert redeem(desk, issue(desk)) == ANNA


def test_unbinding_what_is_not_bound_says_so(desk: Desk) -> None:
    assert not desk.do(lambda books: books.roster.unbind("telegram", "1"))


def test_nobody_gets_a_code_for_a_stranger(desk: Desk) -> None:
    with pytest.raises(LookupError):
        issue(desk, "BH999")


def test_the_account_used_last_comes_first(desk: Desk) -> None:
    desk.do(lambda books: books.roster.bind("telegram", "1", ANNA))
    desk.do(lambda books: books.roster.bind("web", "tab", ANNA), NOW + MINUTE)
    assert desk.centre.accounts_of(ANNA) == [("web", "tab"), ("telegram", "1")]
    desk.do(lambda books: books.roster.used("telegram", "1"), NOW + 2 * MINUTE)
    expected = [("telegram", "1"), ("web", "tab")]
    assert desk.centre.accounts_of(ANNA) == expected
    assert desk.do(lambda books: books.roster.accounts_of(ANNA)) == expected
    version = desk.shelf.version
    desk.do(lambda books: books.roster.used("telegram", "1"), NOW + 3 * MINUTE)
    assert desk.centre and desk.shelf.version == version
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("person", "accounts"),
    [("telegram:42", [("telegram", "42")]), ("web:a:b", [("web", "a:b")]), ("phone:13800000000", []), (BERT, [])],
)
def test_a_citizen_is_reached_where_he_writes_from(desk: Desk, person: str, accounts: list[tuple[str, str]]) -> None:
    assert desk.do(lambda books: books.roster.accounts_of(person)) == accounts
    assert desk.centre.accounts_of(person) == accounts


def test_who_is_unknown_is_a_citizen(desk: Desk) -> None:
    person = desk.do(lambda books: books.roster.person("telegram:42"))
    assert (person.id, person.name, person.role, person.unit) == ("telegram:42", "", Role.CITIZEN, "")
    labels = desk.do(lambda books: [books.roster.label(who) for who in ("phone:138", ANNA)])
    assert labels == ["138", "黎子涵(公安户籍窗口)"]
