"""The calendar file: real bytes parsed again; moved, cancelled, two matters; nothing of the person in it."""

import re
from datetime import timedelta

import httpx
import pytest
from icalendar import Calendar
from reception_desk import Counter, day
from test_sheet import printer  # noqa: F401 - the same browser

PHONE = "13812344321"


async def taken(desk: Counter, browser: httpx.AsyncClient, who: str, line: str) -> tuple[bytes, Calendar]:
    found = re.search(r"http://\S+", (await desk.say(who, line)).text)
    assert found is not None
    answer = await browser.get(found[0])
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/calendar")
    return answer.content, Calendar.from_ical(answer.content)


@pytest.fixture
async def booked(desk: Counter, printer: httpx.AsyncClient) -> Counter:  # noqa: F811
    await desk.say("小陈", "帮我爸预约结婚登记 明天上午9点", PHONE, "提交")
    return desk


async def test_an_entry_follows_its_booking(booked: Counter, printer: httpx.AsyncClient) -> None:  # noqa: F811
    _, made = await taken(booked, printer, "小陈", "放进日历")
    (first,) = made.events
    assert made["method"] == "PUBLISH" and first["sequence"] == 0 and first["status"] == "CONFIRMED"
    assert first.start == day(24, 9) and first.end == day(24, 9, 30) and str(first.start.tzinfo) == "UTC"
    assert (first["summary"], "1楼22号" in first["location"]) == ("结婚登记", True)
    (bell,) = first.alarms.times
    assert bell.trigger == day(23, 19)
    await booked.say("小陈", "我的预约", "改时间", "后天上午10点")
    (moved,) = (await taken(booked, printer, "小陈", "放进日历 YY2600001"))[1].events
    assert moved["uid"] == first["uid"] and moved["sequence"] == 1 and moved.start == day(25, 10)
    await booked.say("小陈", "我的预约", "取消预约", "取消预约")
    _, gone = await taken(booked, printer, "小陈", "放进日历 YY2600001")
    (over,) = gone.events
    assert gone["method"] == "CANCEL" and over["status"] == "CANCELLED"
    assert over["uid"] == first["uid"] and over["sequence"] == 2 and not over.alarms.times


async def test_nothing_of_the_person_and_lines_as_long_as_allowed(
    booked: Counter,
    printer: httpx.AsyncClient,  # noqa: F811
) -> None:
    raw, made = await taken(booked, printer, "小陈", "放进日历")
    text = raw.decode().replace("\r\n ", "")
    for private in (PHONE, "4321", "父亲", "小陈", "YY2600001"):
        assert private not in text
    lines = raw.split(b"\r\n")
    assert lines[-1] == b"" and all(len(line) <= 75 for line in lines)
    assert any(line.startswith(b" ") for line in lines), "the papers' line is folded"
    for line in lines:
        line.decode()  # no character is torn apart
    (one,) = made.events
    assert "请带齐:双方身份证、近期合影、双方到场\n有变动打" in one["description"]


async def test_one_file_for_both_matters_and_none_for_others(
    booked: Counter,
    printer: httpx.AsyncClient,  # noqa: F811
) -> None:
    await booked.say("小陈", "再办一件", "补身份证", "[上午9:30]")
    _, made = await taken(booked, printer, "小陈", "放进日历 YY2600001")
    assert [one.start - day(24, 9) for one in made.events] == [timedelta(0), timedelta(minutes=30)]
    link = re.search(r"http://\S+", (await booked.say("小陈", "放进日历")).text)
    assert link is not None and (await printer.get(link[0][:-1] + "_")).status_code == 404
    assert "没查到您名下有" in (await booked.say("路人", "放进日历 YY2600001")).text
    await booked.at(day(25, 10))
    assert (await printer.get(link[0])).status_code == 404, "a day later it is over"
