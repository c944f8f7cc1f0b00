"""Which test file is about which layers: it names their files as `LAYER_FAMILIES`."""

from __future__ import annotations

import ast
from pathlib import Path

from rdeep.catalogue.registry import records

HERE = Path(__file__).parent


def family(*files: str) -> set[str]:
    """Return the names of the layers in some files of the catalogue, such as `"pooling"`."""
    return {name for name, file in homes().items() if file in files}


def check_compared(names: set[str], files: tuple[str, ...]) -> None:
    """Assert that a test file compares all layers of its families.

    Parameters
    ----------
    names : set of str
        The layers that it compares with Keras's, or with their formula.
    files : tuple of str
        Its `LAYER_FAMILIES`.
    """
    missing, gone = sorted(family(*files) - names), sorted(names - family(*files))
    assert not missing, (
        f"Nothing in this file compares {missing[0]} with Keras: add it to the cases. Where Keras "
        "has no such layer, compare it with its formula on NumPy in a test of its own, and add its "
        "name to those that this test counts."
    )
    assert not gone, f"{gone[0]} is in none of the families {files}: its tests belong elsewhere."


def homes() -> dict[str, str]:
    """Return the file of the catalogue that each layer is in, by the layer's name."""
    return {
        name: cls.__module__.rpartition(".")[2]
        for name, cls in records("layer").items()
        # Tests define layers of their own.
        if cls.__module__.startswith("rdeep.catalogue.") and not cls.internal
    }


def declared() -> dict[str, list[str]]:
    """Return the test files that declare a file of the catalogue, by its name."""
    found: dict[str, list[str]] = {}
    for path in sorted(HERE.rglob("test_*.py")):
        for file in _families(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(file, []).append(str(path.relative_to(HERE)))
    return found


def _families(module: ast.Module) -> tuple[str, ...]:
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LAYER_FAMILIES":
            return _words(node.value)
    return ()


def _words(node: ast.expr) -> tuple[str, ...]:
    return tuple(part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
