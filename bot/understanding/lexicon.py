"""The words a centre's people use, kept as data: concepts, wordings of the matters, fillers, intents."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.understanding.leaning import Weights

HERE = Path(__file__).parent / "lexicon"
WORDINGS = ("wordings.yaml",)
SPOKEN = ("spoken_a.yaml", "spoken_b.yaml", "spoken_c.yaml", "spoken_d.yaml", "spoken_intents.yaml")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts by name with their surface forms; names, sayings and needed concepts by route; fillers; intents."""

    concepts: dict[str, tuple[str, ...]]
    wordings: dict[str, tuple[str, ...]]
    spoken: dict[str, tuple[str, ...]]
    needs: dict[str, tuple[str, ...]]
    fillers: tuple[str, ...]
    intents: dict[str, Any]
    leaning: Weights

    @classmethod
    def load(cls, folder: Path = HERE) -> "Lexicon":
        """Reads a lexicon folder; lists may be written as one line with spaces."""
        return cls(
            {name: _words(said) for name, said in _read(folder / "concepts.yaml").items()},
            _wordings(folder, WORDINGS),
            _wordings(folder, SPOKEN),
            _wordings(folder, ("needs.yaml",)),
            _words(_read(folder / "fillers.yaml")["fillers"]),
            _read(folder / "intents.yaml") | {name: _read(folder / f"{name}.yaml") for name in ("grievance", "wish")},
            _weights(folder / "leaning.tsv"),
        )


def _wordings(folder: Path, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The wordings of some files, those of one route together."""
    all_said: dict[str, tuple[str, ...]] = {}
    for name in names:
        for route, said in _read(folder / name).items():
            all_said[route] = tuple(dict.fromkeys(all_said.get(route, ()) + _words(said)))
    return all_said


def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, yaml.CSafeLoader) or {}


def _weights(path: Path) -> Weights:
    _, *lines = path.read_text(encoding="utf-8").splitlines()
    return {name: tuple(map(int, held)) for name, *held in (line.split("\t") for line in lines)}


def _words(said: str | list[str]) -> tuple[str, ...]:
    return tuple(said.split() if isinstance(said, str) else (word for line in said for word in line.split()))
