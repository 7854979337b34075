"""What the runs say: medians, ratios of the same round, and the tables. Pure, so that it can be tested."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from time import strftime
from typing import Any

from entrants import DESK, PICKLE, PTB, RAW, REDIS, SQLITE, Entrant, Run, Runs

COLUMNS = ("cpu_us", "wall_us", "p50_ms", "p99_ms")
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
ROOMS = "<!-- microseconds: written by make bench -->", "<!-- end of microseconds -->"

Figures = dict[str, Any]


def middle(runs: Sequence[Run], column: str) -> float:
    return float(median(run[column] for run in runs))


def ratio(peers: Sequence[Sequence[Run]], ours: Sequence[Run], column: str) -> float | None:
    """The cheapest peer's cost over ours in the same round, the median over the rounds; None where nobody ran."""
    rounds = list(zip(*(runs for runs in peers if runs), strict=False))
    shares = [min(run[column] for run in they) / us[column] for they, us in zip(rounds, ours, strict=False)]
    return round(float(median(shares)), 2) if shares else None


def of_rounds(above: Sequence[float], below: Sequence[float], digits: int = 2) -> float:
    """The median of what two things measured in the same rounds are to each other."""
    return round(float(median(a / b for a, b in zip(above, below, strict=True))), digits)


def peers(runs: Runs) -> Figures:
    """The desk beside the peers."""

    def beside(people: int, column: str, *entrants: Entrant) -> float | None:
        return ratio([runs.get((e.name, people), []) for e in entrants], runs[DESK.name, people], column)

    return known({
        "people_64": {
            "ptb_memory_cpu": beside(64, "cpu_us", PTB),
            "pickle_each_cpu": beside(64, "cpu_us", PICKLE),
            "aiogram_durable_cpu": beside(64, "cpu_us", REDIS, SQLITE),
            "raw_loop_cpu": beside(64, "cpu_us", RAW),
            "raw_loop_wall": beside(64, "wall_us", RAW),
            "p99_ms": round(middle(runs[DESK.name, 64], "p99_ms"), 2),
        },
        "people_1": {
            "raw_loop_wall": beside(1, "wall_us", RAW),
            "p50_ms": round(middle(runs[DESK.name, 1], "p50_ms"), 2),
        },
    })  # fmt: skip


def known(figures: Figures) -> Figures:
    """Without what could not be measured: it is absent, never invented."""
    inside = {name: known(value) if isinstance(value, dict) else value for name, value in figures.items()}
    return {name: value for name, value in inside.items() if value not in (None, {})}


def lines_of(figures: Figures, before: str = "") -> Iterable[tuple[str, Any]]:
    """Every figure by its dotted name."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from lines_of(value, f"{before}{name}.")
        else:
            yield before + name, value


def table(runs: Runs) -> str:
    """The peers in Markdown: medians over the rounds."""
    head = ["| peer | people | " + " | ".join(COLUMNS) + " |", "|---|---:|" + "---:|" * len(COLUMNS)]
    lines = [
        f"| {name} | {people} | " + " | ".join(f"{middle(found, column):,.2f}" for column in COLUMNS) + " |"
        for (name, people), found in sorted(runs.items(), key=lambda item: (item[0][1], middle(item[1], "cpu_us")))
    ]
    return "\n".join([*head, *lines])


def page(figures: Figures, runs: Runs) -> str:
    """The figures with the day and the machine, and the peers below them."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    rows = "\n".join(f"| `{name}` | {value} |" for name, value in lines_of(figures))
    return f"On {strftime('%Y-%m-%d')}, {machine}.\n\n| figure | |\n|---|---:|\n{rows}\n\n{table(runs)}\n"


def put_between(text: str, found: str, begin: str = BEGIN, end: str = END) -> str:
    """`text` with what stands between the marks replaced. Raises ValueError where they are missing."""
    before, began, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not began or not ended:
        raise ValueError(f"no {begin} … {end}")
    return f"{before}{begin}\n{found}{end}{after}"


def keep(figures: Figures, runs: Runs, rooms: str, latest: Path, promises: Path) -> None:
    """In latest.json and between the marks of docs/promises.md."""
    latest.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    written = put_between(promises.read_text(encoding="utf-8"), page(figures, runs))
    promises.write_text(put_between(written, rooms, *ROOMS), encoding="utf-8")
