"""Who takes part, and one run of one of them in a fresh process."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

HERE = Path(__file__).resolve().parent
VAR = HERE / "var"
ANY = 1000
BEGAN = perf_counter()

Run = dict[str, Any]
Runs = dict[tuple[str, int], list[Run]]


@dataclass(frozen=True)
class Entrant:
    """A peer in one variant, and how many conversations each person holds: alone, and among sixty-four."""

    peer: str
    variant: str
    turns_alone: int
    turns_among_64: int
    own_environment: bool = False
    needs: str = ""  # a variable that stands in the environment when what it needs is there
    rounds: int = ANY  # the slowest take part in the first few only

    @property
    def name(self) -> str:
        return f"{self.peer} {self.variant}"

    @property
    def python(self) -> Path:
        return VAR / self.peer / "bin" / "python" if self.own_environment else Path(sys.executable)

    @property
    def ready(self) -> bool:
        return self.python.exists() and (not self.needs or self.needs in os.environ)

    def turns(self, people: int) -> int:
        return self.turns_alone if people == 1 else self.turns_among_64


DESK = Entrant("desk", "telegram", 100, 8)
RAW = Entrant("raw", "loop", 100, 8)
PTB = Entrant("ptb", "mem", 100, 6)
PICKLE = Entrant("ptb", "pickle_each", 40, 1)
REDIS = Entrant("aiogram", "redis_always", 40, 2, own_environment=True, needs="BENCH_REDIS")
SQLITE = Entrant("aiogram", "sqlite_each", 40, 2, own_environment=True)
MEMORY = Entrant("aiogram", "mem", 60, 3, own_environment=True, rounds=2)
NONEBOT = Entrant("nonebot", "mem", 20, 1, own_environment=True, rounds=2)
ALL = (DESK, RAW, PTB, PICKLE, REDIS, SQLITE, MEMORY, NONEBOT)


def once(entrant: Entrant, people: int, *more: str, turns: int = 0, **environment: str) -> Run:
    """One run in a fresh process. Raises RuntimeError with the end of what it complained about."""
    asked = [entrant.peer, entrant.variant, "--people", f"{people}", "--turns", f"{turns or entrant.turns(people)}"]
    command = [str(entrant.python), str(HERE / "bench_peer.py"), *asked, *more]
    return line_of(command, environment, entrant.name)


def line_of(command: list[str], environment: Mapping[str, str], name: str) -> Run:
    """The last line of JSON a command prints."""
    there = without_settings() | dict(environment)
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=there)
    lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    if not lines or ended.returncode:
        raise RuntimeError(f"{name}: {(ended.stdout + ended.stderr)[-600:]}")
    return dict(json.loads(lines[-1]))


def without_settings() -> dict[str, str]:
    """The caller's environment, without settings of a real desk."""
    return {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}


def rounds_of(entrants: list[Entrant], rounds: int) -> Runs:
    """Every entrant in every round; who goes first moves on, so that nobody always meets the warm disk."""
    runs: Runs = {}
    for number in range(rounds):
        first = number % len(entrants)
        for entrant in (e for e in entrants[first:] + entrants[:first] if number < e.rounds):
            for people in (1, 64):
                runs.setdefault((entrant.name, people), []).append(once(entrant, people))
        say(f"round {number + 1} of {rounds} done")
    return runs


def say(what: str) -> None:
    """What comes now, and how long everything before it took."""
    print(f"bench: {perf_counter() - BEGAN:4.0f} s  {what}", file=sys.stderr, flush=True)
