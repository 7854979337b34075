"""The codes at the windows: each leads to its own window, and what it says is understood by the desk."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from databases import furnish

from bot.channels.telegram_speech import hear
from bot.cli import EXAMPLE, main
from bot.web.papers import qr
from bot.window_codes import code_of, with_matters
from handlers.words import BIND, WINDOW_CODE
from storage.loading import load_folder

URL = "https://desk.example"


def test_every_code_names_its_own_window() -> None:
    centre = load_folder(EXAMPLE).centre
    for window in with_matters(centre):
        code = code_of(window, URL, "DeskBot")
        said = WINDOW_CODE.match(f"/start at-{unquote(code['page'].removeprefix(URL + '/#at='))}")
        assert said and centre.windows[said["window"]] is window
        payload = code["chat"].removeprefix("https://t.me/DeskBot?start=")
        message = {"chat": {"id": 5, "type": "private"}, "text": f"/start {payload}"}  # what Telegram makes of it
        heard = hear({"update_id": 1, "message": message})
        assert heard and WINDOW_CODE.match(heard.text) and not BIND.match(heard.text)
    assert {"ducha"} == set(centre.windows) - {window.id for window in with_matters(centre)}


def test_the_command_prints_a_sheet_whole_in_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(tmp_path)
    monkeypatch.setenv("DATA", str(tmp_path))
    monkeypatch.delenv("FRONTDESK_PUBLIC_URL", raising=False)
    refused = CliRunner().invoke(main, ["window-codes"])
    assert refused.exit_code == 2
    monkeypatch.setenv("FRONTDESK_PUBLIC_URL", f"{URL}/")
    assert CliRunner().invoke(main, ["window-codes", "--telegram", "a/b"]).exit_code == 2
    made = CliRunner().invoke(main, ["window-codes", "--telegram", "DeskBot"])
    assert made.exit_code == 0
    assert qr(f"{URL}/#at=hunyin") in made.output and qr("https://t.me/DeskBot?start=at-hunyin") in made.output
    assert "婚姻登记窗口" in made.output and " src=" not in made.output and " href=" not in made.output
