"""No statement is put together from values: an AST check over everything that reaches a database."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from house_source import ROOT

ASKS = {"execute", "executemany", "exec_driver_sql", "executescript", "text", "scalar", "scalars", "literal_column"}
# Constants of ours, never a person's words: the pragmas of storage.database, and schema statements of migrations.
ALLOWED = {("storage/database.py", "f'PRAGMA {pragma}'")}


def put_together(source: str, where: str = "") -> list[str]:
    """Statements built by f-string, %, + or format, by their line."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _asks(node))
    found = ((call.lineno, ast.unparse(arg)) for call in calls for arg in call.args[:1] if _built(arg))
    return [f"{where}:{line} {text}" for line, text in found if (where, text) not in ALLOWED]


def _asks(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ASKS


def _built(node: ast.expr) -> bool:
    """An expression that makes text of other things; two constants side by side are still a constant."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return not all(isinstance(leaf, ast.Constant) for leaf in (node.left, node.right))
    calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return calls and node.func.attr in {"format", "join", "replace"}


def sources() -> Iterator[Path]:
    for room in ("bot", "handlers", "rules", "storage"):
        yield from sorted((ROOT / room).rglob("*.py"))


def test_no_statement_is_put_together_from_values() -> None:
    found = [one for path in sources() for one in put_together(path.read_text("utf-8"), str(path.relative_to(ROOT)))]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "c.execute(f'SELECT * FROM t WHERE a = {a}')",
        "c.execute('SELECT * FROM t WHERE a = %s' % a)",
        "c.execute('SELECT * FROM t WHERE a = ' + a)",
        "sa.text('SELECT {}'.format(a))",
        "c.exec_driver_sql(','.join(a))",
    ],
)
def test_a_planted_one_is_found(line: str) -> None:
    assert put_together(line)


@pytest.mark.parametrize("line", ["c.execute('SELECT ?', (a,))", "sa.text('SELECT :a')", "c.execute(statement)"])
def test_bound_values_are_left_alone(line: str) -> None:
    assert put_together(line) == []
