"""Documentation texts in R: what stands between backticks is Python's, and is written as R's.

Only code is rewritten, and by its syntax tree: sentences stay as they are. What is no expression of
Python's, such as `|x|`, stays too.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable

from .names import find_operation, find_record, operation_name, record_name

_CONSTANTS = {"None": "NULL", "True": "TRUE", "False": "FALSE"}
_OPERATORS = {"@": "%*%", "**": "^"}


def prose(text: str, kind: str = "") -> str:
    """Write a text of the core as R's help does.

    Parameters
    ----------
    text : str
        The text; code in backticks.
    kind : str
        The kind of the record that it describes.
    """
    parts = text.split("`")
    parts[1::2] = [code(" ".join(part.split()), kind) for part in parts[1::2]]
    return "".join(parts)


def code(source: str, kind: str = "") -> str:
    """Write a piece of code as R's help does: with backticks, or as a link to a help page."""
    return linked(source, kind) or f"`{translated(source, kind)}`"


def linked(source: str, kind: str) -> str:
    """Return a link to the page of the record or the operation that a name means, if it does."""
    operation = find_operation(source)
    if operation is not None:
        return f"[{operation_name(operation)}()]"
    is_name = source.replace(".", "").isidentifier() and source not in _CONSTANTS
    record = find_record(source, kind) if is_name else None
    return f"[{record_name(record)}()]" if record is not None else ""


def translated(source: str, kind: str = "") -> str:
    """Write code of Python's as R's; what is none stays as it is."""
    try:
        statement = ast.parse(source).body[0]
    except (SyntaxError, IndexError):
        return source
    if not isinstance(statement, ast.Expr):
        return _in_tokens(source)
    tree = statement.value
    called = _call(tree, kind) if isinstance(tree, ast.Call) else ""
    return called or _constant(tree) or _in_tokens(source)


def _call(tree: ast.Call, kind: str) -> str:
    """Write the call of a record or an operation, its arguments by their names."""
    name = ast.unparse(tree.func)
    record, operation = find_record(name, kind), find_operation(name)
    if record is None and operation is None:
        return ""
    options = list(record.options if record is not None else operation.options)
    given = [*zip(options, tree.args), *((each.arg, each.value) for each in tree.keywords)]
    inside = (f"{name} = {translated(ast.unparse(value), kind)}" for name, value in given)
    function = record_name(record) if record is not None else operation_name(operation)
    return f"{function}({', '.join(inside)})"


def _constant(tree: ast.expr) -> str:
    """Write a constant or a tuple of constants; nothing of what is neither, nor of numbers."""
    try:
        found = ast.literal_eval(tree)
        return "" if type(found) in (int, float) else value(found)
    except (ValueError, TypeError):
        return ""


def value(found: object) -> str:
    """Write a value as R does."""
    if found is None or isinstance(found, bool):
        return _CONSTANTS[str(found)]
    if isinstance(found, str):
        return f'"{found}"'
    if isinstance(found, float):
        whole = found.is_integer() and abs(found) < 1e15
        return repr(int(found)) if whole else repr(found)
    if isinstance(found, int):
        return repr(found)
    if isinstance(found, tuple):
        return vector(["NA" if each is None else value(each) for each in found], found)
    raise TypeError(f"There is no form of {found!r} in R.")


def vector(written: Iterable[str], found: tuple[object, ...]) -> str:
    """Write several values in one; a list of vectors, because `c()` would join them."""
    several = "list" if any(isinstance(each, tuple) for each in found) else "c"
    return f"{several}({', '.join(written)})"


def _in_tokens(source: str) -> str:
    """Write the constants, operators and strings of a formula as R's."""
    out, end = "", 0
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for before, token, after in zip([tokens[-1], *tokens], tokens, [*tokens[1:], tokens[-1]]):
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            break
        whole = before.string in "[," and token.string == ":" and after.string in ",]"
        # All of an axis: `x[:, 0]` is `x[, 0]`.
        out += source[end : token.start[1]] + ("" if whole else _token(token))
        end = token.end[1]
    return out


def _token(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.STRING:
        return value(ast.literal_eval(token.string))
    if token.type == tokenize.NAME:
        return _CONSTANTS.get(token.string, token.string)
    return _OPERATORS.get(token.string, token.string)
