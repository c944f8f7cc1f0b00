"""The public checks: an outsider's layer passes them, what is wrong is found and said."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rdeep import losses, metrics, optimizers, testing
from rdeep.catalogue import registry as catalogue
from rdeep.engines import registry
from rdeep.engines.numpy.backend import NumPyBackend
from rdeep.errors import BackendError
from rdeep.extending import (
    Layer,
    Loss,
    Metric,
    Optimizer,
    Weight,
    case,
    native_form,
    register_engine,
)
from rdeep.initializers import Ones
from rdeep.testing import arguments

ARCHITECTURE = Path(__file__).parents[2] / "ARCHITECTURE.md"


def outsiders_example() -> list[str]:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    section = text.partition("## Outside of this repository")[2].partition("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", section, re.DOTALL)


def test_the_example_of_a_layer_from_outside_runs(tmp_path, monkeypatch):
    (tmp_path / "outsiders_gate.py").write_text("\n".join(outsiders_example()))
    monkeypatch.syspath_prepend(tmp_path)
    test = importlib.import_module("outsiders_gate").test_gate
    checks = dict(test.pytestmark[0].args[1])
    assert list(checks) == [
        *("documentation", "cases", "options", "shapes", "formula on torch"),
        *("formula on tensorflow", "gradients on torch and tensorflow", "native form on torch"),
        *("model on torch", "model on tensorflow"),
    ]
    for check in checks.values():
        check()


OUTSIDERS = []


def outsider(cls):
    """Take a record out of the registry but for the tests here: others walk over all records."""
    OUTSIDERS.append(catalogue._records[cls.kind].pop(cls.__name__))
    return cls


@pytest.fixture(autouse=True)
def _registered():
    kept = {kind: dict(known) for kind, known in catalogue._records.items()}
    for cls in OUTSIDERS:
        catalogue.register(cls)
    yield
    for kind, known in kept.items():
        catalogue._records[kind].clear()
        catalogue._records[kind].update(known)


@outsider
class Doubling(Layer):
    """Doubling layer: twice the input.

    Examples
    --------
    >>> Doubling()
    Doubling()
    """

    @classmethod
    def cases(cls):
        return [case({}, (3,))]

    def compute(self, inputs, run):
        return inputs * 2.0


def variant(base, cls_name, /, doc=None, **methods):
    """Return a record that differs from another in some methods."""
    said = {"__doc__": base.__doc__ if doc is None else doc, "__module__": __name__}
    # Where pickle looks for it.
    globals()[cls_name] = type(cls_name, (base,), {**said, **methods})
    return globals()[cls_name]


def drawn(self, inputs, run):
    return inputs * np.float32(np.random.default_rng().uniform(1.0, 2.0))


@pytest.mark.parametrize(
    ("faulty", "methods", "sentence"),
    [
        ("NoExample", {"doc": "A layer."}, "has no example: give its docstring a section"),
        ("NoSummary", {"doc": "A layer\n\nExamples\n--------\n>>> 1\n1\n"}, "say what it is"),
        ("NoCase", {"cases": classmethod(lambda cls: [])}, "has no case, so that nothing is comp"),
        (
            "WrongShape",
            {"output_shape": lambda self, *shapes: (None, 4)},
            r"compute\(\) gives \[\(1, 3\)\] for 1 rows, and output_shape\(\) says \[\(None, 4\)\]",
        ),
        (
            "Unsteady",
            {"compute": drawn},
            r"the formula on torch and on NumPy: the largest difference is .* more than 1e-05 of "
            r"the largest value.* Write compute\(\) with functions of `run.ops`",
        ),
        (
            "OtherMask",
            {
                "cases": classmethod(lambda cls: [case({}, (3, 4))]),
                "mask": "make",
                "makes_mask": lambda self: True,
                "made_mask": lambda self, inputs, ops: ops.any(
                    inputs > np.random.default_rng().normal(), axis=-1
                ),
            },
            "the masks of torch and of NumPy: .* values differ. Say what becomes of masks",
        ),
    ],
)
def test_what_is_wrong_with_a_layer_is_said(faulty, methods, sentence):
    cls = variant(Doubling, faulty, **methods)
    with pytest.raises(AssertionError, match=sentence):
        # What is random may agree once.
        for _ in range(8):
            testing.check_layer(cls, engines=["torch"])


def test_a_native_form_that_differs_is_said():
    half = variant(Doubling, "HalfNative")

    @native_form("torch", half)
    def form(record, context):
        import torch

        return torch.nn.Identity()

    with pytest.raises(AssertionError, match="native form and formula on torch: the largest diff"):
        testing.check_layer(half, engines=["torch"])


def test_a_native_form_without_a_case_is_said():
    bare = variant(Doubling, "BareNative", cases=classmethod(lambda cls: []))
    native_form("torch", bare)(lambda record, context: None)
    with pytest.raises(AssertionError, match="nothing to compare it with its formula on: give"):
        testing.check_layer(bare, engines=["torch"])


def test_a_native_form_without_the_weights_is_said():
    def weights(self, *shapes):
        return [Weight("scale", (3,), Ones())]

    scaled = variant(
        Doubling,
        "ScaledNative",
        weights=weights,
        compute=lambda s, x, run: x * run.weights["scale"],
    )

    @native_form("torch", scaled)
    def on_torch(record, context):
        import torch

        return torch.nn.Identity()

    @native_form("tensorflow", scaled)
    def on_tensorflow(record, context):
        import keras

        return [keras.layers.Identity()]

    checks = dict(testing.layer_checks(scaled, engines=["torch", "tensorflow"]))
    checks["formula on torch"]()
    for engine, hint in (("torch", "a module whose parameters"), ("tensorflow", "The last Keras")):
        said = rf"(?i)on {engine} does not hold the layer's weight 'scale'\.\n.*{hint}"
        for check in (f"native form on {engine}", f"model on {engine}"):
            with pytest.raises(BackendError, match=said):
                checks[check]()


@outsider
class TotalLoss(Loss):
    """A loss of all samples at once.

    Examples
    --------
    >>> 1
    1
    """

    def values(self, y_true, y_pred, ops):
        return ops.sum((y_true - y_pred) ** 2)


def test_losses_and_what_is_wrong_with_them():
    assert testing.check_loss(losses.MeanSquaredError())[-1] == "gradients on torch and tensorflow"

    with pytest.raises(AssertionError, match="return one for each sample"):
        testing.check_loss(TotalLoss(), engines=[])
    with pytest.raises(AssertionError, match="give `data`, targets and predictions"):
        testing.check_loss(losses.GaussianLikelihood(), engines=[])


@outsider
class LastError(Metric):
    """The error of the last batch.

    Examples
    --------
    >>> 1
    1
    """

    def update(self, y_true, y_pred, weights, ops):
        return [ops.mean(ops.abs(y_true - y_pred)), 1.0]


def test_metrics_and_what_is_wrong_with_them():
    assert "formula on tensorflow" in testing.check_metric(metrics.R2Score())

    with pytest.raises(AssertionError, match="the result of two batches and of one") as caught:
        testing.check_metric(LastError(), engines=[])
    assert "does not say which way is better" in str(caught.value)


@outsider
class Still(Optimizer):
    """No steps at all.

    Examples
    --------
    >>> 1
    1
    """

    def update(self, w, g, slots, lr, step, ops):
        return w, {}


def test_optimizers_and_what_is_wrong_with_them():
    assert "continued on torch" in testing.check_optimizer(optimizers.Adam(0.1), ["torch"])

    with pytest.raises(AssertionError, match="changes nothing on torch"):
        testing.check_optimizer(Still(), ["torch"])


def test_operations():
    calls = [arguments(np.float32([[1.0, 2.0]]), axis=1), arguments(np.int32([1, 2]))]
    assert "gradients on torch and tensorflow" in testing.check_operation("logsumexp", calls[:1])
    assert "values on torch" in testing.check_operation("sum", calls)
    with pytest.raises(AssertionError, match="sum has no case"):
        testing.check_operation("sum", [])


class WrongFunctions:
    """NumPy's array functions, of which one is wrong and one is missing."""

    def __getattr__(self, name):
        if name == "tanh":
            return lambda x: NumPyBackend().ops.tanh(x) * 1.01
        if name == "sinh":
            raise AttributeError(name)
        return getattr(NumPyBackend().ops, name)


