from bot.contents import System
from bot.talk import Talk
from storage.books import Books


def lodge_complaint(talk: Talk, books: Books) -> None: ...


def show_status(talk: Talk, books: Books, no: str) -> bool:
    return False


SYSTEM = System(name="attendance")
