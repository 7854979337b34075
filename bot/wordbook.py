"""What `frontdesk wording` does with the words the desk may learn (2-07)."""

from contextlib import AbstractContextManager

from bot import clerk
from bot.console import complain, say, settings_or_leave
from handlers.places import named, place_of
from storage.books import Books
from storage.centre_rows import read_centre
from storage.wording import PROPOSED, listed


def show(everything: bool) -> None:
    """The proposals, one a line."""
    with clerk.looking(settings_or_leave().database) as (_, connection):
        rows = listed(connection, "" if everything else PROPOSED)
        people = read_centre(connection)
    for row in rows:
        by = people.person(row.proposed_by)
        say("doctor/wording", id=row.id, text=row.text, route=row.route, state=row.state, by=by.name if by else "")
    if not rows:
        say("doctor/wording_none")


def decide(number: int, accepted: bool, text: str = "", route: str = "") -> int:
    """1 when there is no such proposal, it was decided before, or the matter is none of this centre's."""
    with _books() as books:
        target = _route(books, route) if route else ""
        row = books.wordings.decide(number, accepted, text, target) if target is not None else None
    if row is None:
        complain("doctor/wording_gone", number=number, route=route)
        return 1
    say("doctor/wording", id=row.id, text=row.text, route=row.route, state=row.state, by="")
    return 0


def teach(route: str, text: str) -> int:
    """Propose and take over at once; 1 when the matter is none of this centre's or the words are known."""
    with _books() as books:
        target = _route(books, route)
        number = books.wordings.propose(target, text) if target else None
        row = books.wordings.decide(number, True) if number else None
    if row is None:
        complain("doctor/wording_gone", number=0, route=route)
        return 1
    say("doctor/wording", id=row.id, text=row.text, route=row.route, state=row.state, by="")
    return 0


def _books() -> AbstractContextManager[Books]:
    settings = settings_or_leave()
    return clerk.writing(settings.database, settings.audit_key.get_secret_value())


def _route(books: Books, given: str) -> str | None:
    return given if place_of(books, given) else named(books, given)
