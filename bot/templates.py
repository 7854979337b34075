"""Every word the desk says: one file an utterance, its path is the step's name, its buttons stand in it.

In a template, a line `[label]` or `[label: value]` is a button; `@label …` names the field for the summary,
`@example …` is what a second explanation shows, `@audience staff` marks words for colleagues: no link in
them can be pressed, unless `@links ours` says that they are our own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from bot import words
from rules.calendar import ZONE

FOLDER = Path(__file__).resolve().parents[1] / "templates"
_PART_OF_BUTTON = r"(?:\{\{[^\n]*?\}\}|[^\[\]{])+?"
_BUTTON = re.compile(rf"^[ \t]*\[({_PART_OF_BUTTON})(?:: ({_PART_OF_BUTTON}))?\][ \t]*$", re.M)
_DIRECTIVE = re.compile(r"^@(\w+) (.*)\n?", re.M)
_TAGS_ONLY = re.compile(r"^[ \t]*((?:\{%(?:(?!%\})[^\n])*%\}[ \t]*)+)\n", re.M)
_START, _PART = "\x01", "\x02"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001eeff]")
_ISOLATED, _ISOLATES = (
    "\u2068{}\u2069",
    str.maketrans("", "", "\u2068\u2069"),
)  # UAX 9: first strong isolate, and its end


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said, the labels under it, and what each label stands for."""

    text: str
    labels: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(slots=True)
class _Source:
    template: Template
    facts: dict[str, str] = field(default_factory=dict)
    static: Utterance | None = None

    @property
    def unlinked(self) -> bool:
        """Are its links a stranger's? What colleagues read names no link of ours, unless it says `@links ours`."""
        return self.facts.get("audience") == "staff" and self.facts.get("links") != "ours"


class _Loader(FileSystemLoader):
    """Turns button lines into marks that no person can type, and takes the directives out."""

    def get_source(self, environment: Any, template: str) -> Any:
        source, name, fresh = super().get_source(environment, template)
        return _marked(source), name, fresh


def _marked(source: str) -> str:
    source = _BUTTON.sub(lambda m: f"{_START}{m[1]}{_PART}{m[2] or m[1]}", _DIRECTIVE.sub("", source))
    return _TAGS_ONLY.sub(r"\1", source)


class Words:
    """All templates of a folder, compiled once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._known: dict[str, _Source] = {}

    @cached_property
    def environment(self) -> SandboxedEnvironment:
        env = SandboxedEnvironment(
            loader=_Loader(self.folder),
            undefined=StrictUndefined,
            autoescape=False,  # plain text: each channel neutralises its own markup
            auto_reload=False,
            finalize=_shown,
        )
        env.globals["elder"] = False  # spoken to plainly and shortly (ux 26)
        env.filters.update(
            day=say_day,
            moment=say_moment,
            clock=say_clock,
            span=say_span,
            half_label=half_label,
            half_day=half_day,
            local_date=lambda instant: instant.astimezone(ZONE).date(),
        )
        return env

    def say(self, path: str, values: Mapping[str, Any]) -> Utterance:
        """Render `templates/PATH.txt`. Raises UndefinedError when a value is missing, never prints a hole."""
        source = self._source(path)
        if source.static is not None:
            return source.static
        # What Template.render does, without copying the environment's globals through a chain of maps each time.
        context = source.template.new_context({**self.environment.globals, **values}, shared=True)
        text = "".join(source.template.root_render_func(context))
        if "://" in text and source.unlinked:
            text = text.replace("://", ":／／")
        return _split(text) if _START in text else Utterance(text.strip())

    def say_to_elder(self, path: str, values: Mapping[str, Any]) -> Utterance:
        """The same in short, and always with the phone number (ux 26); `values` hold the centre."""
        said = self.say(path, {**values, "elder": True})
        if values["centre"].service_hotline in said.text:
            return said
        phone = self.say("machine/phone_line", values).text
        return Utterance(f"{said.text}\n{phone}", said.labels, said.values)

    def fact(self, path: str, name: str) -> str:
        """What the directive `@name` of a template says; "" where there is none."""
        return self._source(path).facts.get(name, "")

    def has(self, path: str) -> bool:
        return (self.folder / f"{path}.txt").is_file()

    def _source(self, path: str) -> _Source:
        known = self._known.get(path)
        if known is None:
            raw = (self.folder / f"{path}.txt").read_text(encoding="utf-8")
            known = _Source(self.environment.get_template(f"{path}.txt"), dict(_DIRECTIVE.findall(raw)))
            if "{{" not in raw and "{%" not in raw:
                known.static = _split(known.template.render())
            self._known[path] = known
        return known


def _split(text: str) -> Utterance:
    spoken, labels, values = [], [], []
    for line in text.strip().split("\n"):
        if line.startswith(_START):
            label, _, value = line[1:].partition(_PART)
            labels.append(label)
            values.append(value.translate(_ISOLATES))
        else:
            spoken.append(line)
    return Utterance("\n".join(spoken).strip(), tuple(labels), tuple(values))


def _shown(value: Any) -> Any:
    """Nothing a person typed can become a button or a hole; a name in Arabic letters turns round itself alone."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    text = value.replace(_START, "").replace(_PART, "")
    return _ISOLATED.format(text) if _RIGHT_TO_LEFT.search(text) else text


def say_day(day: date) -> str:
    """10月10日(周六)"""
    if isinstance(day, datetime):
        day = day.astimezone(ZONE).date()
    return words.DAY.format(month=day.month, day=day.day, weekday=words.WEEKDAYS[day.weekday()])


def say_clock(instant: datetime) -> str:
    """上午9:30"""
    local = instant.astimezone(ZONE)
    hour = local.hour if local.hour <= 12 else local.hour - 12
    half = words.MORNING if local.hour < 12 else words.NOON if local.hour == 12 else words.AFTERNOON
    return words.CLOCK.format(half=half, hour=hour, minute=local.minute)


def say_moment(instant: datetime) -> str:
    """10月10日(周六)上午9:30"""
    return say_day(instant) + say_clock(instant)


def say_span(start: datetime, end: datetime) -> str:
    """10月10日(周六)上午9:30到11:00, or with both days where they differ"""
    same = start.astimezone(ZONE).date() == end.astimezone(ZONE).date()
    return f"{say_moment(start)}—{say_clock(end) if same else say_moment(end)}"


def half_label(instant: datetime) -> str:
    """周二24日上午: a half-day as a button (ux 10)"""
    local = instant.astimezone(ZONE)
    half = words.MORNING if local.hour < 12 else words.AFTERNOON
    return words.HALF_LABEL.format(weekday=words.WEEKDAYS[local.weekday()], day=local.day, half=half)


def half_day(instant: datetime) -> str:
    """11月24日(周二)上午"""
    local = instant.astimezone(ZONE)
    return say_day(instant) + (words.MORNING if local.hour < 12 else words.AFTERNOON)
