"""`frontdesk run` as its own process: starts, says whether it is well, refuses what it must, ends cleanly."""

import asyncio
import json
import os
import socket
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from databases import furnish

from bot.console import open_door
from bot.serving import Serving
from bot.settings import Settings
from tests.channels.desk_process import DeskProcess, command
from tests.channels.web_tab import ANN, BEN, listening, say

SECRET = "canary-9f8e7d6c5b"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskProcess]:
    process = DeskProcess(tmp_path / "data")
    await process.start()
    yield process
    process.kill()


def key() -> str:
    return os.urandom(8).hex()


@pytest.mark.parametrize("whole", [True, False])
async def test_an_address_that_is_told_answers_already(
    tmp_path: Path, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(tmp_path / "data")
    if not whole:
        (tmp_path / "data" / "desk.db").write_bytes(bytes(8192))
    settings = Settings.model_validate({"DATA": tmp_path / "data", "PORT": 0})
    serving, door, told = Serving(settings), open_door(settings), []

    def tell(*_: object, url: str, **__: object) -> None:
        told.append(url)
        socket.create_connection(door.getsockname()).close()
        serving.stop.set()

    monkeypatch.setattr("bot.serving.say", tell)
    await serving.run(door)
    assert told


async def test_it_opens_the_example_centre_and_says_it_is_well(tmp_path: Path) -> None:
    desk = DeskProcess(tmp_path / "data", first=True)
    await desk.start()
    async with httpx.AsyncClient(base_url=desk.url) as client:
        page, alive, ready = [await client.get(path) for path in ("/", "/healthz", "/readyz")]
        webhook = await client.post("/telegram")
    assert (page.status_code, alive.status_code, ready.status_code) == (200, 200, 200)
    assert "滨海县行政服务中心" in page.text
    assert ready.json()["reasons"] == []
    assert webhook.status_code == 404
    assert desk.data.stat().st_mode & 0o077 == 0
    assert await desk.end() == 0


async def test_it_starts_again_and_ends_cleanly(desk: DeskProcess) -> None:
    assert await desk.end() == 0
    await desk.start()
    assert await desk.end() == 0
    assert "Traceback" not in desk.log.read_text()
    log = desk.data / "logs" / "desk.jsonl"
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]  # in the afternoon letters fall due
    assert [event for event in events if event != "letter refused"] == ["opened", "closed"] * 2
    assert log.stat().st_mode & 0o077 == 0


async def test_open_pages_do_not_hold_it_back(desk: DeskProcess) -> None:
    async with httpx.AsyncClient(base_url=desk.url) as client, listening(client, ANN):
        assert await asyncio.wait_for(desk.end(), 30) == 0


