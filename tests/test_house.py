"""The house itself: what every file, template and clause has to keep to."""

import importlib
import statistics
import warnings
from collections.abc import Callable
from typing import Any

import house_coverage as coverage
import house_logs as logs
import house_source as source
import house_templates as templates
import pytest

SYSTEMS = (
    "reception", "first_contact", "complaints", "meetings", "computers", "attendance", "inspection", "security",
    "hygiene", "archives", "study", "reports", "assessment",
)  # fmt: skip
CLAUSES_OF_SYSTEM = dict(zip(range(1, 13), (22, 11, 21, 11, 16, 18, 7, 14, 5, 5, 5, 11), strict=True))
NAMED_BY_THE_USER = ("telegram", "wechatpy", "aiosqlite", "jinja2", "apscheduler", "pytest_asyncio")
MEDIAN_LINES, NINE_IN_TEN_LINES, MOST_LINES, FILE_LINES = 7, 25, 40, 300

SAID = templates.all_said()
PRODUCT = source.modules()
EVERYTHING = source.modules(folders=source.CODE_FOLDERS)

TEMPLATE_RULES: tuple[tuple[int, Callable[[templates.Said], list[str]]], ...] = (
    (1, templates.long_bubbles),
    (4, templates.unexplained),
    (5, templates.impolite),
    (6, templates.foreign_dates),
    (9, templates.too_many_choices),
    (10, templates.bad_labels),
    (26, templates.long_for_elders),
)


def contents() -> Any:
    """The table of contents, or a skip while nobody has written it."""
    found = getattr(importlib.import_module("handlers"), "CONTENTS", None)
    return found if found is not None else pytest.skip("handlers has no table of contents yet")


def register() -> Any:
    return pytest.importorskip("rules.register").REGISTER


def test_every_clause_has_a_verdict() -> None:
    rows = register()
    by_system = {number: sum(key.split("-")[0] == str(number) for key in rows) for number in CLAUSES_OF_SYSTEM}
    assert by_system == CLAUSES_OF_SYSTEM
    assert [row.id for row in rows.values() if row.verdict not in coverage.VERDICTS] == []
    assert [row.id for row in rows.values() if row.verdict in {"said", "left to people"} and not row.reason] == []


def test_rules_claim_only_clauses_that_exist() -> None:
    rows = register()
    claimed = importlib.import_module("rules.clause").CLAUSES
    assert [key for key in claimed if key not in rows and not key.startswith("G")] == []


def test_every_rule_in_force_is_asked_by_somebody() -> None:
    """A rule that only its own test calls puts nothing in force: it is wired, or the register says it is not."""
    rules = {rule.__name__ for carried in importlib.import_module("rules.clause").CLAUSES.values() for rule in carried}
    asked = source.asked(PRODUCT)
    assert sorted(rules - asked) == sorted(importlib.import_module("rules.register").NOT_ASKED)


def test_every_clause_in_force_is_named_by_a_test() -> None:
    shown = coverage.shown_by()
    assert [row.id for row in register().values() if row.verdict == "in force" and row.id not in shown] == []


def test_coverage_page_is_current(request: pytest.FixtureRequest) -> None:
    rules = importlib.import_module("rules.clause").CLAUSES
    wanted = coverage.page(register().values(), rules, coverage.shown_by())
    if coverage.accepting(bool(request.config.getoption("--accept", default=False))):
        coverage.PAGE.write_text(wanted, encoding="utf-8")
    written = coverage.PAGE.read_text(encoding="utf-8") if coverage.PAGE.exists() else ""
    assert written == wanted, "docs/coverage.md is out of date: make accept"


@pytest.mark.parametrize(("number", "broken"), TEMPLATE_RULES, ids=[f"rule {n}" for n, _ in TEMPLATE_RULES])
def test_templates_keep_the_rule(number: int, broken: Callable[[templates.Said], list[str]]) -> None:
    found = {said.name: faults for said in SAID if (faults := broken(said))}
    assert found == {}


