"""Checks of an engine: that it fulfils the contract, and computes what NumPy does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np

from rdeep.catalogue.layers import BatchNormalization, Dense, Dropout
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.operations import operations
from rdeep.catalogue.registry import records
from rdeep.engines import registry
from rdeep.engines.contract import Backend
from rdeep.errors import BackendError
from rdeep.models import Sequential
from rdeep.testing.comparing import Checks, assert_all_close, assert_close, run_all
from rdeep.testing.layer_runs import Runs, Way
from rdeep.testing.layers import check_native_form
from rdeep.testing.operations import example_results

FORWARD = 1e-5
ROWS, SIZE = 24, 5
_METHODS = ("devices", "build", "stepper", "foreign_layer", "native_forms", "run_layer")


def engine_checks(
    name: str, layers: Iterable[type[Layer]] | None = None, functions: Iterable[str] | None = None
) -> Checks:
    """Return the checks of an engine, each by its name, for `pytest.mark.parametrize`.

    Parameters
    ----------
    name : str
        The engine's name, which `rdeep.extending.register_engine` made known.
    layers : iterable of type, optional
        The layers that are compared on their first case; by default all that have cases.
    functions : iterable of str, optional
        The array functions that are compared on their examples; by default all.
    """
    known = operations()
    chosen = list(known) if functions is None else list(functions)
    yield "contract", partial(_check_contract, name)
    yield "array functions", partial(_check_complete, name)
    for each in chosen:
        yield f"ops.{each}", partial(_check_operation, name, each)
    for cls in _layers() if layers is None else layers:
        yield f"layer {cls.__name__}", partial(_check_layer, name, cls)
    yield "prediction", partial(_check_prediction, name)
    yield "training", partial(_check_training if registry.trains(name) else _check_refusal, name)


def check_engine(
    name: str, layers: Iterable[type[Layer]] | None = None, functions: Iterable[str] | None = None
) -> list[str]:
    """Run all checks of an engine, and return their names.

    Parameters
    ----------
    name, layers, functions
        As for `engine_checks`.

    Raises
    ------
    AssertionError
        With a sentence for each check that failed.

    Examples
    --------
    >>> check_engine("numpy", layers=[Dense], functions=["tanh"])
    ['contract', 'array functions', 'ops.tanh', 'layer Dense', 'prediction', 'training']
    """
    return run_all(engine_checks(name, layers, functions))


def _layers() -> list[type[Layer]]:
    return [cls for cls in records("layer").values() if not cls.internal and cls.cases()]


def _check_contract(name: str) -> None:
    backend: Backend = registry.load(name)
    assert backend.name == name, (
        f"The backend that {name!r} loads is named {backend.name!r}: `name` is what it is "
        "registered as."
    )
    for method in (*_METHODS, "differentiate"):
        assert callable(getattr(backend, method, None)), (
            f"The backend {name!r} has no {method}(): rdeep.engines.contract says what it does."
        )
    assert backend.devices(), f"devices() of {name!r} names none: return at least ['cpu']."


def _check_complete(name: str) -> None:
    ops = registry.load(name).ops
    missing = sorted(each for each in operations() if not hasattr(ops, each))
    assert not missing, (
        f"The array functions of {name!r} lack {', '.join(missing)}: write them, or have "
        "rdeep.arrays.composed compose them of others."
    )


def _check_operation(name: str, function: str) -> None:
    """Compare what an array function's example gives on the engine and on NumPy."""
    try:
        wanted = example_results(function, "numpy")
    except BackendError:
        # NumPy refuses to derive, and so has nothing to compare with.
        if name != "numpy":
            example_results(function, name)
        return
    found = example_results(function, name)
    what = f"ops.{function}: its example on {name} and on NumPy"
    hint = f"Mend {function}() in the array functions of {name}."
    assert_all_close(found, wanted, FORWARD, what, hint)


def _check_layer(name: str, cls: type[Layer]) -> None:
    """Compare a layer's formula with NumPy on its first case, and its native form with that."""
    runs = Runs(cls, cls.cases()[:1])
    use = runs.uses()[0]
    for training in (False, True):
        way = Way(training)
        found, wanted = runs.result(0, way, name), runs.result(0, way, "numpy")
        what = f"{use}, {way}, on {name} and on NumPy"
        assert found is not None and wanted is not None, (
            f"{what}: run_layer() returned nothing for the formula: it computes every layer's."
        )
        hint = "Mend the array functions that its compute() calls, or run_layer() of the engine."
        assert_all_close(found.outputs, wanted.outputs, FORWARD, what, hint)
    for form in registry.load(name).native_forms(cls):
        check_native_form(runs, name, form)


def _model(name: str) -> Sequential:
    layers = [Dense(8, "tanh"), BatchNormalization(), Dropout(0.2, seed=4), Dense(2)]
    model = Sequential(layers, input_shape=SIZE, backend=name)
    rng = np.random.default_rng(3)
    model.set_weights([rng.uniform(0.1, 0.6, w.shape) for w in model.get_weights()])
    return model


def _data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(ROWS, SIZE)).astype("float32")
    return x, (x[:, :2] * 2.0 - 1.0).astype("float32")


def _check_prediction(name: str) -> None:
    model, (x, y) = _model(name), _data()
    reference = model.to_backend("numpy")
    hint = "Mend build() of the engine, and predict() of its networks."
    for rows in (1, 7, ROWS):
        found, wanted = model.predict(x[:rows]), reference.predict(x[:rows])
        what = f"A network's predictions of {rows} rows on {name} and on NumPy"
        assert_close(found, wanted, FORWARD, what, hint)
    for each in (model, reference):
        each.compile("sgd", "mse", metrics=["mae"])
    found, wanted = (
        each.evaluate(x, y, batch_size=10, return_dict=True) for each in (model, reference)
    )
    what, hint = f"evaluate() on {name} and on NumPy", "Mend score() and read() of its steppers."
    assert_close(list(found.values()), list(wanted.values()), FORWARD, what, hint)


def _check_training(name: str) -> None:
    """Check that training goes down, and is the same in one piece and in two."""
    (x, y), whole = _data(), _model(name)
    options = {"batch_size": 8, "verbose": 0, "shuffle": False}
    whole.compile("adam", "mse")
    first = whole.evaluate(x, y)["loss"]
    whole.fit(x, y, epochs=6, **options)
    last = whole.evaluate(x, y)["loss"]
    assert last < first, (
        f"Training on {name} does not lower the loss: {first:.4g} before and {last:.4g} after "
        "18 steps of Adam. Mend run() of its steppers."
    )
    halves = _model(name)
    halves.compile("adam", "mse")
    for until in (3, 6):
        halves.fit(x, y, epochs=until, initial_epoch=until - 3, **options)
    hint = (
        "All that training changes is in its TrainState and the weights, and what is drawn depends "
        "on the seed and the step alone."
    )
    what = f"The weights of a training on {name} in two pieces and in one"
    assert_all_close(halves.get_weights(), whole.get_weights(), 1e-5, what, hint)


def _check_refusal(name: str) -> None:
    model, (x, y) = _model(name), _data()
    model.compile("sgd", "mse")
    try:
        model.fit(x, y, verbose=0)
    except BackendError:
        return
    raise AssertionError(
        f"{name} is registered as an engine that does not train, and fit() does something: have "
        "start() of its steppers raise a BackendError, or register it with trains=True."
    )
