"""What is logged is structured, counted by name, kept 200 days, and about nobody."""

import ast
import json
import logging
import re
from collections.abc import Iterator
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from typing import Any

import house_source as source
import pytest
import structlog

from bot import logs

# Every key a log line may have, and what may stand there: names of the code's own, numbers, digests. Never a word, a
# name, an address or the text of an exception, which may quote any of them.
NUMBER = r"[\w.]+(\(\))?"
ALLOWED = {
    "alarms": r"\[alarm\.name for alarm in .*\]",
    "audit": r"self\._house\.desk\.shelf\.chain\.head\.seq",
    "cause": r"type\(\w+\)\.__name__|'[a-z ]+'|cause",
    "channel": r"'(telegram|wecom|web)'|channel\.name",
    "code": r"code",
    "heard": NUMBER, "stored": NUMBER, "repeated": NUMBER, "not_stored": NUMBER,
    "id": r"digest_of\([\w.]+\)\[:12\]",
    "job": r"name",
    "letter": r"letter\.id",
    "letters": r"dict\(tally\.letters\)",
    "name": r"open_\.name",
    "pieces": r"len\(batch\)",
    "port": r"door\.getsockname\(\)\[1\]",
    "timer": r"row\.name",
    "where": r"where\(\w+\)",
}  # fmt: skip
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log", "warn", "msg"}


def calls(module: source.Module) -> Iterator[ast.Call]:
    """Everything said to something called log or logger."""
    for node in ast.walk(module.tree):
        spoken = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS
        if spoken and re.search(r"\b_?log(ger|ging)?\b|getLogger|get_logger", ast.unparse(node.func.value)):  # type: ignore[union-attr]
            yield node  # type: ignore[misc]


def unsafe(module: source.Module) -> list[str]:
    return [f"{module.where}:{call.lineno}: {fault}" for call in calls(module) for fault in faults(call)]


def faults(call: ast.Call) -> Iterator[str]:
    if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant) or not isinstance(call.args[0].value, str):
        yield "an event is one constant name"
    for given in call.keywords:
        value = ast.unparse(given.value)
        if given.arg not in ALLOWED or not re.fullmatch(ALLOWED[given.arg], value):
            yield f"{given.arg}={value}"


@pytest.mark.parametrize("module", source.modules(), ids=lambda module: module.where)
def test_every_log_call_passes_only_what_is_known_to_be_safe(module: source.Module) -> None:
    assert unsafe(module) == []


def test_the_causes_that_are_handed_on_are_safe_too() -> None:
    (fetching,) = [m for m in source.modules() if m.where == "bot/fetching.py"]
    handed = [
        ast.unparse(node.args[1]) for node in ast.walk(fetching.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._lose"
    ]  # fmt: skip
    assert handed
    assert [cause for cause in handed if not re.fullmatch(r"type\(\w+\)\.__name__|'[a-z ]+'", cause)] == []


@pytest.mark.parametrize(
    "line",
    [
        'log.error(f"lost {heard.text}")',
        'log.error("lost", cause=str(trouble))',
        'log.error("lost", address=heard.address)',
        'log.error("lost: %s", trouble)',
        'log.error("lost", id=inbox_id)',
        'log.exception("lost", exc_info=True)',
        'logging.getLogger("x").warning("lost %s", name)',
        'structlog.get_logger().warning("lost", **row)',
        'self._log.warning("lost", text=heard.text)',
    ],
)
def test_a_leak_would_be_found(tmp_path: Path, line: str) -> None:
    place = tmp_path / "bot" / "leaky.py"
    place.parent.mkdir()
    place.write_text(line + "\n", encoding="utf-8")
    assert unsafe(source.Module(place, tmp_path))


# -- lines -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Logging as the running desk has it, into a folder; everything as it was afterwards."""
    root, before, level = logging.getLogger(), list(logging.getLogger().handlers), logging.getLogger("httpx").level
    raising = logging.raiseExceptions
    logs.to_stderr()
    logs.to_files(tmp_path / "logs")
    logs.EVENTS.clear()
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


def test_asked_twice_a_process_logs_once(folder: Path) -> None:
    logs.to_stderr()
    logs.to_files(folder)
    structlog.get_logger().error("tick failed")
    assert len(lines(folder)) == 1
