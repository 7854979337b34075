"""Figures of routing and times on the development sentences, even and odd ids apart.

python -m tests.understanding.measure [--errors even] [--write]
"""

import argparse
import csv
import json
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
from tests.understanding.calibration import bands, plot

DATA = Path(__file__).parent / "data"
CENTRE = Path(__file__).parents[2] / "deploy" / "centre.example"
LOTS = (
    ("own", "own_questions.csv"),
    ("E, F", "lots_ef.csv"),
    ("G, H", "lots_gh.csv"),
    ("J", "lots_j.csv"),
    ("M", "lots_m.csv"),
    ("N", "lots_n.csv"),
)
Rows = list[dict[str, str]]
DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- figures: written by make understand -->", "<!-- end of figures -->"
Answers = list[dict[str, Any]]


def halves(path: Path) -> dict[str, Rows]:
    """The rows by the last digit of their id: even ones were read while writing, odd ones were not."""
    rows = read(path)
    even = [row for row in rows if int(row["id"][-1]) % 2 == 0]
    return {"even": even, "odd": [row for row in rows if row not in even], "all": rows}


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


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


def questions(errors: str) -> list[str]:
    _ready("None")  # leaves the tables on disk
    warm, memory = _ready("None"), _ready("None", memory=True)
    cold = _ready("Path(mkdtemp())")
    router = Router(Catalogue.load(CENTRE))
    columns: dict[str, dict[str, str]] = {}
    took: list[float] = []
    for half, rows in {
        **halves(DATA / "dev_questions.csv"),
        **{name: read(DATA / file) for name, file in LOTS},
    }.items():
        answers = [_timed(router, row, took) for row in rows]
        columns[half] = flat(json.loads(score(rows, answers, "score_questions.py")))
        if half == errors:
            _wrong_routes(rows, answers)
    p95 = statistics.quantiles(took, n=20)[-1]
    speed = (
        f"Of processor time: ready after {warm:.2f} s with prepared tables, {cold:.1f} s without; "
        f"p95 {p95:.1f} ms, slowest {max(took):.0f} ms. {memory:.0f} MB resident."
    )
    return [*table("questions", columns), "", speed]


def _ready(cache: str, memory: bool = False) -> float:
    """Seconds until a router of a process of its own is ready, or the megabytes it then holds."""
    told = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024" if memory else "time.process_time() - begun"
    code = (
        "import time; begun = time.process_time()\n"
        "import resource; from pathlib import Path; from tempfile import mkdtemp\n"
        "from bot.understanding.catalogue import Catalogue; from bot.understanding.routing import Router\n"
        f"Router(Catalogue.load(Path({str(CENTRE)!r})), cache={cache}); print({told})"
    )
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def _timed(router: Router, row: dict[str, str], took: list[float]) -> dict[str, Any]:
    begun = time.process_time()
    answer = route_line(router, dict(row))
    took.append(1000 * (time.process_time() - begun))
    return answer


def flat(figures: dict[str, Any]) -> dict[str, str]:
    """The scorer's figures as one column of text."""
    column = {name: str(value) for name, value in figures.items() if not isinstance(value, dict)}
    column |= {f"{name} precision / recall": f"{p} / {r}" for name, (p, r) in figures.get("classes P/R", {}).items()}
    return column | {f"style {name}": str(value) for name, value in figures.get("by style", {}).items()}


def table(name: str, columns: dict[str, dict[str, str]]) -> list[str]:
    """Markdown rows, one figure each."""
    rows = list(dict.fromkeys(row for column in columns.values() for row in column))
    head = [f"| {name} | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    return head + [f"| {row} | {' | '.join(column.get(row, '') for column in columns.values())} |" for row in rows]


def _wrong_routes(rows: Rows, answers: Answers) -> None:
    for row, answer in zip(rows, answers, strict=True):
        if answer["ranked"][0] not in {row["label"], *row["alt_labels"].split(";")}:
            print(row["id"], row["style"], row["text"], row["label"], answer["ranked"][:3], answer["confidence"])


def times(errors: str) -> list[str]:
    columns = {}
    for half, rows in {
        **halves(DATA / "dev_times.csv"),
        "own": read(DATA / "own_times.csv"),
        "lots": read(DATA / "lot_times.csv"),
    }.items():
        answers = [when_line(dict(row), Calendar()) for row in rows]
        columns[half] = flat(json.loads(score(rows, answers, "score_times.py")))
        if half == errors:
            _wrong_times(rows, answers)
    return table("times", columns)


def _wrong_times(rows: Rows, answers: Answers) -> None:
    for row, answer in zip(rows, answers, strict=True):
        if any(row[key][:16] != answer[key][:16] for key in ("status", "start", "end") if row[key]):
            print(row["id"], row["text"], row["context"], row["status"], row["start"], row["end"], *answer.values())


def write(lines: list[str]) -> None:
    """The table between its marks in the document, and the plot beside it."""
    page = DOCS / "understanding.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{chr(10).join(lines)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    (DOCS / "understanding-calibration.svg").write_text(plot(bands(DATA / "first_sight.csv")), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", default="", choices=("", "even", "odd", "own", "lots"))
    parser.add_argument("--write", action="store_true", help="keep the table and the plot in docs/")
    given = parser.parse_args()
    lines = [*questions(given.errors), "", *times(given.errors)]
    print("\n".join(lines))
    if given.write:
        write(lines)


if __name__ == "__main__":
    main()
