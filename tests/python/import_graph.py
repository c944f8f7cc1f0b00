"""What the core's modules import, of any kind: read off the source, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Import:
    """That a module imports another.

    `kind` is `"module"` for what is imported when the module is, `"function"` within a function,
    `"typing"` under `TYPE_CHECKING`, `"string"` for a string that names a module of ours, and
    `"parent"` for the package around an imported module, which Python imports first.
    """

    source: str
    target: str
    line: int
    kind: str

    def __str__(self) -> str:
        how = {"string": "names", "parent": "imports from"}.get(self.kind, "imports")
        return f"{self.source}, line {self.line}, {how} {self.target}"


def modules_of(root: Path) -> dict[str, Path]:
    """Return the files of all modules under a folder of packages, by the modules' names."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(name: str, tree: ast.AST, modules: Iterable[str], package: bool) -> list[Import]:
    """Return what a module imports of ours.

    Parameters
    ----------
    name : str
        The module's name.
    tree : ast.AST
        Its text, parsed.
    modules : iterable of str
        The names of all modules of ours.
    package : bool
        Whether the module is a package's `__init__`.
    """
    ours = set(modules)
    home = name if package else name.rpartition(".")[0]
    found = []
    for node, kind in _nodes(tree, "module"):
        for target, how in _targets(node, home, ours):
            if target != name:
                found.append(Import(name, target, node.lineno, how or kind))
                first = "parent" if (how or kind) == "module" else how or kind
                found += [Import(name, p, node.lineno, first) for p in _parents(name, target)]
    return found


def _nodes(tree: ast.AST, kind: str) -> Iterator[tuple[ast.AST, str]]:
    """Return all parts of a tree, each with what an import there would be."""
    waiting = [(tree, kind)]
    while waiting:
        node, within = waiting.pop()
        if _is_wording(node):
            continue
        yield node, within
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            within = "function"
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            within = "typing"
        waiting += [(child, within) for child in ast.iter_child_nodes(node)]


def _is_wording(node: ast.AST) -> bool:
    """Return whether something only names a thing to users: `named("rdeep.ops")` in a message."""
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "named"
        and all(isinstance(each, ast.Constant) for each in node.args)
    )


def _targets(node: ast.AST, home: str, ours: set[str]) -> Iterator[tuple[str, str | None]]:
    """Return the modules of ours that a statement or a string names; a string says so."""
    if isinstance(node, ast.Import):
        yield from ((each.name, None) for each in node.names if each.name in ours)
    elif isinstance(node, ast.ImportFrom):
        base = _base(node, home)
        for each in node.names:
            within = f"{base}.{each.name}"
            if within in ours or base in ours:
                yield within if within in ours else base, None
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        # `"rdeep"` alone is the name of the package in texts.
        named = node.value.partition(":")[0]
        if named in ours and "." in named:
            yield named, "string"


def _base(node: ast.ImportFrom, home: str) -> str:
    if not node.level:
        return node.module or ""
    parts = home.split(".")
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def _parents(source: str, target: str) -> list[str]:
    """Return the packages around a module that are not around the one that imports it."""
    parts = target.split(".")
    around = [".".join(parts[:depth]) for depth in range(1, len(parts))]
    return [each for each in around if not f"{source}.".startswith(f"{each}.")]


def roots(tree: ast.AST) -> set[str]:
    """Return the packages that a module imports from, whosever they are."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def names_made_up(tree: ast.AST) -> list[int]:
    """Return the lines where a module's name is put together or a module is imported by name."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            if isinstance(first, ast.Constant) and str(first.value).startswith("rdeep."):
                lines.append(node.lineno)
        elif isinstance(node, (ast.Attribute, ast.Name)):
            called = node.attr if isinstance(node, ast.Attribute) else node.id
            if called in ("import_module", "__import__"):
                lines.append(node.lineno)
    return sorted(set(lines))


def patches(tree: ast.AST) -> list[int]:
    """Return the lines that set an attribute of something imported from a module of ours."""
    imported = {
        each.asname or each.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "")[:5] == "rdeep")
        for each in node.names
    }
    lines = []
    for node in ast.walk(tree):
        changed = []
        if isinstance(node, (ast.Assign, ast.Delete)):
            changed = [t.value for t in node.targets if isinstance(t, ast.Attribute)]
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            changed = [node.target.value] if isinstance(node.target, ast.Attribute) else []
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setattr":
            changed = node.args[:1]
        lines += [node.lineno for each in changed if getattr(each, "id", None) in imported]
    return lines


def rings(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the groups of modules that reach each other, the largest first (Tarjan, 1972)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for other in edges.get(module, ()):
            if other not in number:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in stack:
                lowest[module] = min(lowest[module], number[other])
        if lowest[module] == number[module]:
            at = stack.index(module)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for module in edges:
        if module not in number:
            visit(module)
    return sorted((ring for ring in found if len(ring) > 1), key=len, reverse=True)


def reaching(edges: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Return, for each module, all that import it, at first or second hand."""
    importers: dict[str, set[str]] = {module: set() for module in edges}
    for module, targets in edges.items():
        for target in targets:
            importers[target].add(module)

    def all_of(module: str) -> set[str]:
        seen: set[str] = set()
        waiting = [module]
        while waiting:
            for each in importers[waiting.pop()] - seen:
                seen.add(each)
                waiting.append(each)
        return seen - {module}

    return {module: all_of(module) for module in edges}
