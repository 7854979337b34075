"""What people say and who they are never stands in a log or in the text of an exception."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import structlog
from machine_desk import Desk, desk_in

from bot.contents import Contents, Entry, System
from bot.fetching import Fetching
from bot.logs import to_stderr
from bot.speech import Attachment, Heard, Refused
from bot.talk import Talk
from handlers import CONTENTS
from storage.books import Books
from storage.database import Database
from storage.machine import put_aside

WORD = "坏掉的话"
NAME, PHONE, WORDS = "金丝雀甲", "13987654321", "窗口的人把金丝雀关起来了"
ADDRESS = "a7f3-canary-7d01"  # on the web the address is the key to the page
MARKED = ("金丝雀", PHONE, ADDRESS)


def breaks(talk: Talk, books: Books) -> None:
    """Fails in the database with all it was told among the values."""
    said = talk.ask("reception/matter")
    books.execute(sa.insert(put_aside).values(id=said, at=None, person=NAME, raw=PHONE, cause=""))


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, Any]]]:
    """Every line of a log, structured or not."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        yield lines


def broken(desk: Desk) -> None:
    system = System("canary", {"canary/breaks": breaks}, (Entry("canary/breaks", words=(WORD,)),))
    desk.rehearsal.house.desk.contents = Contents(
        (*CONTENTS.systems, system), default=CONTENTS.default, person=CONTENTS.person, greeting=CONTENTS.greeting
    )


def leaks(logged: list[dict[str, Any]], caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [*map(str, logged), *caplog.messages, caplog.text]
    return [line for line in lines if any(mark in line for mark in MARKED)]


async def test_a_failing_conversation_logs_nothing_of_a_person(
    tmp_path: Path, logged: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    async with desk_in(tmp_path) as desk:
        broken(desk)
        hear = desk.rehearsal.house.desk.hear
        for n, text in enumerate((WORD, WORDS, NAME, PHONE, f"我叫{NAME}电话{PHONE}", "投诉", WORDS)):
            await hear(Heard("web", f"{n}", ADDRESS, text))
            await desk.rehearsal.settle()
        [cause] = {row.cause for row in await aside(desk)}
    assert [line["event"] for line in logged if line["event"] == "message set aside"]
    assert leaks(logged, caplog) == []
    assert "IntegrityError" in cause and not any(mark in cause for mark in MARKED)


async def aside(desk: Desk) -> list[Any]:
    """What was put aside, with its causes."""
    return await desk.rehearsal.house.desk.do(lambda books: list(books.execute(sa.text("SELECT * FROM put_aside"))))


async def test_a_lost_file_logs_nothing_of_a_person(
    tmp_path: Path, logged: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    class Away:
        async def fetch(self, file: Attachment) -> bytes:
            raise Refused(f"{file.source} is gone")

    async with desk_in(tmp_path) as desk:
        house = desk.rehearsal.house
        await house.desk.hear(Heard("web", f"{ADDRESS}:1", ADDRESS, "", file=Attachment("photo", f"/{PHONE}")))
        await Fetching(house.desk, {"web": Away()}, tmp_path).sweep()  # type: ignore[dict-item]
    assert [line["event"] for line in logged if line["event"] == "file lost"]
    assert leaks(logged, caplog) == []


@pytest.mark.parametrize("url", ["sqlite:///{folder}/x.db", "postgresql://nobody@localhost/none"])
def test_no_engine_puts_values_into_an_exception(tmp_path: Path, url: str) -> None:
    assert Database(url.format(folder=tmp_path)).engine().hide_parameters


def test_a_failed_statement_names_no_value(tmp_path: Path) -> None:
    engine = Database(f"sqlite:///{tmp_path}/x.db").engine()
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as failed:
        connection.execute(sa.text("SELECT :phone FROM nowhere"), {"phone": PHONE})
    assert PHONE not in str(failed.value)


async def test_a_client_names_no_secret_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    before = logging.getLogger("httpx").level
    to_stderr()
    structlog.reset_defaults()
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        await client.get(f"https://api.example/bot{ADDRESS}/getMe")
    logging.getLogger("httpx").setLevel(before)  # as other tests found it
    assert ADDRESS not in caplog.text
