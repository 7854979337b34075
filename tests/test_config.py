"""Secrets in settings: a file others can read is refused, what is printed is masked, none stands in the repository."""

import re
import subprocess
from pathlib import Path

import pytest
from house_source import ROOT

from tests.channels.desk_process import command

SECRET = "k9-very-secret-k9"
TOML = f'telegram_token = "1:{SECRET}"\ntelegram_personal_data = "none"\naudit_key = "{SECRET}"\n'
SHAPES = re.compile(
    rb"(?<![\w:])\d{8,10}:AA[\w-]{33}(?![\w-])"  # a bot's token
    rb"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    rb"|AGE-SECRET-KEY-1[0-9A-Z]{50,}"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "desk.toml"
    place.write_text(TOML, encoding="utf-8")
    return place


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
@pytest.mark.parametrize("words", [("run",), ("config", "check")])
def test_a_file_others_can_read_is_refused(file: Path, tmp_path: Path, mode: int, words: tuple[str, ...]) -> None:
    file.chmod(mode)
    ended = command(*words, data=tmp_path / "data", FRONTDESK_CONFIG=file)
    assert (ended.returncode, "chmod 600" in ended.stderr) == (2, True)
    assert SECRET not in ended.stderr + ended.stdout
    assert len(ended.stderr.strip().splitlines()) == 1


def test_what_is_printed_is_masked(file: Path, tmp_path: Path) -> None:
    file.chmod(0o600)
    url = f"postgresql://desk:{SECRET}@db/desk"
    ended = command("config", "check", data=tmp_path / "data", FRONTDESK_CONFIG=file, FRONTDESK_DATABASE_URL=url)
    assert ended.returncode == 0, ended.stderr
    assert SECRET not in ended.stderr + ended.stdout
    assert "FRONTDESK_TELEGRAM_TOKEN = **********" in ended.stdout
    assert "FRONTDESK_WECOM_SECRET =\n" in ended.stdout
    assert "postgresql://desk:***@db/desk" in ended.stdout


def test_no_secret_stands_in_the_repository() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    files = [ROOT / name.decode() for name in tracked if name]
    assert [path.name for path in files if path.is_file() and SHAPES.search(path.read_bytes())] == []


def test_a_planted_secret_would_be_found() -> None:
    assert SHAPES.search(b"token = 123456789:AA" + b"x" * 33)
    assert SHAPES.search(b"-----BEGIN EC " + b"PRIVATE KEY-----")
