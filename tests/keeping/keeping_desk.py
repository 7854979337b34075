"""A centre's data folder with its settings in the environment, for the commands that keep it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from machine_desk import start_in

from bot import clerk
from bot.keeping.backups import back_up
from bot.keeping.erasing import erase
from bot.keeping.restoring import restore
from bot.upkeep import verify
from storage.audit import load_key
from storage.books import Books
from storage.machine import attachment
from storage.sealing import new_pair

PRIVATE, PUBLIC = new_pair()
PHONE = "13900007777"
SAID = "我是金丝雀,住在雀巷7号"


def ended(run: Callable[[], int]) -> int:
    """The exit code of a command, however it ends."""
    try:
        return run()
    except SystemExit as end:
        return int(end.code or 0)


class Keeper:
    """The commands, on one data folder."""

    def __init__(self, root: Path, setting: pytest.MonkeyPatch, url: str = "") -> None:
        self.data, self.backups, self.safe = root / "data", root / "backups", root / "key"
        self.data.mkdir(mode=0o700)
        self.safe.write_text(PRIVATE + "\n")
        self.file = self.data / "desk.db"
        self.url = url or f"sqlite:///{self.file}"
        if not url:
            start_in(self.data)
        for name, value in {"DATA": self.data, "FRONTDESK_BACKUPS": self.backups, "FRONTDESK_BACKUP_KEY": PUBLIC,
                            "FRONTDESK_DATABASE_URL": self.url}.items():  # fmt: skip
            setting.setenv(name, str(value))

    def backup(self, whole: bool = False) -> int:
        return ended(lambda: back_up(whole))

    def restore(self, check: bool = False, even_so: bool = False, at: Any = None) -> int:
        return ended(lambda: restore(None, self.safe, at, check, even_so))

    def erase(self, given: str, yes: bool = True) -> int:
        return ended(lambda: erase(given, yes))

    def verify(self) -> int:
        return ended(lambda: verify(self.url))

    def do(self, work: Callable[[Books], Any]) -> Any:
        with clerk.writing(self.url, "") as books:
            return work(books)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with clerk.looking(self.url) as (_, connection):
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def key(self) -> bytes:
        return load_key("", Path(f"{self.file}.key"))

    def send_in(self, content: bytes, person: str, number: str) -> str:
        """A file of a person, fetched and kept."""
        from bot.fetching import keep
        from storage import attachments

        (self.data / "files").mkdir(exist_ok=True)
        digest = keep(content, self.data / "files")

        def enter(books: Books) -> None:
            books.actor = person
            attachments.enter(books, f"{person}/{number}", "web", "photo", "x")
            attachments.keep(books, f"{person}/{number}", digest)

        self.do(enter)
        return digest

    def names(self) -> list[str]:
        return sorted(path.name for path in self.backups.glob("*Z.*"))

    def holds(self, text: str) -> list[str]:
        """Files under the data folder and the backups that hold these words."""
        found = [p for root in (self.data, self.backups) for p in root.rglob("*") if p.is_file()]
        return [p.name for p in found if text.encode() in p.read_bytes()]


def dump(file: Path) -> list[str]:
    with sqlite3.connect(file) as connection:
        return list(connection.iterdump())


__all__ = ["PHONE", "SAID", "Keeper", "attachment", "dump", "ended"]
