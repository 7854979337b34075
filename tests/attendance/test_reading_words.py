"""What colleagues write in their own words: who agreed, where they go, that they are not back yet (6-02, 6-14)."""

from pathlib import Path

import pytest
from machine_desk import NOW, desk_in

from bot.answers import Unread
from bot.understanding.times import stretches
from handlers import words_attendance as words
from handlers.attendance.leave_reading import read_agreed, read_who
from handlers.attendance.outing import place_in, untimed
from rules.attendance import StandIn
from rules.calendar import Calendar

COVER = StandIn("县民政局", "王芳", "13912345678", "")


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("王芳本人答应了", "self"),
        ("本人已答应", "self"),
        ("王芳", "self"),
        ("原单位已同意", "bureau"),
        ("单位同意了", "bureau"),
        ("张副局长", "张副局长"),
        ("李科长同意的", "李科长同意的"),
    ],
)
def test_who_agreed_is_read(said: str, read: str) -> None:
    assert read_agreed(COVER)(said) == read


@pytest.mark.parametrize("said", ["提交", "取消", "13912345678", "5", "嗯", "随便", "同意", "确认", "哈哈哈"])
def test_any_other_word_is_nobody_s_consent(said: str) -> None:
    assert isinstance(read_agreed(COVER)(said), Unread)


@pytest.mark.parametrize("said", ["提交", "取消", "12", "张", "abc", "不知道"])
def test_a_command_or_a_number_is_no_name(said: str) -> None:
    assert isinstance(read_who(said), Unread)


def test_a_name_or_an_office_is_kept() -> None:
    assert [read_who(said) for said in ("张副局长", "李明")] == ["张副局长", "李明"]


@pytest.mark.parametrize(
    ("said", "place", "why"),
    [
        ("去银行办业务", "银行", "办业务"),
        ("去县住建局办手续", "县住建局", "办手续"),
        ("去医院办住院", "医院", "办住院"),
        ("去县政务办", "县政务办", None),
        ("到县委办送材料", "县委办", "送材料"),
        ("去县住建局送材料", "县住建局", "送材料"),
        ("去社区办点事", "社区", "办点事"),
    ],
)
def test_the_place_does_not_swallow_the_errand(said: str, place: str, why: str | None) -> None:
    assert place_in(said) == {"place": place, "why": why}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("去县税务局送报表 三点多回来", "送报表"),
        ("去县住建局取图纸,大概两三点回", "取图纸"),
        ("送材料 去县财政局 改天回", "送材料"),
    ],
)
def test_a_time_not_understood_is_no_part_of_the_reason(said: str, why: str) -> None:
    assert place_in(untimed(said, stretches(said, NOW, Calendar())))["why"] == why


@pytest.mark.parametrize("said", ["还没", "还没有", "还没回来", "没回来", "还没呢", "还要一会"])
def test_not_back_yet_is_understood(said: str) -> None:
    assert words.NOT_YET.match(said)


@pytest.mark.parametrize("said", ["没有人", "没有", "我要请假", "我", "", "还没批"])
def test_other_words_are_left_alone(said: str) -> None:
    assert not words.NOT_YET.match(said)


async def test_not_yet_asks_for_a_new_time(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("BH023", "外出 去银行办业务 10点回来 13800000009")
        await desk.say("BH023", "提交")
        await desk.rehearsal.hear("BH022", tap="同意")
        await desk.rehearsal.move_to(NOW.replace(hour=10, minute=1))
        assert "几点" in (await desk.say("BH023", "还没"))[0]
        assert "上午11:00" in (await desk.say("BH023", "11点"))[0]


async def test_a_leave_nobody_decided_is_spoken_of_when_it_begins(tmp_path: Path) -> None:
    """6-07: asked beforehand means decided beforehand; a consent given later says so."""
    async with desk_in(tmp_path) as desk:
        await desk.say("BH023", "请假 今天下午3点到5点 家里有事")
        await desk.say("BH023", "提交")
        desk.said.clear()
        await desk.rehearsal.move_to(NOW.replace(hour=15, minute=1))
        begun = [(one.to, one.text) for one in desk.said if one.at.hour == 15]
        assert {to for to, _ in begun} >= {"BH023"} and len(begun) == 2
        assert all("还没批" in text for _, text in begun)
        desk.said.clear()
        await desk.rehearsal.hear("BH022", tap="同意")
        assert "开始以后才批" in next(one.text for one in desk.said if one.to == "BH023")
        assert "开始以后才批" in "".join(await desk.say("BH023", "查询 QJ2600001"))
