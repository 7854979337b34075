"""Every alarm by name, and its words: what is the matter, what to do. docs/operations.zh-CN.md has an entry each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.templates import Words

# The desk is not ready while one of these stands.
STOPS = (
    "writer: stopped",
    "writer: too much queued",
    "writer: slow",
    "writer: cannot store",
    "database: away",
    "database: damaged",
    "migration: not the newest",
    "outbox: letters wait too long",
    "scheduler: catching up",
    "scheduler: late",
    "routing: not loaded",
    "centre: not loaded",
    "channel: no word",
    "disk: full",
)
# It works, and the administrator has something to do.
WARNS = (
    "clock: was set",
    "calendar: this year provisional",
    "calendar: next year missing",
    "disk: low",
    "records: changed",
    "backup: late",
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One that stands, with what its words need."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def words(self, words: Words) -> str:
        """What is the matter and what to do, for the administrator."""
        slug = self.name.replace(": ", "_").replace(" ", "_")
        return words.say(f"alarm/{slug}", self.values).text
