"""The phone a window can reach somebody under (1-08)."""

import re
from collections.abc import Callable
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from handlers import reading
from storage.books import Books

SPOKEN = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
STEP = "reception/phone"


def ask_phone(talk: Talk, books: Books, last: bool = True, reads: Callable[[str], Any] = reading.phone_number) -> str:
    """ux 14: what was said along with something else is not asked again, the number given before is offered."""
    talk.know(STEP, lambda: spoken_phone(talk, books) or None)
    known = talk.look("phone", books.reception.last_phone, talk.person.id)
    answer: str = talk.ask(STEP, reads=reads, among=lambda: [known] if known else [], known=known, last=last)
    return answer


def spoken_phone(talk: Talk, books: Books) -> str:
    """The mobile number among what was said so far; "" without one, or where it must not be asked."""
    found = [n for text in talk.typed() for n in SPOKEN.findall(text)] if asks_phone(books) else []
    number = reading.phone_number(found[-1]) if found else Unread()
    return "" if isinstance(number, Unread) else number


def asks_phone(books: Books) -> bool:
    """Whether a phone is asked for here: not on a channel others can read along."""
    return books.reply is None or books.reply.channel not in books.discreet
