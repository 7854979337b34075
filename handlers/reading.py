"""How typed answers become values; what cannot be read is explained by a template."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.answers import Unread
from bot.understanding.times import Ask, Ok, Reject, understand
from storage.books import Books


def phone_number(text: str) -> str | Unread:
    """A Chinese phone number, alone or in a sentence, in its national form; hotlines and junk are refused."""
    import phonenumbers

    if found := next(iter(phonenumbers.PhoneNumberMatcher(text, "CN")), None):
        return national(found.number)
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return Unread("reading/phone", {"digits": sum(c.isdigit() for c in text)})
    if not phonenumbers.is_valid_number(number):
        return Unread("reading/phone", {"digits": sum(c.isdigit() for c in text)})
    return national(number)


def national(number: Any) -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL).replace(" ", "")


def when(books: Books, context: Any, ref: datetime | None = None) -> Callable[[str], Ok | Unread]:
    """A reader of times for one context of the understanding; `ref` is the instant words are relative to (now)."""

    def read(text: str) -> Ok | Unread:
        found = understand(text, ref or books.now, context, books.calendar)
        if isinstance(found, Ok):
            return found
        why = found.reason if isinstance(found, Ask | Reject) else "no_time"
        path = f"reading/time_{why}"
        return Unread(path if books.words.has(path) else "reading/time", {"why": why})

    return read


def some_text(text: str) -> str | Unread:
    """Anything with words in it."""
    return text if any(c.isalnum() for c in text) else Unread()
