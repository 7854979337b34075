"""2-07: an officer's answer teaches the desk, once the administrator says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from reception_desk import Counter

from bot.app import EXAMPLE
from handlers.wording import LONGEST, learnable
from handlers.words import window_numbers
from tests.channels.desk_process import DeskProcess, command
from tests.channels.web_tab import ANN, listening, say


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("要给铁家伙上个名,电话13912345678", "要给铁家伙上个名 电话"),
        ("身份证320922195001010012的本子", "身份证的本子"),
        ("一" * 30 + "," + "二" * 30, "一" * 30),
        ("三" * 90, "三" * LONGEST),
        ("12345678", ""),
    ],
)
def test_what_is_learnt_holds_nobodys_number_and_does_not_run_on(said: str, kept: str) -> None:
    assert learnable(said) == kept


def test_a_window_is_named_by_any_of_its_numbers() -> None:
    assert {"1-3号窗", "2号窗口", "3号"} <= window_numbers("1-3")
    assert window_numbers("22") == {"22号", "22号窗", "22号窗口"}
    assert "咨号" in window_numbers("咨")


WORDS = "家里那个红皮子叫娃画花了"


def test_words_taken_over_lead_there_and_stay_after_a_load(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert command("load", str(EXAMPLE), data=data).returncode == 0
    assert "没有等着定的说法" in command("wording", "list", data=data).stdout
    assert command("wording", "add", "护照到月球", "飞天本本", data=data).returncode == 1
    assert command("wording", "add", "普通护照首次申请", "飞天本本", data=data).returncode == 0
    assert command("wording", "add", "pp_new", "飞天本本", data=data).returncode == 1
    assert command("load", str(EXAMPLE), data=data).returncode == 0
    assert "飞天本本" in command("wording", "list", "--all", data=data).stdout
    assert command("audit", "verify", data=data).returncode == 0


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[DeskProcess]:
    process = DeskProcess(tmp_path / "data")
    await process.start()
    yield process
    process.kill()


async def test_it_counts_for_a_desk_that_runs_meanwhile(running: DeskProcess) -> None:
    async with httpx.AsyncClient(base_url=running.url, timeout=60) as client, listening(client, ANN) as page:
        await say(client, ANN, "飞天本本", "1" * 32)
        assert "普通护照" not in str(await page.texts(1))
        assert running.command("wording", "add", "pp_new", "飞天本本").returncode == 0
        await say(client, ANN, "重来", "2" * 32)
        await say(client, ANN, "飞天本本", "3" * 32)
        assert "普通护照首次申请" in str(await page.texts(3))


async def test_only_an_administrator_decides_and_the_first_decision_counts(desk: Counter) -> None:
    await desk.say("甲", WORDS)
    await desk.say("甲", "都不是")
    await desk.say("黎子涵", "[归哪个窗口]", "户口簿补发换发", "[提交]")
    assert [one.choices for one in desk.to("BH014")] == [("收下", "不收")]
    assert "户口簿补发换发" not in (await desk.say("乙", WORDS)).text
    assert "收下了" in (await desk.say("BH014", "[收下]")).text
    assert "办过了" in (await desk.say("BH014", "[不收]")).text
    await desk.say("丙", WORDS)
    assert "理解:户口簿补发换发" in desk.to("丙")[0].text
