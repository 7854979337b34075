"""What the administrator types: load, migrate, jobs, outbox, audit, code, doctor, chat; also beside a running desk."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from databases import furnish

from tests.channels.desk_process import DeskProcess, command, free_port
from tests.channels.web_tab import ANN, listening, say

EXAMPLE = Path(__file__).resolve().parents[1] / "deploy" / "centre.example"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the example centre loaded."""
    folder = tmp_path / "data"
    furnish(folder)
    return folder


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskProcess]:
    process = DeskProcess(tmp_path / "data")
    await process.start()
    yield process
    process.kill()


def rows(data: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(data / "desk.db") as connection:
        return connection.execute(query).fetchall()


def changed_centre(tmp_path: Path, file: str, old: str, new: str) -> Path:
    folder = tmp_path / "centre"
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_load_says_what_it_took_over_and_may_be_repeated(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert command("load", str(EXAMPLE), data=data).returncode == 0
    before = command("audit", "verify", data=data).stdout
    again = command("load", str(EXAMPLE), data=data)
    assert (again.returncode, "42个窗口" in again.stdout) == (0, True)
    assert command("audit", "verify", data=data).stdout == before


def test_a_bad_row_is_named_and_nothing_is_taken_over(data: Path, tmp_path: Path) -> None:
    bad = changed_centre(tmp_path, "staff.yaml", "role: director", "role: emperor")
    before = rows(data, "SELECT id, role FROM staff ORDER BY id")
    refused = command("load", str(bad), data=data)
    assert refused.returncode == 1
    assert "staff.yaml 第" in refused.stderr
    assert "emperor" in refused.stderr
    assert rows(data, "SELECT id, role FROM staff ORDER BY id") == before


async def test_a_running_desk_knows_at_once_what_was_loaded_beside_it(desk: DeskProcess, tmp_path: Path) -> None:
    hotline = "0515-11112222"
    changed = changed_centre(tmp_path, "centre.yaml", hotline_of(desk.data), hotline)
    async with httpx.AsyncClient(base_url=desk.url) as client, listening(client, ANN) as page:
        await say(client, ANN, "人工", os.urandom(8).hex())
        await page.bubble()
        assert desk.command("load", str(changed)).returncode == 0
        await say(client, ANN, "人工", os.urandom(8).hex())
        assert hotline in str((await page.bubble())["text"])
    assert desk.command("audit", "verify").stdout.startswith("ok ")


def hotline_of(data: Path) -> str:
    (found,) = rows(data, "SELECT json_extract(body, '$.service_hotline') FROM fact WHERE kind = 'centre'")
    return str(found[0])


def test_the_chain_names_a_row_changed_behind_the_desk_s_back(data: Path) -> None:
    assert command("audit", "verify", data=data).returncode == 0
    with sqlite3.connect(data / "desk.db") as connection:
        connection.execute("UPDATE staff SET name = 'X' WHERE id = 'BH023'")
    caught = command("audit", "verify", data=data)
    assert (caught.returncode, caught.stdout.strip()) == (1, "staff/BH023")


def test_the_chain_is_not_proved_without_its_key(data: Path) -> None:
    (data / "desk.db.key").unlink()
    missed = command("audit", "verify", data=data)
    assert (missed.returncode, "钥匙" in missed.stderr) == (1, True)
    assert not (data / "desk.db.key").exists()


async def test_a_code_beside_a_running_desk_leaves_the_chain_whole(desk: DeskProcess) -> None:
    async with httpx.AsyncClient(base_url=desk.url) as client:
        for _ in range(2):
            assert "一次性编码" in desk.command("code", "BH023").stdout
            assert (await say(client, ANN, "帮助", os.urandom(8).hex())).status_code == 200
    assert await desk.end() == 0
    assert desk.command("audit", "verify").stdout.startswith("ok ")


@pytest.mark.parametrize("person", ["BH999", "没有这个人"])
def test_a_code_is_for_colleagues_only(data: Path, person: str) -> None:
    refused = command("code", person, data=data)
    assert (refused.returncode, person in refused.stderr) == (1, True)


def test_jobs_are_listed_and_run_by_name(data: Path) -> None:
    listed = command("jobs", "list", data=data).stdout
    assert "duty/plan" in listed
    assert command("jobs", "run", "duty/plan", data=data).returncode == 0
    assert command("jobs", "run", "no/such", data=data).returncode == 1
    assert command("audit", "verify", data=data).returncode == 0


def test_the_outbox_shows_no_words_and_no_citizen(data: Path) -> None:
    columns = "id, key, person, channel, address, text, labels, token, file, flags, recheck, subject, posted, state"
    values = "1, 'k', 'telegram:42', 'telegram', '42', '秘密', '[]', '', '', '', '', '', '2026-11-23T01:00:00.000Z'"
    letter = f"INSERT INTO outbox ({columns}) VALUES ({values}, 'dead')"
    with sqlite3.connect(data / "desk.db") as connection:
        connection.execute(letter)
    shown = command("outbox", "list", data=data).stdout
    assert "没送到" in shown
    assert "秘密" not in shown
    assert "42" not in shown.replace("2026", "")


def test_migrate_brings_an_empty_folder_up(tmp_path: Path) -> None:
    done = command("migrate", data=tmp_path / "data")
    assert (done.returncode, "最新" in done.stdout) == (0, True)
    assert command("outbox", "list", data=tmp_path / "data").returncode == 0


async def test_migrate_waits_for_no_running_desk(desk: DeskProcess) -> None:
    assert desk.command("migrate").returncode == 3


def test_the_doctor_names_what_is_wrong_and_what_to_do(data: Path) -> None:
    (data / "desk.db.key").chmod(0o644)
    said = command("doctor", data=data)
    assert said.returncode == 1
    assert "✗ 咨询台没在运行" in said.stdout
    assert "chmod 600 desk.db.key" in said.stdout or "desk.db.key" in said.stderr


async def test_the_doctor_finds_a_running_desk_well(desk: DeskProcess) -> None:
    said = desk.command("doctor").stdout
    assert "✓ 咨询台正在运行" in said
    assert "✓ 审计链接得上" in said
    assert "✓ 数据库完好" in said


@pytest.mark.parametrize("words", [("doctor",), ("outbox", "list"), ("audit", "verify")])
def test_where_there_is_no_desk_one_is_told_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = command(*words, data=tmp_path / "data")
    assert (told.returncode, "frontdesk run" in told.stderr) == (1, True)
    assert not (tmp_path / "data" / "desk.db").exists()


def test_a_terminal_is_a_way_in(tmp_path: Path) -> None:
    said = command("chat", data=tmp_path / "data", typed="预约社保卡\n1\n")
    assert said.returncode == 0, said.stderr
    assert "  1. 周" in said.stdout
    assert "这几个时间" in said.stdout


async def test_the_doctor_hears_what_only_the_running_desk_knows(tmp_path: Path) -> None:
    port = free_port()
    dead = {"FRONTDESK_TELEGRAM_TOKEN": "1:token", "FRONTDESK_TELEGRAM_PERSONAL_DATA": "full"}
    process = DeskProcess(tmp_path / "data", PORT=port, FRONTDESK_TELEGRAM_BASE_URL="http://127.0.0.1:9", **dead)
    await process.start_unready()
    try:
        for _ in range(100):
            said = await asyncio.to_thread(process.command, "doctor")
            if "telegram通道不通" in said.stdout:
                break
        assert (said.returncode, f"✓ 咨询台在端口{port}答话" in said.stdout) == (1, True)
        assert "✗ telegram通道不通" in said.stdout
        assert "✓ 日志留着" in said.stdout
        alive, ready = [await asyncio.to_thread(process.command, "healthcheck", *more) for more in ((), ("--ready",))]
        assert (alive.returncode, ready.returncode) == (0, 1)
        assert "telegram通道不通" in ready.stderr
    finally:
        process.kill()
    gone = await asyncio.to_thread(process.command, "healthcheck")
    assert (gone.returncode, str(port) in gone.stderr) == (1, True)


def test_the_doctor_counts_what_went_wrong_lately(data: Path) -> None:
    aside = "INSERT INTO put_aside (id, at, person, raw, cause) VALUES (?, ?, '', '', '')"
    with sqlite3.connect(data / "desk.db") as connection:
        connection.execute(aside, ("web:1", "2020-01-01T01:00:00.000Z"))
    assert "✓ 最近七天没有搁置的消息" in command("doctor", data=data).stdout
    with sqlite3.connect(data / "desk.db") as connection:
        connection.execute(aside, ("web:2", "2999-01-01T01:00:00.000Z"))
        connection.execute("INSERT INTO timer (key, at, name, args, state) VALUES "
                           "('k', '2999-01-01T01:00:00.000Z', 'x', '{}', 'failed')")  # fmt: skip
    said = command("doctor", data=data).stdout
    assert "✗ 最近七天有1条消息没处理成" in said
    assert "✗ 最近七天有1件到点的事没做成" in said
