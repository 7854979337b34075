"""The machine's promises about conversations, each seen from the person's side."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from machine_desk import desk_in

from bot.answers import Unread, choice_in, clean, near_miss
from bot.talk import Talk
from storage import machine
from storage.books import Books


async def test_a_name_used_twice_in_one_run_is_an_error_for_us_and_polite_for_the_person(tmp_path: Path) -> None:
    def twice(talk: Talk, books: Books) -> None:
        talk.look("x", lambda: 1)
        talk.look("x", lambda: 2)

    async with desk_in(tmp_path) as desk:
        desk.contents["reception/mine"] = twice
        assert "对不住" in (await desk.say("老李", "我的预约"))[0]
        kept = await desk.rehearsal.house.desk.do(
            lambda b: b.execute(sa.select(machine.put_aside.c.cause)).scalar_one()
        )
        assert "used twice" in kept


async def test_what_a_failed_message_did_is_undone(tmp_path: Path) -> None:
    def fails(talk: Talk, books: Books) -> None:
        talk.once("note", books.first_contact.note, talk.person.id, "x", "open")
        raise RuntimeError("planted")

    async with desk_in(tmp_path) as desk:
        desk.contents["reception/mine"] = fails
        await desk.say("老李", "我的预约")
        assert await desk.rehearsal.house.desk.do(lambda b: b.first_contact.unsettled()) == []


async def test_a_conversation_that_changed_under_its_log_hands_over_and_files_nothing(tmp_path: Path) -> None:
    def changed(talk: Talk, books: Books) -> None:
        talk.ask("reception/matter")

    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "预约办护照")
        await desk.say("老李", "明天上午九点")
        desk.contents["reception/book"] = changed
        said = await desk.say("老李", "13800000000")
        assert "步骤刚刚改过" in said[0]
        card = next(s.text for s in desk.said if s.to == "BH022")
        assert "明天上午九点" in card and "13800000000" in card
        assert await desk.rehearsal.house.desk.do(lambda b: b.reception.mine("citizen:老李")) == []


async def test_a_look_is_remembered_until_its_ground_moves(tmp_path: Path) -> None:
    readings = []

    def looks(talk: Talk, books: Books) -> None:
        word = talk.ask("reception/matter", reads=str)
        talk.look("reading", lambda w: readings.append(w), word)
        if talk.summary("first_contact/greeting_check", word=word):
            talk.say("first_contact/bye")

    async with desk_in(tmp_path) as desk:
        words = desk.rehearsal.house.desk.shelf.words
        template = words.environment.from_string("?\n\x01提交\x02submit\n\x01改一项\x02edit\n\x01取消\x02cancel")
        words._known["first_contact/greeting_check"] = type(words._source("reception/matter"))(template)
        desk.contents["reception/mine"] = looks
        for line in ("我的预约", "甲", "帮助", "改一项", "乙", "提交"):
            await desk.say("老李", line)
        assert readings == ["甲", "乙"]


async def test_a_second_conversation_interrupts_and_the_first_is_offered_again(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "预约办护照")
        said = await desk.say("老李", "我的预约")
        assert said[0].startswith("您现在没有预约") and "接着办" in said[1] and "哪天方便" in said[1]


async def test_the_button_of_somebody_else_does_nothing(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "预约办护照")
        tap = await desk.rehearsal.button("citizen:老李", "周二24日上午")
        from bot.speech import Heard

        desk.said.clear()
        await desk.rehearsal.house.desk.hear(Heard("terminal", "stolen", "citizen:小偷", tap=tap))
        await desk.rehearsal.settle()
        assert [(s.to, "用不了" in s.text) for s in desk.said] == [("小偷", True)]


@pytest.mark.parametrize("text", ["1", "１", "一", "第一个", "1.", "提交", "提交。", " 提交 "])
def test_every_way_of_choosing_the_first(text: str) -> None:
    from bot.answers import plain

    assert choice_in(plain(text), ["提交", "改一项"]) == 0


def test_a_slip_of_the_finger_finds_its_label() -> None:
    assert near_miss("改一项目", ["提交", "改一项", "取消"]) == 1
    assert near_miss("完全别的话", ["提交", "改一项"]) is None


def test_nothing_invisible_is_kept() -> None:
    assert clean("督\u200b查\u202e科\x00\x01 好\n吗") == "督查科 好\n吗"


def test_unread_counts_as_a_miss_unless_it_says_otherwise() -> None:
    assert Unread().miss and not Unread(miss=False).miss


async def test_starting_over_is_answered_even_when_free_words_began_it(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "预约办护照")
        assert "您想预约办什么事" in (await desk.say("老李", "重来"))[0]
        await desk.say("老李", "取消")
        await desk.say("老李", "想搞个那个东西")
        assert "您好" in (await desk.say("老李", "重来"))[0]


async def test_danger_is_heard_amid_anything_and_what_was_open_goes_on(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "预约办护照")
        said = await desk.say("老李", "着火了快来人")
        assert "119" in said[0] and "哪天方便" in said[-1]
        assert any(s.to == "BH022" and "着火了" in s.text for s in desk.said)


async def test_danger_in_a_complaint_stays_with_the_complaint(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "投诉")
        said = await desk.say("老李", "窗口的黎子涵打人了")
        assert "110" in said[0]
        assert not [s for s in desk.said if s.to == "BH022"]


async def test_a_new_sentence_over_a_choice_opens_what_it_names(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "想搞个那个东西")
        assert "护照" in (await desk.say("老李", "预约办护照"))[0]


async def test_keeping_the_old_value_of_an_edit_returns_to_the_summary(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        for line in ("预约办护照", "明天上午九点", "13800000000", "改一项", "电话"):
            await desk.say("老李", line)
        back = await desk.say("老李", "返回")
        assert "13800000000" in back[0] and "请看对不对" in back[0]


async def test_a_waiting_talk_that_no_longer_runs_takes_nothing_down_with_it(tmp_path: Path) -> None:
    def broken(talk: Talk, books: Books) -> None:
        raise KeyError("gone")

    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "预约办护照")
        await desk.say("老李", "人工")
        desk.contents["reception/book"] = broken
        said = await desk.say("老李", "我的预约")
        assert said[0].startswith("您现在没有预约") and "步骤刚刚改过" in said[1]
        assert "没有预约" in (await desk.say("老李", "我的预约"))[0]


async def test_a_database_that_is_full_stores_nothing_twice(tmp_path: Path) -> None:
    """SQLITE_FULL rolls the whole transaction back: the pieces before it are not committed on their own."""
    import asyncio

    from bot.writer import NotStored

    async with desk_in(tmp_path) as desk:
        house = desk.rehearsal.house
        pages = house.connection.connection.driver_connection.execute("PRAGMA page_count").fetchone()[0]
        await house.desk.do(lambda b: b.execute(sa.text(f"PRAGMA max_page_count={pages}")))

        def count_then_fill(fill: bool):  # type: ignore[no-untyped-def]
            def work(books: Books) -> None:
                books.count("planted")
                if fill:
                    big = {"channel": "x", "kind": "photo", "source": "y" * 3_000_000, "at": books.now, "person": "z"}
                    books.execute(sa.insert(machine.attachment).values(id="big", **big))

            return work

        works = [house.desk.do(count_then_fill(fill)) for fill in (False, True, False)]
        results = await asyncio.gather(*works, return_exceptions=True)
        await house.desk.do(lambda b: b.execute(sa.text("PRAGMA max_page_count=1000000")))
        stored = [r for r in results if not isinstance(r, NotStored)]
        assert len(stored) < 3
        counted = sa.select(machine.counter.c.n).where(machine.counter.c.name == "planted")
        assert (await house.desk.do(lambda b: b.execute(counted).scalar()) or 0) == len(stored)
