"""The repository keeps its own rules: imports run downwards, the README shows what runs."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "python" / "rdeep"

# From the ground up; a module may import from its own floor and from those before it.
FLOORS = [
    ["errors"],
    ["seeds"],
    ["arrays"],
    ["preprocessing"],
    ["catalogue"],
    ["graph"],
    ["data"],
    ["engines"],
    ["ops"],
    ["training"],
    ["saving"],
    ["models"],
    ["tabular"],
    ["bridge"],
]
FLOOR_OF = {name: number for number, names in enumerate(FLOORS) for name in names}


def imported(path: Path) -> list[str]:
    """Return the modules of the core that a file imports, wherever in the file."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("rdeep."):
            found.append(node.module)
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.startswith("rdeep.")]
    return found


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda p: str(p.relative_to(CORE)))
def test_imports_run_downwards(path):
    own = path.relative_to(CORE).parts[0].removesuffix(".py")
    if own not in FLOOR_OF:
        return
    for module in imported(path):
        other = module.split(".")[1]
        assert FLOOR_OF.get(other, 0) <= FLOOR_OF[own], f"{own} imports {module}"


@pytest.mark.parametrize(("engine", "other"), [("torch", "tensorflow"), ("tensorflow", "torch")])
def test_backends_do_not_see_each_other(engine, other):
    for path in (CORE / "engines" / engine).rglob("*.py"):
        assert not any(other in module.split(".") for module in imported(path)), path


def test_only_a_backend_imports_its_engine():
    for path in CORE.rglob("*.py"):
        if "engines/t" in path.as_posix():
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] not in ("torch", "tensorflow", "keras"), path


def classes(folder: Path) -> list[tuple[Path, str, set[str]]]:
    """Return the classes in a folder's files: the file, the class's name, its bases' names."""
    return [
        (path, node.name, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]


def test_types_of_options_live_in_one_package():
    home = CORE / "catalogue" / "options"
    types = {"OptionType"}
    for _ in range(5):
        types |= {name for _, name, bases in classes(home) if bases & types}
    assert len(types) > 60
    for path, name, bases in classes(CORE):
        assert home in path.parents or not bases & types, (
            f"{path} declares {name}, a type of options: move it to the file of {home} that says "
            "what it holds, and name it in that folder's __init__.py."
        )


def test_files_can_be_read_in_one_sitting():
    for path in CORE.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").count("\n")
        assert lines <= 500, f"{path} has {lines} lines"


def test_no_two_definitions_of_r_have_one_name():
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "R").glob("*.R")):
        for name in re.findall(r"(?m)^`?([\w.<%>-]+?)`? <- ", path.read_text(encoding="utf-8")):
            found.setdefault(name, []).append(path.name)
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


def test_files_of_tests_in_r_go_by_the_files_that_they_test():
    first = {path.stem.partition("-")[0] for path in (ROOT / "R").glob("*.R")} | {"scripts"}
    folder = ROOT / "tests" / "testthat"
    tests = {path.stem.removeprefix("test-") for path in folder.glob("test-*.R")}
    for name in sorted(tests):
        assert name.partition("-")[0] in first, (
            f"test-{name}.R mirrors no file of R/: begin its name as those do that it tests, "
            "such as test-model-fit.R; whole programs are test-scripts-*.R."
        )
    snapshots = {path.stem for path in (folder / "_snaps").glob("*.md")}
    snapshots = {name for name in snapshots if not name.endswith(".new")}
    assert snapshots <= tests, f"{snapshots - tests} have no file of tests: move them with it."


def test_the_readme_shows_the_example_as_it_stands():
    example = (ROOT / "inst" / "examples" / "quickstart.R").read_text(encoding="utf-8")
    assert f"```r\n{example}```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_mnist_subset_is_balanced_and_small():
    from rdeep.datasets import mnist

    (x_train, y_train), (x_test, y_test) = mnist(subset=True)
    assert x_train.shape == (4000, 28, 28)
    assert x_test.shape == (1000, 28, 28)
    assert [int((y_train == d).sum()) for d in range(10)] == [400] * 10
    assert [int((y_test == d).sum()) for d in range(10)] == [100] * 10
    assert (CORE / "datasets" / "mnist_5000.npz").stat().st_size < 1_500_000


def test_mnist_without_network_says_what_to_do(tmp_path, monkeypatch):
    from rdeep import datasets
    from rdeep.errors import DataError

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    # No server answers at this address.
    monkeypatch.setattr(datasets, "_URL", "http://127.0.0.1:9/mnist.npz", raising=False)
    with pytest.raises(DataError, match="subset"):
        datasets.mnist()
