"""`make bench`: the desk beside its peers, interleaved, a fresh process for every run; medians over the rounds.

A ratio is the peer's cost per message over the desk's in the same round: greater is better for the desk.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from startup import seconds_to_ready

HERE = Path(__file__).resolve().parent
VAR = HERE / "var"
LATEST = HERE / "latest.json"
COLUMNS = ("cpu_us", "wall_us", "p50_ms", "p99_ms")

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

    @property
    def name(self) -> str:
        return f"{self.peer} {self.variant}"

    @property
    def python(self) -> Path:
        return VAR / self.peer / "bin" / "python" if self.own_environment else Path(sys.executable)

    @property
    def ready(self) -> bool:
        return self.python.exists() and (HERE / f"peer_{self.peer}.py").exists()


DESK = Entrant("desk", "plain", 150, 8)
TYPED = Entrant("desk", "typed", 150, 8)
RAW = Entrant("raw", "loop", 150, 8)
PTB = Entrant("ptb", "mem", 150, 6)
MORE = (
    Entrant("ptb", "pickle_each", 60, 2),
    Entrant("aiogram", "mem", 75, 3, own_environment=True),
    Entrant("aiogram", "sqlite_each", 40, 2, own_environment=True),
    Entrant("nonebot", "mem", 30, 1, own_environment=True),
)


def once(entrant: Entrant, people: int) -> Run:
    """One run in a fresh process. Raises RuntimeError with the end of what it complained about."""
    turns = entrant.turns_alone if people == 1 else entrant.turns_among_64
    asked = [entrant.peer, entrant.variant, "--people", str(people), "--turns", str(turns)]
    command = [str(entrant.python), str(HERE / "bench_peer.py"), *asked]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False, env=_environment())
    lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    if not lines or ended.returncode:
        raise RuntimeError(f"{entrant.name}: {(ended.stdout + ended.stderr)[-600:]}")
    return dict(json.loads(lines[-1]))


def _environment() -> dict[str, str]:
    """The caller's, without settings of a real desk."""
    return {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}


def rounds_of(entrants: list[Entrant], rounds: int) -> Runs:
    """Every entrant in every round; who goes first moves on, so that nobody always meets the warm disk."""
    runs: Runs = {}
    for number in range(rounds):
        first = number % len(entrants)
        for entrant in entrants[first:] + entrants[:first]:
            for people in (1, 64):
                runs.setdefault((entrant.name, people), []).append(once(entrant, people))
        print(f"round {number + 1} of {rounds} done", file=sys.stderr, flush=True)
    return runs


def middle(runs: list[Run], column: str) -> float:
    return float(median(run[column] for run in runs))


def ratio(runs: Runs, peer: Entrant, people: int, column: str) -> float:
    pairs = zip(runs[peer.name, people], runs[DESK.name, people], strict=True)
    return round(float(median(theirs[column] / ours[column] for theirs, ours in pairs)), 2)


def table(runs: Runs) -> str:
    head = f"{'peer':<20}{'people':>8}" + "".join(f"{column:>12}" for column in COLUMNS)
    lines = [
        f"{name:<20}{people:>8}" + "".join(f"{middle(found, column):>12.3f}" for column in COLUMNS)
        for (name, people), found in sorted(runs.items(), key=lambda item: (item[0][1], item[0][0]))
    ]
    return "\n".join([head, *lines])


def summary(runs: Runs, start_s: float | None) -> dict[str, Any]:
    return {
        "people_64": {
            "ptb_memory_cpu": ratio(runs, PTB, 64, "cpu_us"),
            "raw_loop_cpu": ratio(runs, RAW, 64, "cpu_us"),
            "raw_loop_wall": ratio(runs, RAW, 64, "wall_us"),
            "p99_ms": round(middle(runs[DESK.name, 64], "p99_ms"), 2),
        },
        "people_1": {
            "raw_loop_wall": ratio(runs, RAW, 1, "wall_us"),
            "p50_ms": round(middle(runs[DESK.name, 1], "p50_ms"), 2),
        },
        "start_s": None if start_s is None else round(start_s, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--all", action="store_true", help="the optional peers as well (benchmarks/setup.sh)")
    asked = parser.parse_args()
    VAR.mkdir(exist_ok=True)
    wanted = [DESK, TYPED, RAW, PTB, *(MORE if asked.all else ())]
    runs = rounds_of([entrant for entrant in wanted if entrant.ready], asked.rounds)
    print(table(runs))
    if not DESK.ready:
        raise SystemExit("benchmarks/peer_desk.py is missing: no ratios, latest.json left as it was")
    starts = seconds_to_ready(VAR, asked.rounds)
    figures = summary(runs, median(starts) if starts else None)
    LATEST.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
