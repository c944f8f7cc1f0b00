"""The catalogue: options, their checks and messages, configurations, names."""

from __future__ import annotations

import ast
import doctest
import inspect
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest

from rdeep.catalogue import layers, losses, registry
from rdeep.catalogue.initializers import Constant, Initializer
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.preprocessing_base import Preprocessing
from rdeep.catalogue.optimizers.base import BaseOptimizer, Optimizer
from rdeep.catalogue.record import Record, snake_case
from rdeep.catalogue.schedules import Schedule
from rdeep.errors import ArgumentError, RdeepError
from rdeep.testing import check_documentation, check_options

ALL = [
    pytest.param(kind, cls, id=f"{kind}-{name}")
    for kind in registry.kinds()
    for name, cls in registry.records(kind).items()
    if cls.__module__.startswith("rdeep.")  # other tests' records may have been registered before
]


@cache
def example(cls):
    """Return what the first call of a record in its docstring's example makes."""
    parts = doctest.DocTestParser().get_examples(cls.__doc__)
    lines = ast.parse("".join(part.source for part in parts))
    known = {**vars(sys.modules[cls.__module__]), "np": np}
    for node in ast.walk(lines):
        if isinstance(node, ast.Import | ast.ImportFrom):
            exec(ast.unparse(node), known)
    calls = [node for node in ast.walk(lines) if isinstance(node, ast.Call)]
    made = [ast.unparse(call) for call in calls if ast.unparse(call.func) == cls.__name__]
    assert made, f"{cls.__name__}'s example does not make one: show a call with options (>>> ...)."
    record = eval(made[0], known)
    options = {name: getattr(record, declared.attribute) for name, declared in cls.options.items()}
    # A function without a name has no copy by pickle.
    named = {name: max for name, value in options.items() if isinstance(value, FunctionType)}
    return record.replace(**named)


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_record_is_documented_and_has_an_example(kind, cls):
    check_documentation(cls)
    for name in cls.options:
        assert f"{name} : " in cls.__doc__


FORMULAS = {
    "activation": "compute",
    "constraint": "project",
    "initializer": "draw",
    "layer": "compute",
    "loss": "values",
    "metric": "update",
    "optimizer": "update",
    "regularizer": "penalty",
    "rnn_cell": "step",
    "schedule": "formula",
}
"""The method that says what a record of a kind computes."""


def is_written(cls, name):
    """Return whether a class has a method that computes something, and what it calls too."""
    method = getattr(cls, name, None)
    source = inspect.getsource(method) if method else "raise NotImplementedError"
    inner = "_values" if name == "draw" and "self._values(" in source else None
    ends = source.rstrip().rpartition("\n")[2].strip().startswith("raise NotImplementedError")
    return not ends and (inner is None or is_written(cls, inner))


def is_computed_elsewhere(cls):
    """Return whether the host or another record computes what a record stands for."""
    if issubclass(cls, Preprocessing):
        # Text and tables reach no engine: such a layer says itself what it makes of data.
        return cls.transform is not Preprocessing.transform
    return issubclass(cls, BaseOptimizer) and not issubclass(cls, Optimizer)


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_record_has_a_formula(kind, cls):
    if kind not in FORMULAS or is_computed_elsewhere(cls):
        return
    assert is_written(cls, FORMULAS[kind]), (
        f"{cls.__name__} does not say what it computes: write {FORMULAS[kind]}(), as others in "
        f"{inspect.getsourcefile(cls)} do."
    )


def test_a_record_without_a_formula_is_found():
    for base in (Initializer, Layer, losses.Loss, Schedule):
        assert not is_written(base, FORMULAS[base.kind]), base


