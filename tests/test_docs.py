"""What the READMEs show is what the desk says."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
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
