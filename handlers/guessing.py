"""A number that is not the asker's: the same words whether it exists or not, and ten wrong ones a day at most (3-D)."""

from bot.talk import Talk
from storage.books import Books


def stopped(talk: Talk, books: Books) -> bool:
    """Has this account guessed too often to ask by number? Then it is told so, whatever it asks."""
    locked: bool = talk.look("locked", books.guesses.is_locked, talk.person.id)
    if locked:
        talk.say("enquiry/locked")
    return locked


def not_found(talk: Talk, books: Books, no: str) -> None:
    """Nothing under this number for whoever asks; the audit notes that it was asked."""
    talk.once("wrong number", note_wrong, books, talk.person.id, no)
    talk.say("enquiry/none", no=no)


def note_wrong(books: Books, person: str, no: str) -> None:
    books.note_line("denied", no, "")
    if not books.guesses.wrong_number(person):
        return
    who = books.seal.mark(person)[:12]  # enough to tell two guessers apart, and no account in a letter
    for admin in books.centre.administrators():
        books.outbox.post(admin.id, "enquiry/alarm", f"guessing:{books.now:%Y%m%d}:{who}:{admin.id}")
