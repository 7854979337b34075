"""What the desk tells those who watch over it: alarms by name and in words, numbers, and nothing about anybody."""

import asyncio
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import structlog
from machine_desk import NOW, Desk, desk_in
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from bot import readiness
from bot.alarms import STOPS, WARNS, Alarm
from bot.readiness import Readiness, calendar_alarms, disk_alarms, letter_alarms, pulses
from bot.speech import Pulse
from bot.templates import Words
from bot.watching import Watching
from rules.calendar import Calendar
from storage.catalogue import Centre
from storage.standing import Standing

WELL = Standing(0, None, 0, 0, None, 0, 0, None)
VALUES = {"count": 3, "why": "x", "since": NOW, "now": NOW, "ahead": True, "free": 7, "year": 2027, "channel": "wecom",
          "where": "booking/YY2600001", "at": NOW}  # fmt: skip


async def names(desk: Desk, folder: Path) -> list[str]:
    found = Readiness(desk.rehearsal.house, folder)
    health = await found.look()
    await found.close()
    return [alarm.name for alarm in (*health.reasons, *health.warnings)]


async def asked(desk: Desk, folder: Path, path: str, token: str = "", **headers: str) -> httpx.Response:
    """One page of the watchers' over ASGI, as asked from this machine."""
    watching = Watching(desk.rehearsal.house, folder, token)
    transport = httpx.ASGITransport(Starlette(routes=watching.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        answer = await client.get(path, headers=headers)
    await watching.close()
    return answer


async def well(desk: Desk) -> None:
    """As a desk that has caught up."""
    desk.rehearsal.house.bells.last_tick = desk.rehearsal.house.clock.now()
    assert desk.rehearsal.house.router


def numbers(answer: httpx.Response) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


# -- alarms ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [*STOPS, *WARNS])
def test_every_alarm_has_words_that_say_what_to_do(name: str) -> None:
    words = Alarm(name, VALUES).words(Words())
    assert re.search("请|会好|就看", words), words
    assert len(words) <= 120


async def test_a_well_desk_has_one_warning_from_november(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await well(desk)
        answer = await asked(desk, tmp_path, "/readyz")
    assert answer.status_code == 200
    assert answer.json()["reasons"] == []
    assert answer.json()["warnings"] == ["calendar: next year missing"]
    assert "2027年的放假安排" in answer.json()["issues"][0]


async def test_what_stops_the_desk_is_named_in_words(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await well(desk)
        desk.rehearsal.house.bells.last_tick = NOW - timedelta(minutes=1)
        answer = await asked(desk, tmp_path, "/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["reasons"] == ["scheduler: late"]
    assert "上午8:59" in answer.json()["issues"][0]


async def test_a_desk_that_has_not_caught_up_is_not_ready(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        assert desk.rehearsal.house.router
        desk.rehearsal.house.bells.last_tick = None
        assert "scheduler: catching up" in await names(desk, tmp_path)


async def test_the_writer_is_asked_for_a_sign_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_in(tmp_path) as desk:
        await well(desk)
        house = desk.rehearsal.house
        monkeypatch.setattr(readiness, "LONGEST_QUEUE", -1)
        assert "writer: too much queued" in await names(desk, tmp_path)
        monkeypatch.undo()
        for trouble, name in ((TimeoutError, "writer: slow"), (OSError, "writer: cannot store")):
            monkeypatch.setattr(house.desk, "do", failing(trouble()))
            assert name in await names(desk, tmp_path)
            monkeypatch.undo()
        monkeypatch.setattr(house.writer, "is_alive", lambda: False)
        assert "writer: stopped" in await names(desk, tmp_path)


def failing(trouble: Exception) -> Any:
    async def do(what: Any) -> None:
        raise trouble

    return do


async def test_a_database_that_is_away_or_old_is_told(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await well(desk)
        await write(desk, "UPDATE alembic_version SET version_num = '0000'")
        assert "migration: not the newest" in await names(desk, tmp_path)
        await write(desk, "ALTER TABLE put_aside RENAME TO away")
        assert "database: away" in await names(desk, tmp_path)
        assert numbers(await asked(desk, tmp_path, "/metrics"))["frontdesk_audit_seq", frozenset()] > 0
        await write(desk, "ALTER TABLE away RENAME TO put_aside")


async def test_a_desk_without_a_centre_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_in(tmp_path) as desk:
        monkeypatch.setattr(desk.rehearsal.house.desk.shelf, "centre", Centre.empty())
        monkeypatch.setattr(readiness.Readiness, "_writer", nothing)
        assert "centre: not loaded" in await names(desk, tmp_path)


async def nothing(self: object) -> list[Alarm]:
    return []


async def write(desk: Desk, statement: str) -> None:
    await desk.rehearsal.house.desk.do(lambda books: books.execute(sa.text(statement)))


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2026, 10, 31), []),
        (date(2026, 11, 1), ["calendar: next year missing"]),
        (date(2027, 1, 1), ["calendar: this year provisional"]),
        (date(2027, 11, 1), ["calendar: this year provisional", "calendar: next year missing"]),
    ],
)
def test_the_calendar_is_asked_for_from_november(today: date, found: list[str]) -> None:
    assert [alarm.name for alarm in calendar_alarms(Calendar(), today)] == found


@pytest.mark.parametrize(("free", "found"), [(2000, []), (1023, ["disk: low"]), (199, ["disk: full"])])
def test_the_disk_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, found: list[str]) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free * 2**20}))
    assert [alarm.name for alarm in disk_alarms(tmp_path)] == found