def test_long_sentences_are_pointed_out() -> None:
    for said in SAID:
        for sentence in templates.long_sentences(said):
            warnings.warn(f"{said.name}: a sentence of {len(sentence)} characters: {sentence}", stacklevel=1)


def test_every_exemption_gives_a_reason() -> None:
    bare = [s.name for s in SAID if "exempt" in s.facts and all(w.isdigit() for w in s.facts["exempt"].split())]
    assert bare == []


def test_every_template_is_used() -> None:
    assert templates.unused(SAID, PRODUCT) == []


def test_every_template_named_in_code_exists() -> None:
    found = contents()
    other_names = {*found.conversations, *found.timers, *found.rechecks, *(job.name for job in found.jobs)}
    assert templates.missing(SAID, PRODUCT, other_names) == []


@pytest.mark.parametrize("module", PRODUCT, ids=lambda module: module.where)
def test_no_sentence_stands_in_code(module: source.Module) -> None:
    assert source.speech(module) == []


@pytest.mark.parametrize("module", PRODUCT, ids=lambda module: module.where)
def test_every_log_call_passes_only_what_is_known_to_be_safe(module: source.Module) -> None:
    assert logs.unsafe(module) == []


def test_causes_that_are_handed_on_to_a_log_are_safe_too() -> None:
    handed = [*logs.handed_on(PRODUCT)]
    assert handed
    assert [cause for cause in handed if cause == "cause" or not logs.is_safe("cause", cause)] == []


def test_rules_and_handlers_are_told_the_time() -> None:
    told = source.modules(folders=("rules", "handlers"))
    assert [place for module in told for place in source.clocks(module)] == []


def test_functions_are_short() -> None:
    lengths = sorted(length for module in PRODUCT for length in source.function_lengths(module))
    lines = [length for length, _ in lengths]
    assert statistics.median(lines) <= MEDIAN_LINES
    assert statistics.quantiles(lines, n=10)[-1] <= NINE_IN_TEN_LINES
    assert [f"{name} ({length})" for length, name in lengths if length > MOST_LINES] == []


def test_files_are_short() -> None:
    long = {m.where: n for m in EVERYTHING if (n := len(m.text.splitlines())) > FILE_LINES}
    assert long == {}


def test_no_module_imports_itself_round_a_corner() -> None:
    assert source.cycles(PRODUCT) == []


@pytest.mark.parametrize("package", NAMED_BY_THE_USER)
def test_packages_the_user_named_are_really_used(package: str) -> None:
    where = source.modules(folders=("tests",)) if package == "pytest_asyncio" else PRODUCT
    assert [m.where for m in where if package in {name.split(".")[0] for name in source.imports(m)}]


def test_nothing_names_this_machine() -> None:
    assert [line for path in source.written_files() for line in source.machine_paths(path)] == []


def test_every_system_has_its_five_paths() -> None:
    names = [system.name for system in contents().systems if system.name in SYSTEMS]
    assert names, "no system of the regulation stands in the table of contents"
    assert [path for name in names for path in _five_paths(name) if not _stands(path)] == []


def test_every_system_stands_in_the_table_of_contents() -> None:
    written = {name for name in SYSTEMS if _stands(f"handlers/{name}.py")}
    assert written - {system.name for system in contents().systems} == set()


def test_every_system_stands_in_the_glossary() -> None:
    rows = (source.ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    assert [name for name in SYSTEMS if not any(row.startswith(f"| {name} |") for row in rows)] == []


def _five_paths(name: str) -> list[str]:
    code = [f"{folder}/{name}.py" for folder in ("rules", "handlers", "storage")]
    return [*code, f"templates/{name}", f"tests/transcripts/{name}"]


def _stands(path: str) -> bool:
    """A module may be a package; a folder with nothing in it does not count."""
    place = source.ROOT / path
    return place.is_file() or any(place.with_suffix("").glob("*"))
