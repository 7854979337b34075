"""The power goes at any moment: nothing acknowledged is lost, the books open, the chain is whole, kept files are there.

The desk's writes and syncs are recorded (disk.c); each image is what a disk may hold after a cut (power_disk.py).
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from disk_shim import needs_gcc
from machine_desk import start_in
from power_check import faults_of
from promises import FULL, kept, scaled

IMAGES, RUNS = scaled(10, 10_000), scaled(1, 40)
FIRST_STARTS = scaled(1, 200)
pytestmark = pytest.mark.sqlite_file("disk images are of its file; PostgreSQL recovers by a log of its own")


def loaded(folder: Path) -> dict[str, bytes]:
    """A database with the example centre, as it lay there before."""
    start_in(folder)
    return {name: (folder / name).read_bytes() for name in ("desk.db", "desk.db.key")}


def found_in(runs: list[tuple[int, int, dict[str, bytes]]]) -> list[str]:
    """The faults of all runs, two at a time when there are many."""
    if not FULL:
        return [fault for run in runs for fault in faults_of(*run)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as workers:
        return [fault for one in [workers.submit(faults_of, *run) for run in runs] for fault in one.result()]


@needs_gcc
def test_no_cut_of_the_power_loses_what_was_acknowledged(tmp_path: Path) -> None:
    files = loaded(tmp_path)
    runs = [(seed, IMAGES // RUNS, files) for seed in range(RUNS)]
    found = found_in([(1000, FIRST_STARTS, {}), *runs])
    cuts = RUNS * (IMAGES // RUNS) + FIRST_STARTS
    kept("power cut", tried=cuts, broken=len(found), note=f"{RUNS} recorded runs, {FIRST_STARTS} cuts in a first start")
    assert found == []


@needs_gcc
def test_a_database_that_is_not_synced_is_caught(tmp_path: Path) -> None:
    found = faults_of(1, 12, loaded(tmp_path), plant="unsynced")
    assert any("was acknowledged and is lost" in fault for fault in found), found
