"""Structured logs: to standard error, UTC, never the words of a person."""

import logging
import sys
import traceback
from pathlib import Path

import structlog


def to_stderr() -> None:
    """Plain lines for a person on a terminal, JSON for a machine that collects them."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    render: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        render = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            render,
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def where(trouble: BaseException) -> str:
    """File and line of a failure: what a log may say of it."""
    frames = traceback.extract_tb(trouble.__traceback__)
    return " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-4:]))
