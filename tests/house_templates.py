"""Reads the templates as a person would meet them, and holds them to the numbers of how the desk talks."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

import jinja2
from house_source import ROOT, Module, joined, shape, whole_literals
from jinja2 import nodes

BUBBLE_CHARS, BUBBLE_LINES = 120, 6  # rule 1
ELDER_CHARS = 60  # rule 26
SENTENCE_CHARS = 40  # rule 3, the point at which we are warned
CHOICES = 5  # rule 9
LABEL_CHARS = 10  # rule 10
NEEDS_GLOSS = ("受理", "首问责任人", "督查科", "代办单", "身份核验", "系统异常")  # rule 4

_DIRECTIVE = re.compile(r"^@(\w+)(?: (.*))?\n?", re.M)
_BUTTON = re.compile(r"^[ \t]*\[([^\[\]]+?)(?:: ([^\[\]]+))?\][ \t]*$", re.M)
_PATH = re.compile(r"[a-z_]+/[a-z0-9_]+")
_PATTERN = re.compile(r"[a-z_]+/[a-z0-9_]*[*][a-z0-9_*]*|[*]/[a-z0-9_]+")
_FOREIGN_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_BARE_TIME = re.compile(r"(?<!上午)(?<!下午)(?<!\d)\d{1,2}[:：]\d{2}")
_CODE_DATE = re.compile(r"strftime|isoformat|%H|%Y")
_HOLE = "\0"  # stands where a value will be
_ENVIRONMENT = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)


@dataclass(frozen=True)
class Said:
    """One utterance of the desk, as written."""

    path: Path
    folder: Path

    @cached_property
    def name(self) -> str:
        return self.path.relative_to(self.folder).with_suffix("").as_posix()

    @cached_property
    def raw(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def facts(self) -> dict[str, str]:
        return {name: value or "" for name, value in _DIRECTIVE.findall(self.raw)}

    @cached_property
    def source(self) -> str:
        return _DIRECTIVE.sub("", self.raw)

    @property
    def for_citizens(self) -> bool:
        return self.facts.get("audience", "citizen") != "staff"

    def exempt(self, rule: int) -> bool:
        """`@exempt 1 7 the whole list at once` lifts rules 1 and 7; the reason is part of it."""
        return str(rule) in self.facts.get("exempt", "").split()

    def longest(self, measure: Callable[[str], int], elder: bool = False) -> str:
        """The text of the branches that measure most, values left out; as it is said to an elder where asked."""
        return _walk(_ENVIRONMENT.parse(self.source).body, measure, elder)

    @property
    def bubble(self) -> str:
        return _BUTTON.sub("", self.longest(_chars)).replace(_HOLE, "").strip()

    @cached_property
    def labels(self) -> list[str]:
        return [found[0].strip() for found in _BUTTON.findall(self.source) if "{" not in found[0]]


def all_said(root: Path = ROOT) -> list[Said]:
    folder = root / "templates"
    return [Said(path, folder) for path in sorted(folder.rglob("*.txt"))]


def _walk(body: Iterable[nodes.Node], measure: Callable[[str], int], elder: bool) -> str:
    return "".join(_text(node, measure, elder) for node in body)


def _text(node: nodes.Node, measure: Callable[[str], int], elder: bool) -> str:
    if isinstance(node, nodes.Output):
        return "".join(n.data if isinstance(n, nodes.TemplateData) else _HOLE for n in node.nodes)
    if isinstance(node, nodes.If):
        branches = [node.body, *(e.body for e in node.elif_), node.else_]
        if isinstance(node.test, nodes.Name) and node.test.name == "elder":
            branches = [node.body if elder else node.else_]
        elif isinstance(node.test, nodes.Not) and node.test.node == nodes.Name("elder", "load"):
            branches = [node.else_ if elder else node.body]
        return max((_walk(branch, measure, elder) for branch in branches), key=measure)
    if isinstance(node, nodes.For):
        return _walk(node.body, measure, elder)
    return ""


def _chars(text: str) -> int:
    return len(_BUTTON.sub("", text).replace(_HOLE, ""))


def _buttons(text: str) -> int:
    return len(_BUTTON.findall(text))


def long_bubbles(said: Said) -> list[str]:
    """Rule 1, on what is written; what a value adds is seen in the transcripts."""
    if said.exempt(1):
        return []
    lines = [line for line in said.bubble.splitlines() if line.strip()]
    found = [f"{len(said.bubble)} characters"] if len(said.bubble) > BUBBLE_CHARS else []
    return found + ([f"{len(lines)} lines"] if len(lines) > BUBBLE_LINES else [])


def long_for_elders(said: Said) -> list[str]:
    """Rule 26, on what is written."""
    if not said.for_citizens or said.exempt(1) or said.exempt(26):
        return []
    words = _BUTTON.sub("", said.longest(_chars, elder=True)).replace(_HOLE, "").strip()
    return [f"{len(words)} characters for an elder"] if len(words) > ELDER_CHARS else []


def long_sentences(said: Said) -> list[str]:
    """Rule 3."""
    if not said.for_citizens or said.exempt(3):
        return []
    return [s for s in re.split(r"[。!！?？;；\n]", said.bubble) if len(s.strip()) > SENTENCE_CHARS]


def unexplained(said: Said) -> list[str]:
    """Rule 4: office words a citizen meets without a gloss in brackets after them."""
    if not said.for_citizens or said.exempt(4):
        return []
    return [word for word in NEEDS_GLOSS if re.search(rf"{word}(?![(（])", said.source)]


def foreign_dates(said: Said) -> list[str]:
    """Rule 6."""
    if said.exempt(6):
        return []
    return [found.group() for p in (_FOREIGN_DATE, _BARE_TIME, _CODE_DATE) for found in p.finditer(said.source)]


def bad_labels(said: Said) -> list[str]:
    """Rule 10."""
    if said.exempt(10):
        return []
    return [label for label in said.labels if len(label) > LABEL_CHARS or label in {"是", "否"}]


def too_many_choices(said: Said) -> list[str]:
    """Rule 9, over the branches that offer most."""
    offered = _buttons(said.longest(_buttons))
    return [f"{offered} choices"] if offered > CHOICES and not said.exempt(9) else []


def impolite(said: Said) -> list[str]:
    """Rule 5: always 您 to a citizen."""
    return ["你"] if said.for_citizens and "你" in said.source else []


def named_in_code(found: list[Module]) -> dict[str, str]:
    """Every literal in the code that is written like a template's path, and where it stands."""
    named = ((value, f"{m.where}:{line}") for m in found for line, value in whole_literals(m))
    return {value: where for value, where in named if _PATH.fullmatch(value)}


