"""The repository keeps its own rules: imports run downwards, the README shows what runs."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from import_graph import (
    Import,
    imports_of,
    modules_of,
    names_made_up,
    patches,
    reaching,
    rings,
    roots,
)

ROOT = Path(__file__).parents[2]
CORE = ROOT / "python" / "rdeep"

# From the ground up. A module is on the floor that names it, or else the package around it; it may
# import from its own floor and from those before it.
FLOORS = [
    ["errors"],
    ["interrupts", "precision", "seeds", "saving.disk", "saving.locks"],
    ["arrays"],
    ["arrays.composed"],
    ["arrays.numpy"],
    ["preprocessing"],
    ["catalogue.dispatch", "catalogue.overrides", "catalogue.picklable", "catalogue.windows"],
    ["catalogue.registry", "catalogue.weighing"],
    ["catalogue.by_sample"],
    ["catalogue.options"],
    ["catalogue.record", "catalogue"],
    ["catalogue.activations", "catalogue.constraints", "catalogue.initializers"],
    ["catalogue.regularizers", "catalogue.schedules", "catalogue.operations"],
    ["catalogue.losses", "catalogue.optimizers"],
    ["catalogue.metrics"],
    ["catalogue.layers"],
    ["catalogue.features"],
    ["catalogue.feature_space"],
    ["graph"],
    ["data"],
    ["datasets"],
    ["engines"],
    ["engines.torch", "engines.tensorflow", "engines.numpy"],
    ["ops"],
    ["saving"],
    [
        "training.events",
        "training.history",
        "training.last",
        "training.naming",
        "training.evidence",
        "training.doubts",
    ],
    ["training.plans", "training.phases"],
    ["training.computing"],
    ["training.trainer", "training.model"],
    ["training.descriptions"],
    ["training.callbacks"],
    ["training"],
    ["generation"],
    ["models"],
    ["applications"],
    ["tabular", "ready"],
    # Ready-made models, a package for each kind.
    ["image"],
    ["segmentation"],
    ["detection"],
    ["speech"],
    ["text"],
    ["series"],
    ["svm"],
    ["multimodal"],
    ["ready_models"],
    # What works on fitted models of any kind.
    ["predictors"],
    ["model_checks"],
    ["ensembles"],
    ["distillation"],
    ["data_checks"],
    ["auto"],
    ["tuning"],
    # The doors: the names of Keras's modules, and R's way in.
    ["activations", "callbacks", "constraints", "initializers", "layers", "losses", "metrics"],
    ["optimizers", "random", "regularizers", "schedules", "tensorboard", "extending"],
    ["config", "dtype_policies", "mixed_precision", "tree"],
    ["utils"],
    ["backend"],
    ["wiring"],
    # For whoever extends rdeep: its own tests use it too.
    ["testing"],
    ["bridge"],
    [""],
]
FLOOR_OF = {name: number for number, names in enumerate(FLOORS) for name in names}

# Modules that import by name, and why they may.
BY_NAME = {
    "rdeep": "the public door: what it offers is imported when it is first asked for",
    "rdeep.engines.registry": "an engine is chosen by its name, and loaded when it is first used",
    "rdeep.data.reading": "packages of others, which are not installed everywhere",
}

ENGINES = ("torch", "tensorflow", "numpy")
MODULES = modules_of(CORE)
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
IMPORTS = [
    each
    for name, tree in TREES.items()
    for each in imports_of(name, tree, MODULES, MODULES[name].name == "__init__.py")
]


def floor_of(module: str) -> int | None:
    """Return the number of a module's floor; `None` if it is on none."""
    name = module.removeprefix("rdeep").removeprefix(".")
    while name and name not in FLOOR_OF:
        name = name.rpartition(".")[0]
    return FLOOR_OF[name] if name or module == "rdeep" else None


def edges(imports: Iterable[Import]) -> dict[str, set[str]]:
    """Return what each module imports."""
    found: dict[str, set[str]] = {name: set() for name in MODULES}
    for each in imports:
        found[each.source].add(each.target)
    return found


def homeless(modules: Iterable[str]) -> list[str]:
    """Return the modules that are on no floor, with what to do."""
    return [
        f"{name} is on no floor: name it, or the package around it, in FLOORS above all that it "
        "imports, and in the table of ARCHITECTURE.md"
        for name in modules
        if floor_of(name) is None
    ]


