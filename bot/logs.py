"""Structured logs: UTC, one JSON object a line, kept 200 days by the desk itself; never the words of a person.

Events and keys are the code's own names, and each event is counted. Of what libraries log only who and where is kept:
their words may hold addresses and tokens.
"""

import logging
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

KEPT_DAYS = 200  # the law asks for six months
MOST_A_MINUTE = 60  # of one event; the others are only counted, so that no flood of failures fills the disk
EVENTS: Counter[tuple[str, str]] = Counter()  # (level, event)
_this_minute: Counter[str] = Counter()

Event = MutableMapping[str, Any]


def to_stderr() -> None:
    """Plain lines for a person on a terminal, JSON for a machine that collects them."""
    logging.raiseExceptions = False  # a full disk stops the log, not the desk
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            counted,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=lambda *_: logging.getLogger("frontdesk"),
    )
    logging.getLogger("frontdesk").setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it names every address it asks
    _hang(logging.StreamHandler(), structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else _json())


@contextmanager
def in_files(folder: Path) -> Iterator[None]:
    """Meanwhile also into `folder`: a file a day (UTC), as many as there are days to keep. One process at a time.

    Where that fails the desk goes on without, and the doctor says so.
    """
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    daily = TimedRotatingFileHandler(
        folder / "desk.jsonl", when="midnight", backupCount=KEPT_DAYS, encoding="utf-8", utc=True, delay=True
    )
    _hang(daily, _json())
    try:
        yield
    finally:
        logging.getLogger().removeHandler(daily)
        daily.close()


def _hang(handler: logging.Handler, render: Any) -> None:
    """One handler of a kind: a process that is asked twice logs once."""
    root = logging.getLogger()
    handler.setLevel(logging.INFO)
    chain: list[structlog.typing.Processor] = [_library, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    render_all: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=render_all, foreign_pre_chain=chain))
    for old in [h for h in root.handlers if type(h) is type(handler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)


def _json() -> Any:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def counted(logger: Any, level: str, event: Event) -> Event:
    """Count it by name; drop it when its like filled this minute."""
    name = event["event"]
    EVENTS[level, name] += 1
    minute = str(time.monotonic() // 60)
    if minute not in _this_minute:
        _this_minute.clear()
    _this_minute.update((minute, name))
    if _this_minute[name] > MOST_A_MINUTE:
        raise structlog.DropEvent
    return event


def _library(logger: Any, level: str, event: Event) -> Event:
    record: logging.LogRecord = event["_record"]
    cause = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
    said = {"event": "library", "level": level, "library": record.name, "where": f"{record.filename}:{record.lineno}"}
    kept = {name: event[name] for name in ("_record", "_from_structlog")}
    return {**said, "cause": cause, **kept}


def where(trouble: BaseException) -> str:
    """File and line of a failure: what a log may say of it."""
    frames = traceback.extract_tb(trouble.__traceback__)
    return " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-4:]))
