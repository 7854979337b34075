from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.books import Books


class Requests:
    def __init__(self, books: "Books") -> None:
        self._books = books