def upwards(imports: Iterable[Import]) -> list[str]:
    """Return the imports of floors above, with what to do."""
    imports = list(imports)
    busy = {i.source for i in imports if i.kind != "function"}
    wrong = [i for i in imports if (floor_of(i.target) or 0) > (floor_of(i.source) or 0)]
    # A package that imports nothing itself may stand around modules of different floors.
    wrong = [i for i in wrong if i.kind != "parent" or i.target in busy]
    return [
        f"{each}, which is a floor above: have it handed in by the caller, move what is needed "
        "down, or the module up"
        for each in wrong
    ]


def test_every_module_is_on_a_floor():
    assert not homeless(MODULES), "\n".join(homeless(MODULES))
    unknown = [n for n in FLOOR_OF if n and not any(m.startswith(f"rdeep.{n}") for m in MODULES)]
    assert not unknown, f"FLOORS names what does not exist: take {unknown} out"


def test_imports_run_downwards():
    assert not upwards(IMPORTS), "\n".join(upwards(IMPORTS))


def test_no_ring_has_more_than_two_files():
    found = rings(edges(IMPORTS))
    long = [" <-> ".join(ring) for ring in found if len(ring) > 2]
    assert not long, "These import each other; have one handed to the others: " + "\n".join(long)


def test_what_is_imported_at_once_has_no_ring():
    at_once = [each for each in IMPORTS if each.kind in ("module", "parent")]
    assert rings(edges(at_once)) == [], "One of these cannot be imported first"


def test_nothing_is_imported_by_name():
    found = {name: names_made_up(tree) for name, tree in TREES.items()}
    wrong = [f"{name}, lines {lines}" for name, lines in found.items() if lines]
    wrong = [each for each in wrong if each.partition(",")[0] not in BY_NAME]
    named = [str(i) for i in IMPORTS if i.kind == "string" and i.source not in BY_NAME]
    assert not wrong + named, (
        "A module of ours is imported by an import statement, so that everybody sees it; what is "
        "above is handed in (rdeep.catalogue.dispatch). Not so: " + "\n".join(wrong + named)
    )
    assert set(BY_NAME) <= {name for name, lines in found.items() if lines}, (
        "BY_NAME names too many"
    )


def test_nothing_of_a_module_is_changed_from_another():
    found = {name: patches(tree) for name, tree in TREES.items()}
    wrong = [f"{name}, lines {lines}" for name, lines in found.items() if lines]
    assert not wrong, (
        "A class or a module is changed by the file that defines it alone; hand in what differs "
        "(rdeep.catalogue.dispatch). Not so: " + "\n".join(wrong)
    )


def test_no_engine_sees_another_and_nobody_else_sees_into_one():
    wrong = []
    for each in IMPORTS:
        own, other = (
            next((e for e in ENGINES if f"{m}.".startswith(f"rdeep.engines.{e}.")), None)
            for m in (each.source, each.target)
        )
        if other is not None and own != other:
            wrong.append(str(each))
    assert not wrong, (
        "What an engine can do is asked of rdeep.engines.registry.load(name), by the methods of "
        "rdeep.engines.contract. Not so: " + "\n".join(wrong)
    )


def test_only_an_engine_imports_its_package():
    packages = {"torch": ("torch",), "tensorflow": ("tensorflow", "keras")}
    for name, tree in TREES.items():
        own = next((e for e in ENGINES if f"{name}.".startswith(f"rdeep.engines.{e}.")), "")
        for package in roots(tree) & {"torch", "tensorflow", "keras"}:
            assert package in packages.get(own, ()), (
                f"{name} imports {package}: put what needs it in rdeep.engines"
            )


# Modules are imported from the top of the house down, each after all that import it were taken out
# of memory: so each is imported first of them, as a process might.
_WALK = """
import importlib, json, sys
failed = {}
for name, importers in json.load(sys.stdin):
    for each in [name, *importers]:
        package, _, own = each.rpartition(".")
        # The package around it would still know the module by its name.
        getattr(sys.modules.get(package), "__dict__", {}).pop(own, None)
        sys.modules.pop(each, None)
    try:
        importlib.import_module(name)
    except Exception as error:
        failed[name] = repr(error)
engines = [each for each in ("torch", "tensorflow", "keras") if each in sys.modules]
print(json.dumps([failed, engines]))
"""