class WrongBackend(NumPyBackend):
    name = "wrong"
    ops = WrongFunctions()


def test_an_engine_from_outside(monkeypatch):
    monkeypatch.setattr(registry, "_engines", dict(registry._engines))
    fine = type("FineBackend", (NumPyBackend,), {"name": "fine"})
    register_engine("fine", fine, package="numpy", trains=False)
    found = testing.check_engine("fine", layers=[Doubling], functions=["tanh", "where"])
    assert found[2:] == ["ops.tanh", "ops.where", "layer Doubling", "prediction", "training"]
    register_engine("wrong", WrongBackend, package="numpy", trains=False)
    with pytest.raises(AssertionError) as caught:
        testing.check_engine("wrong", layers=[], functions=["tanh"])
    said = str(caught.value)
    assert "The array functions of 'wrong' lack sinh: write them" in said
    assert "ops.tanh: its example on wrong and on NumPy: the largest difference is" in said
    assert "prediction" not in said
    with pytest.raises(BackendError, match="There is a backend named 'torch' already"):
        register_engine("torch", fine, package="numpy")


@pytest.mark.parametrize("engine", ["numpy", "torch", "tensorflow"])
def test_our_engines_fulfil_the_contract(engine):
    # `test_every_layer.py` has the layers.
    testing.check_engine(engine, layers=[])


def test_engines_that_are_missing_are_said(monkeypatch):
    monkeypatch.setattr(registry, "installed", lambda: ["torch"])
    with pytest.warns(UserWarning, match="Nothing is checked on tensorflow, which is not install"):
        found = testing.check_loss(losses.Huber())
    assert "formula on torch" in found and "formula on tensorflow" not in found


def test_the_checks_need_no_pytest_and_no_engine():
    code = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "tensorflow", "keras", "pytest"):
            raise ImportError(name)
sys.meta_path.insert(0, Missing())
import warnings
warnings.simplefilter("ignore")
from rdeep import layers, losses, testing
print(*testing.check_layer(layers.Flatten), *testing.check_loss(losses.Huber()))
print(*testing.check_engine("numpy", layers=[layers.Dense], functions=["sum"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "shapes" in done.stdout and "layer Dense" in done.stdout
