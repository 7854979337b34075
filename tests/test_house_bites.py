"""The checks of test_house.py can fail: each is shown a planted fault."""

from collections.abc import Callable
from pathlib import Path

import house_logs as logs
import house_source as source
import house_templates as templates
import pytest

Check = Callable[[templates.Said], list[str]]


def planted(root: Path, where: str, text: str) -> Path:
    path = root / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def said(root: Path, text: str) -> templates.Said:
    planted(root, "templates/desk/one.txt", text)
    return templates.all_said(root)[0]


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("很" * 121, templates.long_bubbles),
        ("\n".join("很好很好很好很"), templates.long_bubbles),
        ("{% if x %}短{% else %}" + "很" * 121 + "{% endif %}", templates.long_bubbles),
        ("好" * 41 + "。", templates.long_sentences),
        ("您的投诉已受理。", templates.unexplained),
        ("你好", templates.impolite),
        ("2026-12-01来", templates.foreign_dates),
        ("请15:30来", templates.foreign_dates),
        ("{{ day.isoformat() }}", templates.foreign_dates),
        ("选哪个?\n" + "".join(f"[第{n}个]\n" for n in "一二三四五六"), templates.too_many_choices),
        ("选哪个?\n[是]\n", templates.bad_labels),
        ("选哪个?\n[我想预约下一个工作日的上午: x]\n", templates.bad_labels),
    ],
)
def test_template_faults_are_found(tmp_path: Path, text: str, check: Callable[[templates.Said], list[str]]) -> None:
    assert check(said(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "@label 事项\n请到督查科(管投诉的科室)。\n[取消预约]\n[不取消: no]\n",
        "{% if x %}" + "很" * 70 + "{% else %}" + "好" * 70 + "{% endif %}",
        "12月3日(周四)上午9:30,二楼5号窗",
        "@audience staff\n已受理,你看看\n",
    ],
)
def test_good_templates_pass(tmp_path: Path, text: str) -> None:
    one = said(tmp_path, text)
    checks = (templates.long_bubbles, templates.unexplained, templates.impolite, templates.foreign_dates,
              templates.bad_labels, templates.too_many_choices)  # fmt: skip
    assert [check(one) for check in checks] == [[]] * len(checks)


def test_an_exemption_lifts_one_rule_only(tmp_path: Path) -> None:
    one = said(tmp_path, "@exempt 1 the whole list at once\n" + "很" * 121 + "受理")
    assert not templates.long_bubbles(one)
    assert templates.unexplained(one)


def test_a_stem_and_its_endings_name_templates(tmp_path: Path) -> None:
    planted(tmp_path, "templates/desk/item_next.txt", "x")
    planted(tmp_path, "templates/desk/item_idle.txt", "x")
    planted(tmp_path, "handlers/desk.py", 'path = "desk/item" if item else "desk/window"\ntalk.say(f"{path}_next")\n')
    utterances, code = templates.all_said(tmp_path), source.modules(tmp_path)
    assert templates.unused(utterances, code) == ["desk/item_idle"]
    assert templates.missing(utterances, code, set()) == ["handlers/desk.py:1: desk/window"]


def test_unused_and_missing_templates_are_found(tmp_path: Path) -> None:
    planted(tmp_path, "templates/desk/used.txt", "x")
    planted(tmp_path, "templates/desk/asked_twice.txt", "x")
    planted(tmp_path, "templates/desk/idle.txt", "x")
    planted(tmp_path, "handlers/desk.py", 'talk.say("desk/used")\ntalk.say(f"desk/asked_{n}")\ntalk.say("desk/gone")\n')
    utterances, code = templates.all_said(tmp_path), source.modules(tmp_path)
    assert templates.unused(utterances, code) == ["desk/idle"]
    assert templates.missing(utterances, code, set()) == ["handlers/desk.py:3: desk/gone"]


@pytest.mark.parametrize(
    ("where", "text", "found"),
    [
        ("handlers/a.py", 'x = "请稍候"\n', 1),
        ("handlers/a.py", 'x = f"请{y}稍候"\n', 2),
        ("handlers/a.py", '"""六㈢ explains."""\nx = "六㈢2"\n', 0),
        ("handlers/words.py", 'x = "请假"\n', 0),
        ("handlers/words.py", 'x = "您的假条已提交。"\n', 1),
    ],
)
def test_speech_in_code_is_found(tmp_path: Path, where: str, text: str, found: int) -> None:
    planted(tmp_path, where, text)
    assert len(source.speech(source.modules(tmp_path)[0])) == found


@pytest.mark.parametrize("text", ["datetime.now(tz)", "dt.date.today()", "import random", "from uuid import uuid4"])
def test_clocks_in_rules_are_found(tmp_path: Path, text: str) -> None:
    planted(tmp_path, "rules/a.py", text)
    assert source.clocks(source.modules(tmp_path)[0])


def test_lengths_are_counted_without_the_docstring(tmp_path: Path) -> None:
    planted(tmp_path, "rules/a.py", 'def f() -> int:\n    """One\n    two."""\n    x = 1\n    return x\n')
    assert list(source.function_lengths(source.modules(tmp_path)[0])) == [(3, "rules/a.py:f")]


def test_cycles_are_found(tmp_path: Path) -> None:
    planted(tmp_path, "bot/a.py", "from bot.b import x\n")
    planted(tmp_path, "bot/b.py", "import bot.a\n")
    planted(tmp_path, "handlers/__init__.py", "from handlers import one, two\n")
    planted(tmp_path, "handlers/one.py", "from handlers import two\n")
    planted(tmp_path, "handlers/two.py", "x = 1\n")
    planted(tmp_path, "bot/c.py", "if TYPE_CHECKING:\n    import bot.d\n")
    planted(tmp_path, "bot/d.py", "import bot.c\n")
    assert source.cycles(source.modules(tmp_path)) == ["bot.a <-> bot.b"]


@pytest.mark.parametrize("place", ["/work" + "/main", "/root" + "/x", "/home" + "/ann/x", "https://pypi" + ".org"])
def test_machine_paths_are_found(tmp_path: Path, place: str) -> None:
    path = planted(tmp_path, "docs/a.md", f"see {place}\n")
    assert list(source.written_files(tmp_path)) == [path]
    assert source.machine_paths(path, tmp_path)


def test_a_rule_that_only_calls_itself_is_asked_by_nobody(tmp_path: Path) -> None:
    planted(tmp_path, "rules/desk.py", "def alone():\n    return alone()\n\n\ndef one():\n    return other()\n")
    planted(tmp_path, "handlers/desk.py", "from rules import desk\nfrom rules.desk import alone\n\ndesk.one()\n")
    asked = source.asked(source.modules(tmp_path))
    assert {"one", "other"} <= asked and "alone" not in asked


@pytest.mark.parametrize(
    "line",
    [
        'log.error(f"lost {heard.text}")',
        'log.error("lost", cause=str(trouble))',
        'log.error("lost", address=heard.address)',
        'log.error("lost: %s", trouble)',
        'log.error("lost", id=inbox_id)',
        'log.exception("lost", exc_info=True)',
        'logging.getLogger("x").warning("lost %s", name)',
        'structlog.get_logger().warning("lost", **row)',
        'self._log.warning("lost", text=heard.text)',
    ],
)
def test_a_leak_would_be_found(tmp_path: Path, line: str) -> None:
    place = tmp_path / "bot" / "leaky.py"
    place.parent.mkdir()
    place.write_text(line + "\n", encoding="utf-8")
    assert logs.unsafe(source.Module(place, tmp_path))
