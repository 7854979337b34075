"""Figures of routing and times on the development sentences, even and odd ids apart.

python -m tests.understanding.measure [--errors even] [--only questions|times]
"""

import argparse
import csv
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.understanding.catalogue import Catalogue
from bot.understanding.cli_lines import route_line, when_line
from bot.understanding.routing import Router
from rules.calendar import Calendar

DATA = Path(__file__).parent / "data"
CENTRE = Path(__file__).parents[2] / "deploy" / "centre.example"
Rows = list[dict[str, str]]
Answers = list[dict[str, Any]]


def halves(path: Path) -> dict[str, Rows]:
    """The rows by the last digit of their id: even ones were read while writing, odd ones were not."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    even = [row for row in rows if int(row["id"][-1]) % 2 == 0]
    return {"even": even, "odd": [row for row in rows if row not in even], "all": rows}


def score(rows: Rows, answers: Answers, scorer: str) -> str:
    """What the given scorer prints; it expects the catalogue two folders up."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "understanding" / "eval"
        home.mkdir(parents=True)
        (Path(folder) / "centre").symlink_to(CENTRE)
        (home / scorer).write_text((DATA / f"{scorer}.txt").read_text(encoding="utf-8"), encoding="utf-8")
        _write(home / "rows.csv", rows)
        (home / "answers.jsonl").write_text("\n".join(map(_line, answers)), encoding="utf-8")
        command = [sys.executable, scorer, "rows.csv", "answers.jsonl"]
        return subprocess.run(command, cwd=home, capture_output=True, text=True, check=True).stdout


def _line(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


def _write(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def questions(errors: str) -> None:
    begun = time.perf_counter()
    router = Router(Catalogue.load(CENTRE))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"router ready after {time.perf_counter() - begun:.2f} s, {memory} MB")
    for half, rows in halves(DATA / "dev_questions.csv").items():
        took, answers = [], []
        for row in rows:
            begun = time.perf_counter()
            answers.append(route_line(router, dict(row)))
            took.append(1000 * (time.perf_counter() - begun))
        print(half, f"p95 {statistics.quantiles(took, n=20)[-1]:.1f} ms", score(rows, answers, "score_questions.py"))
        if half == errors:
            _wrong_routes(rows, answers)


def _wrong_routes(rows: Rows, answers: Answers) -> None:
    for row, answer in zip(rows, answers, strict=True):
        if answer["ranked"][0] not in {row["label"], *row["alt_labels"].split(";")}:
            print(row["id"], row["style"], row["text"], row["label"], answer["ranked"][:3], answer["confidence"])


def times(errors: str) -> None:
    for half, rows in halves(DATA / "dev_times.csv").items():
        answers = [when_line(dict(row), Calendar()) for row in rows]
        print(half, score(rows, answers, "score_times.py"))
        if half == errors:
            _wrong_times(rows, answers)


def _wrong_times(rows: Rows, answers: Answers) -> None:
    for row, answer in zip(rows, answers, strict=True):
        if any(row[key][:16] != answer[key][:16] for key in ("status", "start", "end") if row[key]):
            print(row["id"], row["text"], row["context"], row["status"], row["start"], row["end"], *answer.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", default="", choices=("", "even", "odd"))
    parser.add_argument("--only", default="", choices=("", "questions", "times"))
    given = parser.parse_args()
    if given.only != "times":
        questions(given.errors)
    if given.only != "questions":
        times(given.errors)
