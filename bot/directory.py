"""Which account is whose: by the books, or everybody for rehearsals."""

from typing import Protocol

from storage.books import Shelf


class Directory(Protocol):
    def person_of(self, channel: str, address: str) -> str:
        """The id of the person behind an account."""

    def accounts_of(self, person: str) -> list[tuple[str, str]]:
        """Where a person can be written to, best first."""


class BookedDirectory:
    """Colleagues by their bindings; a citizen is the account he writes from."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.beside: dict[tuple[str, str], str] = {}  # a demonstration's older tabs of the same colleague

    def person_of(self, channel: str, address: str) -> str:
        where = channel, address
        return self._shelf.centre.accounts.get(where) or self.beside.get(where) or f"{channel}:{address}"

    def accounts_of(self, person: str) -> list[tuple[str, str]]:
        return self._shelf.centre.accounts_of(person)


class RehearsalDirectory:
    """Everybody is bound and reachable, on the channel last used; callers by phone are not."""

    def __init__(self, channel: str) -> None:
        self._usual = channel
        self._used: dict[str, str] = {}

    def used(self, person: str, channel: str) -> None:
        self._used[person] = channel

    def person_of(self, channel: str, address: str) -> str:
        return address

    def accounts_of(self, person: str) -> list[tuple[str, str]]:
        return [] if person.startswith("phone:") else [(self._used.get(person, self._usual), person)]
