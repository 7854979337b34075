"""What the router knows of a centre: its items, windows and the matters handled elsewhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Matter:
    """One route of the catalogue with the words that lead there."""

    route: str
    name: str
    words: tuple[str, ...]
    window: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The matters of one centre, ids as written in its files."""

    items: tuple[Matter, ...]
    windows: tuple[Matter, ...]
    elsewhere: tuple[Matter, ...]
    answers: tuple[Matter, ...] = ()  # questions a window has answered for good

    @classmethod
    def load(cls, folder: Path) -> "Catalogue":
        """Reads items.yaml, windows.yaml and elsewhere.yaml; raises OSError when one is absent."""
        return cls(
            tuple(_item(row) for row in _rows(folder / "items.yaml")),
            tuple(_window(row) for row in _rows(folder / "windows.yaml")),
            tuple(_elsewhere(row) for row in _rows(folder / "elsewhere.yaml")),
        )

    def matters(self) -> tuple[Matter, ...]:
        return self.items + self.windows + self.elsewhere + self.answers


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, yaml.CSafeLoader) or []


def _item(row: dict[str, Any]) -> Matter:
    return Matter(row["id"], row["name"], tuple(row.get("aliases") or ()), row["window"])


def _window(row: dict[str, Any]) -> Matter:
    return Matter(f"window:{row['id']}", row["name"], (), row["id"])


def _elsewhere(row: dict[str, Any]) -> Matter:
    return Matter(f"elsewhere:{row['id']}", row["name"], tuple(row.get("keywords") or ()))
