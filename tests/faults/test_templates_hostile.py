"""A hostile value in every place of every template stays a word: it does not run and makes no button and no link."""

from functools import cache
from typing import Any

import pytest
from hostile import SUM, WORDS
from hostile_desk import active
from house_source import ROOT
from house_templates import all_said
from jinja2 import ChainableUndefined, nodes
from promises import kept, scaled

from bot.answers import clean
from bot.speech import Spoken
from bot.templates import FOLDER, Words

LINK_FREE = ("http://evil.example/pay", "HTTPS://evil.example", '<a href="http://evil.example/x">点这里</a>')
UTTERANCES = [said.name for said in all_said(ROOT)]


class Word(str):
    """A value that is the same hostile words wherever a template looks: attribute, item, number, list or call."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("unsafe_callable", "alters_data"):
            raise AttributeError(name)
        return self

    def __getitem__(self, at: Any) -> "Word":
        return self

    def __iter__(self) -> Any:
        yield Pair(self)

    def __call__(self, *given: Any, **named: Any) -> "Word":
        return self

    def __add__(self, other: Any) -> "Word":
        return self

    __radd__ = __sub__ = __rsub__ = __mod__ = __truediv__ = __floordiv__ = __mul__ = __add__  # type: ignore[assignment]

    def __lt__(self, other: Any) -> bool:
        return True

    __gt__ = __le__ = __ge__ = __lt__  # type: ignore[assignment]


class Pair(Word):
    """An element, which may be a name with its value."""

    def __iter__(self) -> Any:
        yield from (self, self)


@pytest.fixture(scope="module")
def words() -> Words:
    """The desk's words, with filters that hand on what they are given."""
    found = Words(FOLDER)
    found.environment.undefined = ChainableUndefined  # a table of words asked for what it does not hold
    for name in ("day", "moment", "clock", "span", "half_label", "half_day", "round", "int", "length"):
        found.environment.filters[name] = lambda value, *_, **__: value
    return found


@cache
def names_in(words: Words, path: str) -> frozenset[str]:
    """What a template, and whatever it takes in, asks for."""
    source = words.environment.loader.get_source(words.environment, f"{path}.txt")[0]  # type: ignore[union-attr]
    tree = words.environment.parse(source)
    taken = [i.template.value for i in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport))  # type: ignore[attr-defined]
             if isinstance(i.template, nodes.Const)]  # fmt: skip
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    return frozenset(own).union(*(names_in(words, name.removesuffix(".txt")) for name in taken))


def said_with(words: Words, path: str, payload: str) -> Any:
    wanted = names_in(words, path) - {"loop", "range"}
    return words.say(path, {name: Word(payload) for name in wanted if name not in words.environment.globals})


def test_every_word_of_harm_in_every_template_stays_a_word(words: Words) -> None:
    broken, tried, shown = [], 0, 0
    for path in UTTERANCES:
        usual = said_with(words, path, "甲")
        for payload in WORDS[:: scaled(4, 1)]:
            tried += 1
            said = said_with(words, path, payload)
            shown += payload.strip()[:20] in said.text
            if SUM in said.text + str(said.labels):
                broken.append(f"{path} ran {payload[:40]!r}")
            if "\n" not in payload and len(said.labels) != len(usual.labels):
                broken.append(f"{path} has another button from {payload[:40]!r}")
    kept("hostile words in every template", tried=tried, broken=len(broken), note=f"{len(UTTERANCES)} templates")
    assert broken == []
    assert shown > tried / 5  # the values are really said


@pytest.mark.parametrize("payload", LINK_FREE)
def test_no_link_of_a_citizen_can_be_pressed_by_a_colleague(words: Words, payload: str) -> None:
    staff = [s.name for s in all_said(ROOT) if not s.for_citizens and s.facts.get("links") != "ours"]
    assert len(staff) > 50
    assert [path for path in staff if "://" in said_with(words, path, payload).text] == []


@pytest.mark.parametrize("channel", ["telegram", "wecom", "web"])
def test_markup_and_mentions_are_words_on_every_channel(words: Words, channel: str) -> None:
    broken, tried = [], 0
    for path in UTTERANCES:
        for payload in WORDS[:: scaled(6, 1)]:
            said = said_with(words, path, clean(payload.encode("utf-8", "ignore").decode()))
            tried += 1
            token = "t" if said.labels else ""
            broken += active(channel, Spoken(channel, "42", said.text or "x", said.labels, token))
    kept(f"markup and mentions over {channel}", tried=tried, broken=len(broken))
    assert broken == []


def test_a_template_that_ran_would_be_seen(words: Words) -> None:
    environment = words.environment
    assert SUM in environment.from_string("{{ 613 * 737 }}").render()
