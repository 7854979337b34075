"""What the READMEs show is what the desk says, and the administrator's manual explains every alarm."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import house_logs as logs
import house_source as source
import pytest
import yaml

from bot.alarms import STOPS, WARNS

ROOT = Path(__file__).resolve().parents[1]
MANUAL = ROOT / "docs" / "operations.zh-CN.md"
SHOWN = re.compile(r"<!-- transcript: (\S+) -->\n```\n(.*?)```", re.S)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_transcript_on_the_first_screen_is_real(name: str) -> None:
    found = SHOWN.findall((ROOT / name).read_text(encoding="utf-8"))
    assert found
    for transcript, shown in found:
        assert shown in (ROOT / "tests" / "transcripts" / f"{transcript}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_what_a_readme_points_to_exists(name: str) -> None:
    pointed = re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert {"docs/settings.md", "docs/operations.zh-CN.md"} <= set(pointed)
    assert [path for path in pointed if not (ROOT / path).exists()] == []


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").lower()
    for requirement in wanted:
        assert re.split(r"[\[<>=~]", requirement)[0].lower() in text, requirement


# -- docs/operations.zh-CN.md: everything that may alarm an administrator, and nothing else --------------------------
def entries(section: str) -> list[str]:
    """Names in the first column of the table under a mark."""
    table = MANUAL.read_text(encoding="utf-8").partition(f"<!-- {section} -->\n")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.M)


def letters() -> Iterator[str]:
    """What is posted to each administrator."""
    for module in source.modules():
        for loop in (node for node in ast.walk(module.tree) if isinstance(node, ast.For)):
            if ".administrators()" in ast.unparse(loop.iter):
                posts = (node for node in ast.walk(loop) if isinstance(node, ast.Call) and _posts(node.func))
                yield from (str(post.args[1].value) for post in posts if isinstance(post.args[1], ast.Constant))


def rules() -> list[str]:
    """Prometheus' alarms."""
    (group,) = yaml.safe_load((ROOT / "deploy" / "alarms.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule["alert"] for rule in group["rules"]]


def _posts(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr == "post"


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("alarms", [*STOPS, *WARNS]),
        ("doctor", [path.stem for path in (ROOT / "templates" / "doctor").glob("check_*.txt")]),
        ("letters", list(letters())),
        ("rules", rules()),
        ("log", list(logs.events(source.modules()))),
    ],
)
def test_every_alarm_is_explained_and_every_explanation_has_its_alarm(section: str, names: list[str]) -> None:
    explained = entries(section)
    assert names and len(explained) == len(set(explained))
    assert sorted(explained) == sorted(names)


def test_the_manual_says_what_to_do_each_time() -> None:
    rows = re.findall(r"^\| `.*\|$", MANUAL.read_text(encoding="utf-8"), re.M)
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    assert len(rows) > 70
    assert [row for row in cells if len(row) < 3 or not all(row)] == []
