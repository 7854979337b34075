"""二㈢4: what nobody could place and an officer answered becomes an entry, once the window it is of takes it over."""

from typing import Any

from bot.answers import Unread, plain
from bot.talk import Talk
from handlers.complaints import naming
from handlers.consulting import deciding
from handlers.places import place_of, understood
from handlers.wording import PAUSES, learnable
from handlers.words_consulting import OWN
from rules.consulting import adoption_refused
from rules.first_contact import Outcome, RouteKind
from storage.books import Books
from storage.consulting import OFFICER


def propose(books: Books, contact: Any, answer: str, window: str) -> bool:
    """The question in the citizen's words, its numbers taken out, with its answer: for the window to take over."""
    question = question_of(contact.matter)
    if adoption_refused(contact.bounces, question, window) or is_about(books, contact.matter, window):
        return False
    known = answered_before(books, question)
    topic, stands = known or f"{RouteKind.ANSWER}:{contact.id}", books.consulting.current(known) if known else None
    body = {"question": question, "answer": answer}
    deciding.ask_approval(books, books.consulting.draft(topic, window, body, OFFICER, stands.id if stands else None))
    return True


def is_about(books: Books, said: str, window: str) -> bool:
    """May these words mean somebody at that window? Then it is not shown them (3-C)."""
    meant = naming.perhaps_meant(books, said).people
    return any(person.id in meant for person in books.centre.colleagues_of(window))


def is_riddle(books: Books, number: int) -> bool:
    """Could this contact's answer help the next who asks so, if a window vouched for it?"""
    row = books.first_contact.get(number)
    return adoption_refused(row.bounces, question_of(row.matter), "-") is None


def question_of(matter: str) -> str:
    """The question alone: what says who somebody is or how to reach them is left out (2-07)."""
    parts = PAUSES.split(plain(matter))
    return learnable(" ".join(part for part in parts if part and not OWN.search(part)))


def answered_before(books: Books, said: str) -> str:
    """The route of the answer to exactly this question, whatever its pauses and numbers; "" without one."""
    asked = bare(said)
    return next((key for key, one in books.centre.answers.items() if bare(one.question) == asked), "")


def bare(text: str) -> str:
    return question_of(text).replace(" ", "")


def window_named(books: Books, answer: str) -> str:
    """The one window an answer names by name or number; "" for none, for guessing would ask the wrong one."""
    named = [unit for unit in naming.named_in(books, answer).units if unit in books.centre.windows]
    return named[0] if len(named) == 1 else ""


def offer(talk: Talk, books: Books) -> None:
    """采用 第4号 — the officer says whose answer it is, where it named no window itself (2-07)."""
    number = int(talk.given("number"))
    row = talk.look("answered", lambda: answer_of(books, number))
    if row is None:
        talk.say("reception/entry_nothing_to_adopt", number=number)
        return
    window = talk.ask("reception/entry_whose", reads=lambda text: window_in(talk, books, text), **row)
    done = talk.once("propose", propose, books, books.first_contact.get(number), row["answer"], window)
    talk.say("reception/entry_offered" if done else "reception/entry_nothing_to_adopt", number=number,
             window=books.centre.window(window))  # fmt: skip


def answer_of(books: Books, number: int) -> dict[str, Any] | None:
    """What that contact was told, if who acts may answer it and it was a riddle."""
    row = books.first_contact.get(number)
    mine = row is not None and books.first_contact.may_answer(row) and row.outcome == Outcome.ANSWERED
    return {"matter": row.matter, "answer": row.answer} if mine and is_riddle(books, number) else None


def window_in(talk: Talk, books: Books, text: str) -> str | Unread:
    """By name or number, or by a matter of its."""
    place = place_of(books, understood(talk, books, text) or "")
    found = window_named(books, text) or (place["window"].id if place and place["window"] else "")
    return found or Unread("first_contact/whose_unknown")
