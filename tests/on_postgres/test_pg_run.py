"""`frontdesk run` twice on one PostgreSQL: one serves, the other stands by and takes over; the commands beside them."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from databases import MODE
from postgres import Server

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def run(postgres_url: str, tmp_path: Path) -> Iterator[Run]:
    """Starts `frontdesk …` on the test's database; whatever still runs is killed at the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FRONTDESK_")}
    environment |= {"FRONTDESK_DATABASE_URL": postgres_url, "DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    begun: list[subprocess.Popen[str]] = []

    def start(*words: str, port: int = 0) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "bot", *words]
        begun.append(subprocess.Popen(command, env=environment | {"PORT": str(port)}, cwd=ROOT, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT))  # fmt: skip
        return begun[-1]

    yield start
    for one in begun:
        one.kill()
        one.communicate()


def address(desk: "subprocess.Popen[str]") -> str:
    """Where a desk says it listens, once it does."""
    assert desk.stdout is not None
    for line in desk.stdout:
        if "http://" in line:
            return "http://" + line.split("http://")[1].split()[0].rstrip("/,")
    raise AssertionError("the desk ended before it listened")


def health(url: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as unwell:
        return dict(json.load(unwell))


def becomes(url: str, ready: bool) -> dict[str, Any]:
    until, found = time.monotonic() + PATIENCE, {}
    while time.monotonic() < until:
        with suppress(OSError):
            found = health(url)
            if found["ready"] is ready:
                return found
        time.sleep(0.1)
    raise AssertionError(found)


def outcome(command: "subprocess.Popen[str]") -> tuple[int, str]:
    said = command.communicate(timeout=PATIENCE)[0]
    return command.returncode, said


@pytest.mark.skipif(MODE not in ("both", "postgresql"), reason="make faults runs it")
def test_one_serves_and_the_others_stand_by(run: Run, postgres: Server) -> None:
    first = run("run")
    url = address(first)
    becomes(url, ready=True)
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as page:
        numbers = page.read().decode()
    assert all(f"\nfrontdesk_{name} " in numbers for name in ("database_bytes", "letters_waiting", "put_aside"))
    second = run("run")
    load = run("load", "deploy/centre.example")
    verify = run("audit", "verify")
    assert outcome(load)[0] == 3, "the writer's place is taken"
    assert outcome(verify)[1].startswith("ok ")
    assert second.poll() is None

    first.kill()
    url = address(second)
    becomes(url, ready=True)

    third = run("run")
    assert third.stdout is not None
    assert any("待命" in line for line in iter(third.stdout.readline, ""))
    postgres.stop()
    try:
        assert "writer: cannot store" in becomes(url, ready=False)["reasons"]
    finally:
        postgres.start()
    becomes(url, ready=True)
    for desk in (third, second):
        desk.terminate()
        assert outcome(desk)[0] == 0
