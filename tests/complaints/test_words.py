"""What is said around a number: anonymous after all, a correction that is none, the whole story, how things stand."""

from pathlib import Path

import pytest
from machine_desk import desk_in

from handlers.complaints import lodging

HEAD, CLERK = "BH004", "BH023"
STORY = "投诉黎子涵骂人" + "说了很多难听的话" * 30


async def test_anonymous_can_be_said_when_the_phone_is_asked(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        for line in ("投诉黎子涵骂人", "吴建华"):
            await desk.say("老吴", line)
        (check,) = await desk.say("老吴", "匿名")
        assert "匿名" in check and "吴建华" not in check


@pytest.mark.parametrize("empty", ["无", "空", "没有。"])
async def test_found_true_without_a_correction_is_not_closed(tmp_path: Path, empty: str) -> None:
    async with desk_in(tmp_path) as desk:
        for line in ("投诉黎子涵骂人", "匿名", "提交"):
            await desk.say("老吴", line)
        await desk.say(HEAD, "答复 TS2600001 已查实")
        await desk.say(HEAD, "办结 TS2600001")
        await desk.say(HEAD, "属实")
        assert "整改" in (await desk.say(HEAD, empty))[0]
        assert "已办结" in (await desk.say(HEAD, "已批评教育"))[0]


async def test_a_card_is_short_and_the_story_can_be_read(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        for line in (STORY, "匿名"):
            await desk.say("老吴", line)
        await desk.rehearsal.hear("老吴", text="提交")
        card = next(one.text for one in desk.said if one.to == HEAD)
        assert STORY not in card and "全文发:看 TS2600001" in card
        assert STORY in (await desk.say(HEAD, "看 TS2600001"))[0]
        assert "没查到" in (await desk.say(CLERK, "看 TS2600001"))[0]


async def test_a_story_of_many_pages_is_read_page_by_page(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        for line in ("投诉黎子涵骂人" + "难听的话啊" * 400, "匿名", "提交"):
            await desk.say("老吴", line)
        first = (await desk.say(HEAD, "看 TS2600001"))[0]
        assert "第1页,共2页" in first and len(first) < 1600
        await desk.rehearsal.hear(HEAD, tap="下一页")
        assert "第2页" in desk.said[-1].text
        assert "第2页" in (await desk.say(HEAD, "看 TS2600001 9"))[0]


async def test_progress_shows_the_one_thing_lists_several_or_says_how(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        assert "编号" in (await desk.say("老吴", "进度"))[0]
        for line in ("投诉黎子涵骂人", "匿名", "提交"):
            await desk.say("老吴", line)
        assert "投诉 TS2600001:" in (await desk.say("老吴", "进度"))[0]
        assert "投诉 TS2600001:" in (await desk.say("老吴", "查询TS 2600001"))[0]
        for line in ("投诉税务窗口的人骂人", "匿名", "提交"):
            await desk.say("老吴", line)
        await desk.rehearsal.hear("老吴", text="进度")
        assert set(desk.said[-1].choices) == {"TS2600001", "TS2600002"}


@pytest.mark.parametrize("line", ["请假 明天", "外出 去银行", "值班记录 今天", "交接班 好了", "发编码 BH022"])
async def test_a_colleague_s_word_from_a_citizen_is_told_how_to_bind(tmp_path: Path, line: str) -> None:
    async with desk_in(tmp_path) as desk:
        assert "绑定 编码" in (await desk.say("老吴", line))[0]


async def test_a_citizen_s_sentence_that_only_begins_so_is_understood_as_before(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        assert "绑定" not in "".join(await desk.say("老吴", "外出打工要办什么证"))


async def test_unbinding_is_asked_once_more(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        assert "真的" in (await desk.say(CLERK, "解除绑定"))[0]
        assert "没有解除" in (await desk.say(CLERK, "不解除"))[0]
        await desk.say(CLERK, "解除绑定")
        assert "已解除" in (await desk.say(CLERK, "1"))[0]


async def test_where_personal_data_must_not_pass_neither_name_nor_phone_is_asked(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        desk.rehearsal.house.desk.shelf.discreet = frozenset({"terminal"})
        (check,) = await desk.say("老吴", "投诉黎子涵骂人")
        assert "姓名:匿名" in check
        assert "编号 TS2600001" in "".join(await desk.say("老吴", "提交"))


async def test_a_summary_is_six_lines_at_most(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        for line in ("投诉黎子涵骂人", "吴建华"):
            await desk.say("老吴", line)
        (check,) = await desk.say("老吴", "13800000000")
        assert len(check.splitlines()) <= 6 and "吴建华,电话:13800000000" in check


@pytest.mark.parametrize(
    ("said", "unnamed"),
    [("不想说名字", True), ("名字就不留了吧", True), ("俺不敢讲", True), ("姓名不方便", True), ("别写我名字", True),
     ("匿名投诉", True), ("不好意思我叫王芳", False), ("我姓王,不要说出去", False), ("王不留", False)],
)  # fmt: skip
def test_who_wants_no_name_is_not_called_so(said: str, unnamed: bool) -> None:
    assert (lodging.read_name(said) == lodging.ANONYMOUS) is unnamed
