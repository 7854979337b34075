"""The words a centre's people use, kept as data: concepts, wordings of the matters, fillers, intents."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "lexicon"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts by name with their surface forms; more wordings by route; fillers; rules of intent."""

    concepts: dict[str, tuple[str, ...]]
    wordings: dict[str, tuple[str, ...]]
    fillers: tuple[str, ...]
    intents: dict[str, Any]

    @classmethod
    def load(cls, folder: Path = HERE) -> "Lexicon":
        """Reads the four files of a lexicon folder; lists may be written as one line with spaces."""
        return cls(
            {name: _words(said) for name, said in _read(folder / "concepts.yaml").items()},
            {route: _words(said) for route, said in _read(folder / "wordings.yaml").items()},
            _words(_read(folder / "fillers.yaml")["fillers"]),
            _read(folder / "intents.yaml"),
        )


def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, yaml.CSafeLoader) or {}


def _words(said: str | list[str]) -> tuple[str, ...]:
    return tuple(said.split() if isinstance(said, str) else said)
