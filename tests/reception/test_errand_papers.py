"""1-07: who answers for an errand, what outlives a wish to be forgotten, who hears of silence."""

from reception_desk import Counter, day

from rules.errands import State
from storage.errands import ORIGINAL


async def ask(desk: Counter) -> None:
    await desk.say("小丽", "代办 给我妈领社保卡", "13912345678", "提交")


async def test_the_books_themselves_refuse_to_end_over_a_paper(desk: Counter) -> None:
    await ask(desk)
    await desk.say("黎子涵", "接下代办 DB2600001", "收材料 DB2600001 身份证原件")
    assert not await desk.do(lambda books: books.errands.end("DB2600001", State.DONE, "x"))
    await desk.say("黎子涵", "退材料 DB2600001 全部")
    assert await desk.do(lambda books: books.errands.end("DB2600001", State.DONE, "x"))
    assert not await desk.do(lambda books: books.errands.receive("DB2600001", [["身份证", ORIGINAL, 1]]))


async def test_an_errand_nobody_takes_on_goes_to_everybody_at_the_desk(desk: Counter) -> None:
    await ask(desk)
    await desk.at(day(23, 9, 31))
    assert {one.to for one in desk.said if "还没人接" in one.text} == await desk.do(lambda books: books.duty.on_desk())
    await desk.say("黎子涵", "接下代办 DB2600001")
    assert "已经有人接了" in (await desk.say("黎子涵", "接下代办 DB2600001")).text


async def test_who_is_erased_is_known_until_the_papers_are_back(desk: Counter) -> None:
    await ask(desk)
    await desk.say("黎子涵", "接下代办 DB2600001", "收材料 DB2600001 身份证原件")
    done = await desk.do(lambda books: books.erasing("citizen:小丽").erase())
    row = await desk.do(lambda books: books.errands.get("DB2600001"))
    assert done.kept["errand"] == 1 and row.phone == "13912345678"
    await desk.say("黎子涵", "退材料 DB2600001 全部")
    await desk.do(lambda books: books.erasing("citizen:小丽", "again").erase())
    row = await desk.do(lambda books: books.errands.get("DB2600001"))
    assert (row.phone, row.for_whom, row.state) == ("", "", "withdrawn") and row.person.startswith("erased-")