def patterns_in_code(found: list[Module]) -> set[str]:
    """Paths put together while running, as patterns: f"attendance/{outcome}" is attendance/*."""
    shapes = (shape(node) for module in found for node in joined(module))
    return {one for one in shapes if _PATTERN.fullmatch(one)}


def endings_in_code(found: list[Module]) -> set[str]:
    """What is put after a stem while running: f"{path}_next" ends in _next."""
    shapes = (shape(node) for module in found for node in joined(module))
    return {one[1:] for one in shapes if re.fullmatch(r"[*]_[a-z0-9_]+", one)}


def included(said: Iterable[Said]) -> Iterator[str]:
    """Templates another template takes in."""
    for one in said:
        yield from (n.removesuffix(".txt") for n in re.findall(r"(?:include|import|from) \"([^\"]+)\"", one.source))


def unused(said: list[Said], found: list[Module]) -> list[str]:
    """Utterances nothing in the code can say."""
    named, endings = named_in_code(found), endings_in_code(found)
    used = {*named, *included(said), *(stem + ending for stem in named for ending in endings)}
    shapes = patterns_in_code(found)
    return [s.name for s in said if s.name not in used and not any(fnmatch(s.name, one) for one in shapes)]


def missing(said: list[Said], found: list[Module], other_names: set[str]) -> list[str]:
    """Paths the code names that no template stands behind; `other_names` are written alike but name something else."""
    known = {s.name for s in said} | other_names
    heads = {name.split("/")[0] for name in known}
    endings = {"", *endings_in_code(found)}
    named = ((path, where) for path, where in named_in_code(found).items() if path.split("/")[0] in heads)
    return [f"{where}: {path}" for path, where in named if not any(path + ending in known for ending in endings)]