def test_letters_and_channels_that_wait_are_told() -> None:
    late = WELL._replace(letters_due=3, oldest_letter=NOW - timedelta(minutes=15))
    assert [a.name for a in letter_alarms(late, NOW)] == ["outbox: letters wait too long"]
    assert list(letter_alarms(late._replace(oldest_letter=NOW - timedelta(minutes=14)), NOW)) == []
    ways = {"web": object(), "wecom": Wired(Pulse(trouble="gettoken: errcode 40001")), "telegram": Wired(Pulse())}
    assert [(a.name, a.values["channel"]) for a in pulses(ways)] == [("channel: no word", "wecom")]


class Wired:
    def __init__(self, pulse: Pulse) -> None:
        self.pulse = pulse


# -- numbers ---------------------------------------------------------------------------------------------------------
async def test_messages_letters_and_groups_are_counted(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await well(desk)
        house = desk.rehearsal.house
        before = numbers(await asked(desk, tmp_path, "/metrics"))
        await desk.say("老李", "我想预约办护照")
        await desk.say("老李", "你们几点下班啊")
        after = numbers(await asked(desk, tmp_path, "/metrics"))
        (way,) = house.channels

    def grown(name: str, **labels: str) -> float:
        key = f"frontdesk_{name}", frozenset(labels.items())
        return after[key] - before.get(key, 0)

    assert [grown(f"messages_{what}_total", channel=way) for what in ("heard", "stored", "repeated")] == [2, 2, 0]
    assert grown("letters_total", outcome="posted") >= 2
    assert grown("letters_total", outcome="sent") == grown("letters_total", outcome="posted")
    assert grown("letter_age_seconds_count") == grown("letters_total", outcome="posted")
    assert grown("commit_seconds_count") == grown("group_pieces_count") >= 2
    assert sum(grown("routed_total", outcome=word) for word in ("acted", "asked", "unknown")) >= 1
    assert grown("audit_seq") >= 2
    assert after["frontdesk_calendar_last_year", frozenset()] == 2026
    assert after["frontdesk_alarm", frozenset({("alarm", "disk: full"), ("severity", "stops")})] == 0
    assert after["frontdesk_alarm", frozenset({("alarm", "calendar: next year missing"), ("severity", "warns")})] == 1


async def test_a_repeated_delivery_is_counted_as_one(tmp_path: Path) -> None:
    from bot.speech import Heard

    async with desk_in(tmp_path) as desk:
        house = desk.rehearsal.house
        for _ in range(3):
            await house.desk.hear(Heard("web", "1", "somebody", "您好"))
        assert house.writer.tally.repeated["web"] == 2


async def test_the_numbers_name_nobody(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await well(desk)
        for text in ("投诉", "金丝雀甲推了我", "13987654321"):
            await desk.say("金丝雀甲", text)
        pages = [await asked(desk, tmp_path, path) for path in ("/metrics", "/readyz")]
    for page in pages:
        assert page.text
        assert not re.search("金丝雀|13987654321", page.text)


async def test_labels_are_the_code_s_own_however_many_people_there_are(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("路人", "您好")
        before = set(numbers(await asked(desk, tmp_path, "/metrics")))
        for n in range(20):
            await desk.say(f"路人{n}", f"第{n}件事")
        after = set(numbers(await asked(desk, tmp_path, "/metrics")))
    assert {name for name, _ in after - before} <= {"frontdesk_logged_total"}


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("s3cret", {}, 403),
        ("s3cret", {"Authorization": "Bearer s3cre"}, 403),
        ("s3cret", {"Authorization": "Bearer s3cret", "X-Forwarded-For": "203.0.113.9"}, 200),
    ],
)
async def test_the_numbers_are_not_for_strangers(
    tmp_path: Path, token: str, headers: dict[str, str], status: int
) -> None:
    async with desk_in(tmp_path) as desk:
        assert (await asked(desk, tmp_path, "/metrics", token, **headers)).status_code == status


async def test_a_far_machine_is_a_stranger(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        watching = Watching(desk.rehearsal.house, tmp_path)
        far = httpx.ASGITransport(Starlette(routes=watching.routes()), client=("203.0.113.9", 4711))
        async with httpx.AsyncClient(transport=far, base_url="http://desk") as client:
            assert (await client.get("/metrics")).status_code == 403
        await watching.close()


async def test_the_log_tells_every_hour_how_the_desk_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.watching.HOUR", 0.01)
    async with desk_in(tmp_path) as desk:
        await well(desk)
        await desk.say("金丝雀甲", "您好")
        watching = Watching(desk.rehearsal.house, tmp_path)
        with structlog.testing.capture_logs() as lines:
            noting = asyncio.create_task(watching.note())
            for _ in range(500):
                if not lines:
                    await asyncio.sleep(0.01)
            noting.cancel()
        await watching.close()
    assert (lines[0]["event"], lines[0]["heard"], lines[0]["stored"]) == ("status", 1, 1)
    assert lines[0]["alarms"] == ["calendar: next year missing"]
    assert "金丝雀" not in str(lines)
