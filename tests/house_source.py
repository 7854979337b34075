"""Reads the house's own source: functions and their length, words that stand in code, clocks, imports, paths."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "handlers", "rules", "storage")
CODE_FOLDERS = (*PACKAGES, "tests", "benchmarks")

_HAN = re.compile(r"[㐀-鿿]")
# Numerals and the regulation's own numbering cite a clause or count; they are not speech.
_CITATION = re.compile(r"[零一二三四五六七八九十两无]")
_SPOKEN = re.compile(r"[㐀-鿿]{4,}[。!！?？]")
_CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime"}
_CHANCE = {"random", "secrets", "uuid"}
_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|[.]pyenv/")
_REGISTRY = re.compile(r"\b(?:files\.pythonhosted|registry\.npmjs|pypi)\.(?:org|tuna)\b|/simple/?['\"\s]")
_TEXT = {".py", ".md", ".txt", ".toml", ".yaml", ".yml", ".html", ".js", ".css", ".sh", ".lock", ".service", ".env", ""}
_PASSED_BY = {"versions", "var", "node_modules", "__pycache__", "artefacts", "dist"}

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of Python and what it is called."""

    path: Path
    root: Path = ROOT

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @cached_property
    def where(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def name(self) -> str:
        return ".".join(self.path.relative_to(self.root).with_suffix("").parts).removesuffix(".__init__")


def modules(root: Path = ROOT, folders: Iterable[str] = PACKAGES) -> list[Module]:
    found = (path for folder in folders for path in sorted((root / folder).rglob("*.py")))
    return [Module(path, root) for path in found if not _PASSED_BY & set(path.relative_to(root).parts)]


def function_lengths(module: Module) -> Iterator[tuple[int, str]]:
    """Lines of every function, signature included, docstring not."""
    for node in ast.walk(module.tree):
        if isinstance(node, Definition):
            yield _length(node), f"{module.where}:{node.name}"


def _length(node: Definition) -> int:
    first = node.body[0]
    docstring = _lines(first) if _is_docstring(first) and len(node.body) > 1 else 0
    return _lines(node) - docstring


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def literals(module: Module) -> Iterator[tuple[int, str]]:
    """Line and value of every string in the code that is not documentation, parts of f-strings included."""
    bare = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.lineno, node.value


def whole_literals(module: Module) -> Iterator[tuple[int, str]]:
    """The same without the parts of f-strings."""
    parts = {(v.lineno, v.value) for n in joined(module) for v in n.values if isinstance(v, ast.Constant)}
    yield from (literal for literal in literals(module) if literal not in parts)


def joined(module: Module) -> Iterator[ast.JoinedStr]:
    yield from (node for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr))


def shape(node: ast.JoinedStr) -> str:
    """An f-string as a pattern: every value a star."""
    return "".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values)


def speech(module: Module) -> list[str]:
    """Chinese that stands in code where only templates may speak; modules of words may hold words, not sentences."""
    wordy = module.path.stem.split("_")[0] == "words" or "understanding" in module.path.parts
    return [
        f"{module.where}:{line}: {value[:40]!r}"
        for line, value in literals(module)
        if (_SPOKEN.search(value) if wordy else _HAN.search(_CITATION.sub("", value)))
    ]


def clocks(module: Module) -> list[str]:
    """Places that read the time or chance instead of being told."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in _CLOCKS:
            found.append(f"{module.where}:{node.lineno}: {ast.unparse(node)}")
    return found + [f"{module.where}: imports {name}" for name in imports(module) if name.split(".")[0] in _CHANCE]


def asked(found: Iterable[Module]) -> set[str]:
    """Names that code uses: imports do not count, nor what a definition says of itself."""
    used: set[str] = set()
    for module in found:
        for statement in module.tree.body:
            names = {n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(statement)
                     if isinstance(n, ast.Name | ast.Attribute)}  # fmt: skip
            used |= names - {getattr(statement, "name", "")}
    return used


def imports(module: Module, *, typing_only: bool = True) -> Iterator[str]:
    """Dotted names a module imports; those for type checkers alone only when asked for."""
    skipped = set() if typing_only else _typing_only(module.tree)
    for node in ast.walk(module.tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _typing_only(tree: ast.Module) -> set[int]:
    guards = (n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test))
    return {id(inner) for guard in guards for statement in guard.body for inner in ast.walk(statement)}


def cycles(found: list[Module]) -> list[str]:
    """Groups of modules that import each other while they run."""
    names = {module.name for module in found}
    edges = {module.name: _needed(module, names) for module in found}
    reach = {name: _reachable(name, edges) for name in names}
    groups = {tuple(sorted(n for n in reach[name] if name in reach[n])) for name in names if name in reach[name]}
    return [" <-> ".join(group) for group in sorted(groups)]


def _needed(module: Module, names: set[str]) -> set[str]:
    """The house's modules this one needs; `from package import module` needs the module, not the package."""
    wanted = set(imports(module, typing_only=False)) & names
    return {name for name in wanted if not any(other.startswith(f"{name}.") for other in wanted)} - {module.name}


def _reachable(start: str, edges: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(edges[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += edges[name]
    return seen


def written_files(root: Path = ROOT) -> Iterator[Path]:
    """Every text file somebody wrote; caches, data and hidden folders apart from .ci are passed by."""
    for path in sorted(root.iterdir()):
        if path.is_dir() and not _passed_by(path):
            yield from (f for f in sorted(path.rglob("*")) if _is_text(f) and not _PASSED_BY & set(f.parts))
        elif path.name != ".git" and _is_text(path):  # in a work tree of its own a file
            yield path


def _passed_by(folder: Path) -> bool:
    return folder.name in _PASSED_BY or (folder.name.startswith(".") and folder.name != ".ci")


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix in _TEXT


def machine_paths(path: Path, root: Path = ROOT) -> list[str]:
    """Lines that only make sense on one machine or with one package registry."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()[:80]}"
        for number, line in enumerate(lines, 1)
        if _MACHINE.search(line) or _REGISTRY.search(line)
    ]
