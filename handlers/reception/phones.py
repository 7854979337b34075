"""The phone a window can reach somebody under (1-08)."""

from bot.talk import Talk
from handlers import reading
from storage.books import Books


def ask_phone(talk: Talk, books: Books, last: bool = True) -> str:
    """ux 14: the number given before is offered."""
    known = talk.look("phone", books.reception.last_phone, talk.person.id)
    answer: str = talk.ask(
        "reception/phone", reads=reading.phone_number, among=lambda: [known] if known else [], known=known, last=last
    )
    return answer


def asks_phone(books: Books) -> bool:
    """Whether a phone is asked for here: not on a channel others can read along."""
    return books.reply is None or books.reply.channel not in books.discreet