def test_every_module_can_be_imported_first_and_loads_no_engine():
    at_once = edges(each for each in IMPORTS if each.kind in ("module", "parent"))
    walked = []
    for name in MODULES:
        package = name.rpartition(".")[0]
        # A package comes before what is in it: what it imports itself is not imported first.
        if package:
            at_once[name].add(package)
        if not name.startswith(
            ("rdeep.engines.torch", "rdeep.engines.tensorflow")
        ) and name not in at_once.get(package, ()):
            walked.append(name)
    importers = reaching(at_once)
    # What is imported by most comes last.
    walked.sort(key=lambda name: len(importers[name]))
    plan = json.dumps([[name, sorted(importers[name])] for name in walked])
    done = subprocess.run(
        [sys.executable, "-c", _WALK], input=plan, capture_output=True, text=True, check=True
    )
    failed, engines = json.loads(done.stdout)
    assert failed == {}, "These cannot be imported first: import what they need at their top"
    assert engines == [], "An engine is loaded when a model first needs it, not by an import"


def test_a_public_module_brings_what_calls_of_records_do():
    # Cheaply: models are imported when a layer is first called on data.
    code = """
import sys
from rdeep import layers, losses
assert "rdeep.models" not in sys.modules
print(layers.Rescaling(2.0)([[1.0]]).tolist(), {"torch", "tensorflow"} & set(sys.modules))
assert losses.MeanSquaredError()([[1.0]], [[3.0]]) == 4.0
assert "rdeep.models" in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[[2.0]] set()"


def test_all_records_are_registered_when_the_first_is_looked_for():
    code = """
import importlib, json, sys
from rdeep.catalogue.registry import kinds, records
before = {kind: list(records(kind)) for kind in kinds()}
for name in json.load(sys.stdin):
    importlib.import_module(name)
print([n for kind in kinds() for n in set(records(kind)) - set(before[kind])])
"""
    names = [
        name
        for name in MODULES
        if not name.startswith(("rdeep.engines.torch", "rdeep.engines.tensorflow"))
    ]
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]", "Their modules belong in FAMILIES of rdeep/wiring.py"


def test_imports_of_every_kind_are_seen():
    source = """
from typing import TYPE_CHECKING
from rdeep import layers, load_model
from .options import base
from ..graph.tensor import Input
if TYPE_CHECKING:
    import rdeep.models
def inside():
    from rdeep.ops.dispatch import function
HOME = "rdeep.graph.custom:CustomLayer"
HINT = f"Compute with {named('rdeep.ops')}."
"""
    tree = ast.parse(source)
    found = {(i.target, i.kind) for i in imports_of("rdeep.catalogue.x", tree, MODULES, False)}
    assert {
        ("rdeep.layers", "module"),
        ("rdeep", "module"),
        ("rdeep.catalogue.options.base", "module"),
        ("rdeep.graph.tensor", "module"),
        ("rdeep.graph", "parent"),
        ("rdeep.models", "typing"),
        ("rdeep.ops.dispatch", "function"),
        ("rdeep.graph.custom", "string"),
    } <= found
    assert ("rdeep.catalogue", "parent") not in found
    assert ("rdeep.ops", "string") not in found
    made_up = "import importlib\nname = f'rdeep.{x}'\nimportlib.import_module(name)\n"
    assert names_made_up(ast.parse(made_up)) == [2, 3]
    patched = "from rdeep.graph.tensor import Input\nInput.make = 1\nsetattr(Input, 'make', 1)\n"
    assert patches(ast.parse(patched)) == [2, 3]


def test_what_is_wrong_is_found_and_says_what_to_do():
    up = Import("rdeep.catalogue.layers.core", "rdeep.graph.tensor", 3, "function")
    assert "a floor above: have it handed in" in upwards([up])[0]
    assert upwards([Import("rdeep.graph.tensor", "rdeep.catalogue.layers.core", 3, "typing")]) == []
    assert "FLOORS" in homeless(["rdeep.new_thing"])[0]
    assert homeless(["rdeep.catalogue.layers.new", "rdeep"]) == []
    ring = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert rings(ring) == [["a", "b", "c"]]
    assert reaching(ring)["a"] == {"b", "c", "d"}


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
