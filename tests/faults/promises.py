"""The promises as `make faults` shows them: what was tried and what was broken, one line a promise.

A fault test says `kept("kill", tried=200, broken=len(found))` before it asserts; `python -m tests.faults.promises` then
prints the table, and with --write keeps it in docs/promises.md.
"""

import argparse
import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from time import strftime
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "promises.jsonl"
PAGE = ROOT / "docs" / "promises.md"
BEGIN, END = "<!-- promises: written by make faults -->", "<!-- end of promises -->"
WHERE = ""  # on which database, when it is not the usual one
FULL = os.environ.get("FRONTDESK_FAULTS") == "full"


def scaled(usual: int, full: int) -> int:
    """How often a fault is caused: `make test` tries a few, `make faults` as many as the promise says."""
    return full if FULL else usual


def kept(promise: str, *, tried: int, broken: int, note: str = "") -> None:
    """Note what one test tried and found broken; only `make faults` keeps it."""
    if FULL:
        KEPT.parent.mkdir(exist_ok=True)
        with KEPT.open("a", encoding="utf-8") as file:
            line = {"promise": promise + WHERE, "tried": tried, "broken": broken, "note": note}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def rows() -> Iterator[dict[str, Any]]:
    """The last word on each promise, by its name."""
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []
    found = {line["promise"]: line for line in map(json.loads, lines)}
    yield from (found[name] for name in sorted(found))


def table() -> str:
    """Markdown."""
    head = ["| promise | tried | broken | |", "|---|---:|---:|---|"]
    return "\n".join(head + [f"| {r['promise']} | {r['tried']:,} | {r['broken']:,} | {r['note']} |" for r in rows()])


def write(found: str) -> None:
    """The table between its marks, with the day and the machine."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    text = f"{before}{BEGIN}\nOn {strftime('%Y-%m-%d')}, {machine}.\n\n{found}\n{END}{rest.partition(END)[2]}"
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="keep the table in docs/promises.md")
    given = parser.parse_args()
    print(table())
    if given.write:
        write(table())


if __name__ == "__main__":
    main()
