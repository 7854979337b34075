"""Reads what the code logs: every call, and whether all it passes on is known to be safe."""

import ast
import re
from collections.abc import Iterable, Iterator

from house_source import Module

# Every key a log line may have, and what may stand there: names of the code's own, numbers, digests. Never a word, a
# name, an address or the text of an exception, which may quote any of them.
NUMBER = r"[\w.]+(\(\))?"
ALLOWED = {
    "alarms": r"\[alarm\.name for alarm in .*\]",
    "audit": r"self\._house\.desk\.shelf\.chain\.head\.seq",
    "cause": r"type\(\w+\)\.__name__|'[a-z ]+'|cause",
    "channel": r"'(telegram|wecom|web)'|channel\.name",
    "code": r"code",
    "heard": NUMBER, "stored": NUMBER, "repeated": NUMBER, "not_stored": NUMBER,
    "id": r"digest_of\([\w.]+\)\[:12\]",
    "job": r"name",
    "letter": r"letter\.id",
    "letters": r"dict\(tally\.letters\)",
    "name": r"open_\.name",
    "pieces": r"len\(batch\)",
    "port": r"door\.getsockname\(\)\[1\]",
    "seconds": r"by\.total_seconds\(\)",
    "timer": r"row\.name",
    "where": r"where\(\w+\)",
}  # fmt: skip
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log", "warn", "msg"}


def calls(module: Module) -> Iterator[ast.Call]:
    """Everything said to something called log or logger."""
    for node in ast.walk(module.tree):
        spoken = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS
        if spoken and re.search(r"\b_?log(ger|ging)?\b|getLogger|get_logger", ast.unparse(node.func.value)):  # type: ignore[union-attr]
            yield node  # type: ignore[misc]


def unsafe(module: Module) -> list[str]:
    return [f"{module.where}:{call.lineno}: {fault}" for call in calls(module) for fault in faults(call)]


def faults(call: ast.Call) -> Iterator[str]:
    if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant) or not isinstance(call.args[0].value, str):
        yield "an event is one constant name"
    for given in call.keywords:
        value = ast.unparse(given.value)
        if not is_safe(given.arg or "", value):
            yield f"{given.arg}={value}"


def is_safe(key: str, value: str) -> bool:
    """Whether this expression may stand under this key."""
    return key in ALLOWED and re.fullmatch(ALLOWED[key], value) is not None


def handed_on(modules: Iterable[Module]) -> Iterator[str]:
    """Causes that reach a log line by way of a parameter: the call that hands them on, and what it hands."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._lose":
                yield ast.unparse(node.args[1])


def events(modules: Iterable[Module]) -> set[str]:
    """Every event the code logs, and the one that stands for whatever libraries say."""
    return {str(ast.literal_eval(call.args[0])) for module in modules for call in calls(module)} | {"library"}
