"""The bench's own arithmetic: what a figure says follows from the runs, and nothing is said where nothing ran."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import bench_peer
import figures
from entrants import DESK, PTB, RAW, REDIS, SQLITE, Entrant, Run, Runs


def run(cpu: float, wall: float = 0.0) -> Run:
    return {"cpu_us": cpu, "wall_us": wall or cpu, "p50_ms": cpu / 10, "p99_ms": cpu / 5}


def runs(**costs: list[float]) -> Runs:
    names: dict[str, Entrant] = {"desk": DESK, "ptb": PTB, "raw": RAW, "redis": REDIS, "sqlite": SQLITE}
    return {(names[name].name, people): [run(c) for c in found] for name, found in costs.items() for people in (1, 64)}


def test_a_ratio_is_taken_in_the_same_round() -> None:
    """A round in which the whole machine was slow changes nothing."""
    found = figures.peers(runs(desk=[100, 1000, 110], ptb=[200, 2000, 230]))
    assert found["people_64"]["ptb_memory_cpu"] == 2.0


def test_the_better_of_two_peers_counts() -> None:
    found = figures.peers(runs(desk=[100, 100, 100], redis=[900, 400, 700], sqlite=[600, 500, 800]))
    assert found["people_64"]["aiogram_durable_cpu"] == 6.0


def test_one_of_two_peers_is_enough() -> None:
    found = figures.peers(runs(desk=[100], sqlite=[600]))
    assert found["people_64"]["aiogram_durable_cpu"] == 6.0


def test_what_did_not_run_is_absent() -> None:
    found = figures.peers(runs(desk=[100]))
    assert found == {"people_64": {"p99_ms": 20.0}, "people_1": {"p50_ms": 10.0}}


def test_of_rounds_is_the_median_of_the_rounds_own_ratios() -> None:
    assert figures.of_rounds([10, 40, 90], [10, 20, 30]) == 2.0


def test_lanes_never_share_a_person_and_go_through_all_of_them() -> None:
    lanes = bench_peer.feeds(4, 5, among=20)
    people = [{json.loads(raw)["message"]["from"]["id"] for raw in lane} for lane in lanes]
    assert set.union(*people) == set(range(bench_peer.FIRST, bench_peer.FIRST + 20))
    assert sum(map(len, people)) == 20


def test_a_table_between_marks_is_replaced_and_the_rest_stays() -> None:
    page = f"before\n{figures.BEGIN}\nold\n{figures.END}\nafter\n"
    once = figures.put_between(page, "new\n")
    assert once == f"before\n{figures.BEGIN}\nnew\n{figures.END}\nafter\n"
    assert figures.put_between(once, "new\n") == once


@pytest.mark.parametrize("page", ["nothing", figures.BEGIN, figures.END])
def test_without_marks_nothing_is_written(page: str) -> None:
    with pytest.raises(ValueError, match="no <!--"):
        figures.put_between(page, "new\n")


def test_every_figure_has_its_line() -> None:
    page = figures.page({"people_64": {"p99_ms": 20.0}, "start_s": 1.5}, runs(desk=[100]))
    assert "| `people_64.p99_ms` | 20.0 |" in page
    assert "| `start_s` | 1.5 |" in page
    assert "| desk telegram | 64 | 100.00 | 100.00 | 10.00 | 20.00 |" in page
