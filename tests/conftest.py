"""What every test may use: `--accept` writes what the desk says today, nobody may pass it in CI; and its database."""

import os
from collections import Counter
from collections.abc import Iterator

import promises
import pytest
from databases import POSTGRESQL, SQLITE, Running, kinds, running_on
from postgres import postgres, postgres_url, server

__all__ = ["postgres", "postgres_url"]
MARKS = ("on_both: on PostgreSQL as well, also in `make test`", "sqlite_file(why): not on PostgreSQL")
seen: Counter[str] = Counter()  # what became of the tests that opened PostgreSQL


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write the desk's lines instead of comparing them")


def pytest_configure(config: pytest.Config) -> None:
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    if config.getoption("--accept") and os.environ.get("CI"):
        raise pytest.UsageError("--accept is a person's decision: CI compares, it does not write")


@pytest.fixture(scope="session")
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


# -- on both databases (databases.py) ----------------------------------------------------------------------------------
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if found := kinds(metafunc.definition):
        metafunc.parametrize("database_kind", found, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that needs a server goes to one worker: a server costs seconds."""
    for item in items:
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(POSTGRESQL))


@pytest.fixture(autouse=True)
def database_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """On which database this test's desks open."""
    kind = getattr(request, "param", SQLITE)
    if kind == POSTGRESQL:
        monkeypatch.setattr(promises, "WHERE", ", on PostgreSQL")
    with running_on(kind, monkeypatch):
        yield kind
        if Running.made or "postgres" in request.fixturenames:
            request.node.user_properties.append((POSTGRESQL, True))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown" and (POSTGRESQL, True) in report.user_properties:
        seen["tried"] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if tried := seen["tried"]:
        stats = terminalreporter.stats
        bad = [one.nodeid for one in (*stats.get("failed", ()), *stats.get("error", ())) if POSTGRESQL in one.nodeid]
        promises.kept("every test on PostgreSQL", tried=tried, broken=len(set(bad)))
        terminalreporter.write_line(f"{tried} tests opened desks on PostgreSQL")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if server.cache_info().currsize:
        server().close()
