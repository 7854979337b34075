"""Logs are structured, counted by name, kept 200 days; that they are about nobody is held by tests/test_house.py."""

import json
import logging
import re
from collections.abc import Iterator
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import logs


# -- lines -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Logging as the running desk has it, into a folder; everything as it was afterwards."""
    root, before, level = logging.getLogger(), list(logging.getLogger().handlers), logging.getLogger("httpx").level
    raising = logging.raiseExceptions
    logs.to_stderr()
    logs.EVENTS.clear()
    with logs.in_files(tmp_path / "logs"):
        yield tmp_path / "logs"
    for handler in [h for h in root.handlers if h not in before]:
        root.removeHandler(handler)
        handler.close()
    root.handlers[:] = before
    logging.raiseExceptions = raising
    logging.getLogger("httpx").setLevel(level)
    structlog.reset_defaults()


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "desk.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_line_is_an_object_with_its_time_in_utc(folder: Path) -> None:
    structlog.get_logger().error("letter failed", letter=7, cause="ValueError")
    (line,) = lines(folder)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line.pop("timestamp"))
    assert line == {"event": "letter failed", "level": "error", "letter": 7, "cause": "ValueError"}
    assert logs.EVENTS == {("error", "letter failed"): 1}


def test_of_what_a_library_says_only_who_and_where_is_kept(folder: Path) -> None:
    try:
        raise ValueError("金丝雀 13987654321")
    except ValueError:
        logging.getLogger("telegram.ext").exception("no answer from https://api/bot1:canary for %s", "金丝雀")
    (line,) = lines(folder)
    assert line.pop("timestamp")
    assert line.pop("where").startswith("test_logs.py:")
    assert line == {"event": "library", "level": "error", "library": "telegram.ext", "cause": "ValueError"}
    assert "金丝雀" not in (folder / "desk.jsonl").read_text(encoding="utf-8")


def test_a_flood_of_failures_is_counted_and_not_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs.time, "monotonic", lambda: 120.0)
    for _ in range(1000):
        structlog.get_logger().warning("delivery refused", channel="wecom", cause="signature")
    structlog.get_logger().error("tick failed")
    assert len(lines(folder)) == logs.MOST_A_MINUTE + 1
    assert logs.EVENTS["warning", "delivery refused"] == 1000
    monkeypatch.setattr(logs.time, "monotonic", lambda: 180.0)
    structlog.get_logger().warning("delivery refused", channel="wecom", cause="signature")
    assert len(lines(folder)) == logs.MOST_A_MINUTE + 2


def test_a_file_a_day_is_kept_for_200_days(folder: Path) -> None:
    (handler,) = [h for h in logging.getLogger().handlers if isinstance(h, TimedRotatingFileHandler)]
    assert (handler.when, handler.utc, handler.backupCount) == ("MIDNIGHT", True, 200)
    for n in range(210):
        (folder / f"desk.jsonl.2026-{1 + n // 28:02}-{1 + n % 28:02}").touch()
    structlog.get_logger().info("status")
    handler.doRollover()
    structlog.get_logger().info("status")
    kept = sorted(path.name for path in folder.iterdir())
    assert len(kept) == 1 + 200
    assert "desk.jsonl.2026-01-01" not in kept and "desk.jsonl.2026-08-14" in kept
    assert lines(folder)[0]["event"] == "status"


class Full:
    """A file on a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")

    def flush(self) -> None: ...

    def close(self) -> None: ...


def test_a_disk_that_is_full_does_not_stop_the_desk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (handler,) = [h for h in logging.getLogger().handlers if isinstance(h, TimedRotatingFileHandler)]

    monkeypatch.setattr(handler, "stream", Full())
    structlog.get_logger().error("group not stored", pieces=1)
    assert "Traceback" not in capsys.readouterr().err
    assert logs.EVENTS["error", "group not stored"] == 1


def test_a_folder_that_cannot_be_made_does_not_stop_the_desk(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in the way").touch()
    with logs.in_files(tmp_path / "in the way" / "logs"):
        structlog.get_logger().error("tick failed")
    assert logs.EVENTS["error", "tick failed"] == 1


def test_afterwards_nothing_goes_into_the_files(folder: Path, tmp_path: Path) -> None:
    with logs.in_files(tmp_path / "more"):
        structlog.get_logger().info("opened")
    structlog.get_logger().info("closed")
    assert [line["event"] for line in lines(tmp_path / "more")] == ["opened"]


def test_asked_twice_a_process_says_it_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_stderr()
    logs.to_stderr()
    structlog.get_logger().error("tick failed")
    assert capsys.readouterr().err.count("tick failed") == 1