async def test_a_second_process_on_the_same_books_is_refused(desk: DeskProcess) -> None:
    second = await asyncio.to_thread(desk.command, "run")
    assert second.returncode == 3
    assert "另一个咨询台" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PORT": "many"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"FRONTDESK_DATABASE_URL": f"{SECRET}"}, "FRONTDESK_DATABASE_URL"),
        ({"FRONTDESK_TELEGRAM_TOKEN": f"1:{SECRET}"}, "FRONTDESK_TELEGRAM_PERSONAL_DATA"),
        ({"FRONTDESK_TELEGRAM_TOKEN": f"1:{SECRET}", "FRONTDESK_TELEGRAM_PERSONAL_DATA": "some"}, "PERSONAL_DATA"),
        ({"FRONTDESK_TELEGRAM_WEBHOOK_URL": f"https://{SECRET}"}, "FRONTDESK_TELEGRAM_WEBHOOK_SECRET"),
        ({"FRONTDESK_WECOM_CORP_ID": SECRET}, "FRONTDESK_WECOM_AGENT_ID"),
        ({"FRONTDESK_DEMO": "1", "FRONTDESK_TELEGRAM_TOKEN": SECRET, "FRONTDESK_TELEGRAM_PERSONAL_DATA": "full"},
         "FRONTDESK_DEMO"),
        ({"FRONTDESK_CONFIG": "/nowhere/desk.toml"}, "FRONTDESK_CONFIG"),
        ({"FRONTDESK_CENTRE": "/nowhere"}, "centre.yaml"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    ended = command("run", data=tmp_path / "data", **settings)
    assert ended.returncode == 2
    assert named in ended.stderr
    assert "Traceback" not in ended.stderr
    assert SECRET not in ended.stderr + ended.stdout
    if named != "centre.yaml":
        assert len(ended.stderr.strip().splitlines()) == 1


async def test_a_taken_port_is_one_sentence(desk: DeskProcess, tmp_path: Path) -> None:
    port = desk.url.rpartition(":")[2]
    ended = await asyncio.to_thread(command, "run", data=tmp_path / "other", PORT=port)
    assert (ended.returncode, port in ended.stderr, "Traceback" in ended.stderr) == (2, True, False)


async def test_what_was_asked_before_a_kill_is_answered_after_it(desk: DeskProcess) -> None:
    async with httpx.AsyncClient(base_url=desk.url) as client:
        assert (await say(client, ANN, "预约社保卡", key())).status_code == 200
    desk.kill()
    await desk.start()
    async with httpx.AsyncClient(base_url=desk.url) as client, listening(client, ANN) as page:
        assert "社会保障卡" in str((await page.bubble())["text"])


async def test_several_tabs_are_the_same_colleague(desk: DeskProcess) -> None:
    async with httpx.AsyncClient(base_url=desk.url) as client:
        for tab in (ANN, BEN):
            become = await client.post("/web/persona", json={"address": tab, "person": "BH023"})
            assert become.status_code == 200
        for tab in (ANN, BEN, ANN):
            async with listening(client, tab) as page:
                await say(client, tab, "帮助", key())
                assert "许正义" in str((await page.bubble())["text"])
    assert bound(desk.data) == [("web", BEN, "BH023")]


async def test_turning_the_clock_fires_what_falls_due(desk: DeskProcess) -> None:
    async with httpx.AsyncClient(base_url=desk.url, timeout=30) as client:
        now = (await client.get("/web/now")).json()["now"]
        year = int(now[:4])
        turned = await client.post("/web/clock", json={"at": f"{now[:10]}T23:59"})
        assert turned.json()["now"].startswith(f"{now[:10]}T23:59")
        assert (await client.post("/web/clock", json={"at": f"{year + 3}-01-01T00:00"})).status_code == 400
        assert (await client.get("/readyz")).status_code == 200


async def test_a_stranger_s_flood_stops_nobody(desk: DeskProcess) -> None:
    async with httpx.AsyncClient(base_url=desk.url, timeout=30) as client:
        flood = asyncio.gather(*(say(client, BEN, f"喂 {n}", key()) for n in range(200)))
        async with listening(client, ANN) as page:
            await say(client, ANN, "帮助", key())
            await page.bubble()  # she is answered; how soon is the bench's question
        assert {answer.status_code for answer in await flood} <= {200, 429, 503}
        assert (await client.get("/readyz")).status_code == 200


async def test_a_photo_is_kept_by_digest(desk: DeskProcess) -> None:
    photo = b"\xff\xd8\xff\xe0" + b"picture" * 10
    headers = {"X-Desk-Address": ANN, "X-Desk-Key": key()}
    async with httpx.AsyncClient(base_url=desk.url) as client:
        assert (await client.post("/web/photo", content=photo, headers=headers)).status_code == 200
    for _ in range(300):
        if kept := rows(desk.data, "SELECT state, digest FROM attachment WHERE state <> 'waiting'"):
            break
        await asyncio.sleep(0.02)
    (state, digest), *_ = kept
    assert state == "kept"
    assert (desk.data / "files" / digest).read_bytes() == photo
    for _ in range(100):
        if not (twice := list((desk.data / "incoming").iterdir())):
            break
        await asyncio.sleep(0.05)
    assert twice == []


def bound(data: Path) -> list[tuple[str, ...]]:
    return rows(data, "SELECT channel, address, person FROM account")


def rows(data: Path, query: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(data / "desk.db") as connection:
        return connection.execute(query).fetchall()
