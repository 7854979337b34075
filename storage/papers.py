"""Links to what is printed: nobody without the desk's key can make one up."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.books import Books


def mark_of(books: "Books", name: str, about: str) -> str:
    """What a link to that paper ends in: 80 bits."""
    return books.seal.mark(f"paper {name} {about}")[:20]


def link_to(books: "Books", name: str, about: str) -> str:
    """Where that paper can be opened and printed; "" where the desk has no address."""
    where = books.public_url
    return f"{where}/paper/{name}/{about}/{mark_of(books, name, about)}" if where else ""
