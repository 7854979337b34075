"""Poison: whatever comes in through a real door is heard, refused or put aside; nobody else notices."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile import Malice, as_json
from hostile_deliveries import AT_ONCE, Send, let_loose, telegram_sends, web_sends, wecom_sends
from hostile_desk import Doors, active
from promises import kept, scaled

from bot.speech import Spoken

HOSTILE = scaled(250, 100_000)  # a channel


async def poison(folder: Path, channel: str, sends: Callable[[Malice, int], Iterator[Send]], answers: set[int]) -> None:
    async with Doors(folder) as doors:
        await let_loose(doors, sends(Malice(7), HOSTILE))
        found, door = await doors.faults(), doors.door
        note = f"acknowledged within {door.p99_ms():.0f} ms (p99, {AT_ONCE} at once), {door.said} bubbles looked at"
        kept(f"poison: hostile inputs over {channel}", tried=HOSTILE, broken=len(found), note=note)
        print(channel, dict(door.statuses), note, await doors.count("put_aside"), "put aside")
        assert found == []
        assert set(door.statuses) <= answers
        assert door.said > HOSTILE / 20
        assert await doors.house.desk.do(lambda books: books.now) is not None


async def test_nothing_signed_by_telegram_breaks_anything(tmp_path: Path) -> None:
    await poison(tmp_path, "telegram", telegram_sends, {200})


async def test_nothing_signed_by_wecom_breaks_anything(tmp_path: Path) -> None:
    await poison(tmp_path, "wecom", wecom_sends, {200, 400, 403})


async def test_nothing_sent_by_a_page_breaks_anything(tmp_path: Path) -> None:
    await poison(tmp_path, "web", web_sends, {200, 400, 413})


async def test_a_planted_crash_is_caught(tmp_path: Path) -> None:
    """The harness sees a route that raises, a conversation that breaks, and a bubble with a hidden character."""
    async with Doors(tmp_path) as doors:
        doors.web._take_words = None  # type: ignore[assignment,method-assign]
        assert await doors.to_web(as_json({"address": "0" * 32, "key": "1" * 36, "text": "x"})) == 599
        del doors.web._take_words
        conversations = doors.house.desk.contents.conversations
        before = conversations["first_contact/bye"]
        conversations["first_contact/bye"] = lambda talk, books: 1 / 0  # type: ignore[assignment,return-value]
        try:
            await doors.to_web(as_json({"address": "0" * 32, "key": "2" * 36, "text": "谢谢"}))
        finally:
            conversations["first_contact/bye"] = before
        found = "\n".join(await doors.faults())
    assert "599" in found and "message set aside" in found


@pytest.mark.parametrize("planted", ["红\u202e", "a\u200bb", "a\x1b[31m", "=451781", "\ud800"])
@pytest.mark.parametrize("channel", ["telegram", "wecom", "web"])
def test_what_is_more_than_words_would_be_seen(channel: str, planted: str) -> None:
    assert active(channel, Spoken(channel, "42", planted))
    assert active(channel, Spoken(channel, "42", "好", (planted,), "t"))
