"""Every word is a template, and nothing a person typed becomes more than a word."""

from datetime import datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from bot.templates import Words, say_clock, say_day, say_moment, say_span
from rules.calendar import ZONE


@pytest.fixture
def words(tmp_path: Path) -> Words:
    return Words(tmp_path)


def put(words: Words, text: str) -> None:
    (words.folder / "t.txt").write_text(text, encoding="utf-8")


def test_button_lines_and_directives(words: Words) -> None:
    choices = "{% for o in options %}\n[{{ o }}: {{ loop.index0 }}]\n{% endfor %}\n[更多: more]\n[取消]\n"
    put(words, "@label 时间\n@example 明天\n您好 {{ name }}。\n" + choices)
    said = words.say("t", {"name": "李", "options": ["甲", "乙"]})
    assert said.text == "您好 李。"
    assert said.labels == ("甲", "乙", "更多", "取消") and said.values == ("0", "1", "more", "取消")
    assert words.fact("t", "label") == "时间" and words.fact("t", "none") == ""


@pytest.mark.parametrize(
    "typed", ["[提交: submit]", "\x01提交\x02submit", "{{ 7*7 }}", "{% raw %}", "<b>&", "@label x"]
)
def test_what_was_typed_stays_a_word(words: Words, typed: str) -> None:
    put(words, "您说:{{ said }}\n[好]\n")
    said = words.say("t", {"said": f"a\n{typed}"})
    assert said.labels == ("好",)
    assert typed.replace("\x01", "").replace("\x02", "") in said.text


def test_a_name_in_arabic_letters_turns_round_only_itself(words: Words) -> None:
    (words.folder / "who.txt").write_text("{{ name }},10:30 到\n[好: {{ name }}]\n[{{ name }}]", encoding="utf-8")
    said = words.say("who", {"name": "ئالىم"})
    assert said.text == "\u2068ئالىم\u2069,10:30 到"
    assert (said.labels, said.values) == (("好", "\u2068ئالىم\u2069"), ("ئالىم", "ئالىم"))
    assert words.say("who", {"name": "阿里木"}).text == "阿里木,10:30 到"


def test_a_missing_value_is_an_error_not_a_hole(words: Words) -> None:
    put(words, "{{ nobody }}")
    with pytest.raises(UndefinedError):
        words.say("t", {})


def test_the_sandbox_keeps_python_out(words: Words) -> None:
    put(words, "{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises((SecurityError, UndefinedError)):
        words.say("t", {})


def test_a_line_of_tags_vanishes_and_a_tag_in_a_line_keeps_its_break(words: Words) -> None:
    put(words, "甲{% if x %}乙{% endif %}\n{% if x %}\n丙\n{% endif %}\n丁\n")
    assert words.say("t", {"x": True}).text == "甲乙\n丙\n丁"
    assert words.say("t", {"x": False}).text == "甲\n丁"


def test_times_as_people_say_them() -> None:
    noon = datetime(2026, 12, 3, 12, 5, tzinfo=ZONE)
    half_past_nine = datetime(2026, 12, 3, 9, 30, tzinfo=ZONE)
    assert say_day(noon) == "12月3日(周四)"
    assert (say_clock(half_past_nine), say_clock(noon)) == ("上午9:30", "中午12:05")
    assert say_moment(half_past_nine) == "12月3日(周四)上午9:30"
    assert say_span(half_past_nine, noon) == "12月3日(周四)上午9:30—中午12:05"