def declared_records() -> dict[str, Path]:
    """Return the records that the core's files declare, but for bases and internal ones."""
    core = Path(registry.__file__).parents[1]
    statements = [
        (node, path)
        for path in sorted(core.rglob("*.py"))
        # `rdeep.Layer` is the base of users' classes, with the name of the catalogue's base.
        if "engines" not in path.parts and path.name != "own_layer.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    of_records, abstract, internal = {"Record"}, {"Record"}, set()
    for _ in range(8):
        for node, _ in statements:
            bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
            own = {ast.unparse(each) for each in node.body if isinstance(each, ast.Assign)}
            if bases & of_records:
                of_records.add(node.name)
            if any(ast.unparse(keyword) == "abstract=True" for keyword in node.keywords):
                abstract.add(node.name)
            if "internal = True" in own or bases & internal:
                internal.add(node.name)
    return {
        node.name: path.relative_to(core)
        for node, path in statements
        if node.name in of_records - abstract - internal
    }


def test_every_record_is_registered():
    # In a process of its own: other tests import files that nobody else does.
    code = (
        "from rdeep.catalogue import registry\n"
        "for kind in registry.kinds(): print(*registry.records(kind), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    known, declared = set(done.stdout.split()), declared_records()
    assert len(declared) > 300
    for name, path in declared.items():
        assert not name.startswith("_") and name in known, (
            f"{name} ({path}) is in no registry: import {path.stem} in the `__init__.py` beside "
            "it, and see to it that `wiring.py` names that package; or say that the class is a "
            "base (`abstract=True` behind its own bases), or a record that rdeep alone makes "
            "(`internal = True` in its body)."
        )


@pytest.mark.parametrize("cls", Record.__subclasses__(), ids=str)
def test_families_say_their_kind_once(cls):
    for below in cls.__subclasses__():
        assert "kind" not in vars(below), f"{below.__name__}: leave `kind` to {cls.__name__}."


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_record_survives_its_configuration_and_copies(kind, cls):
    check_options(example(cls))


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_record_is_fixed(kind, cls):
    record = example(cls)
    # Whether a layer is trained may be decided later, at each compile, and so may a rate.
    for name in set(cls.options) - {"trainable", "learning_rate"}:
        with pytest.raises(AttributeError, match="fixed"):
            setattr(record, name, None)


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_record_refuses_what_it_does_not_know(kind, cls):
    with pytest.raises(ArgumentError, match="has no option 'colour'"):
        cls(colour="red")


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_every_option_refuses_nonsense(kind, cls):
    for name in cls.options:
        with pytest.raises(RdeepError) as caught:
            example(cls).replace(**{name: object()})
        assert caught.value.argument == name


def test_names():
    assert snake_case("GlobalMaxPooling2D") == "global_max_pooling_2d"
    assert snake_case("Conv1D") == "conv_1d"
    assert registry.find("layer", "lstm") is layers.LSTM
    assert registry.find("optimizer", "AdamW").key == "adam_w"
    assert registry.find("loss", "mse").__name__ == "MeanSquaredError"
    assert registry.find("metric", "acc").__name__ == "Accuracy"


def test_a_saved_record_whose_package_is_not_imported_is_said():
    with pytest.raises(ArgumentError, match=r"'Gate'\.\n.*import that package first"):
        registry.from_config("layer", {"class": "Gate", "options": {}})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Dense(0), r"'units' must be a positive whole number, not 0\."),
        (lambda: layers.Dense(2.5), r"'units' must be a positive whole number, not 2\.5\."),
        (lambda: layers.Dense(True), r"'units' must be a positive whole number, not True\."),
        (lambda: layers.Dense(), r"Dense\(\) needs 'units'"),
        (
            lambda: layers.Dense(3, activaton="relu"),
            r"no option 'activaton'.\nDid you mean 'activation'",
        ),
        (lambda: layers.Dense(3, "rellu"), r"no activation named 'rellu'.\nDid you mean 'relu'"),
        (lambda: layers.Dense(3, Constant()), "not an activation|is not an activation"),
        (lambda: layers.Dropout(1), "at least 0 and below 1, not 1"),
        (lambda: layers.Conv2D(3, (1, 2, 3)), "one or 2 positive whole numbers"),
        (lambda: layers.Conv2D(3, 2, padding="smae"), "Did you mean 'same'"),
        (lambda: layers.Conv2D(3, 2, strides=2, dilation_rate=2), "cannot both be above 1"),
        (lambda: layers.Conv2D(3, 2, groups=2), r"'filters' \(3\) must be a multiple"),
        (lambda: layers.Bidirectional(layers.Dense(3)), "a recurrent layer"),
        (lambda: layers.Dense(*range(1, 14)), "at most 12 unnamed arguments"),
    ],
)
def test_messages(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_signatures_are_those_that_are_documented():
    parameters = list(inspect.signature(layers.Dense).parameters)
    assert parameters[:3] == ["units", "activation", "use_bias"]
    assert parameters[-2:] == ["name", "trainable"]


def test_a_record_of_no_family_is_refused():
    with pytest.raises(TypeError, match="derive it from a family's base"):

        class Lost(Record):
            pass
