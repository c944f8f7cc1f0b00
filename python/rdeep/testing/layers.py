"""Checks of layers: documentation, options, shapes, formulas, native forms, models."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.case import Case
from rdeep.engines import registry
from rdeep.engines.single_layer import Form, LayerResult
from rdeep.graph.tensor import Input
from rdeep.models import Model, load_model
from rdeep.testing.comparing import (
    Checks,
    assert_all_close,
    assert_close,
    engines_to_check,
    run_all,
)
from rdeep.testing.layer_runs import LOW, Runs, Use, Way
from rdeep.testing.records import check_documentation, check_options

FORWARD, BACKWARD = 1e-5, 1e-4
"""How near values and gradients are, as shares of the largest."""
CLOSE = {
    "float32": (FORWARD, BACKWARD),
    "mixed_float16": (4e-3, 2e-2),
    "mixed_bfloat16": (3e-2, 1e-1),
}
"""The same of native forms by dtype policy: what 16 bits leave."""
SIZES = (1, 2, 5)
"""The batches that one network predicts."""
_FORMULA = "Write compute() with functions of `run.ops` alone, which all engines have."
_NATIVE = "Mend the native form, or return None from it for options that it does not know."


def layer_checks(
    cls: type[Layer], cases: Sequence[Case] | None = None, engines: Sequence[str] | None = None
) -> Checks:
    """Return the checks of a layer, each by its name, for `pytest.mark.parametrize`.

    Parameters
    ----------
    cls : type
        The layer's class.
    cases : sequence of Case, optional
        Small uses of it; by default those of the classmethod `cases()`.
    engines : sequence of str, optional
        The engines besides NumPy; by default all that are installed.

    Examples
    --------
    >>> from rdeep.layers import Rescaling
    >>> from rdeep.extending import case
    >>> [name for name, check in layer_checks(Rescaling, [case({"scale": 2.0}, (3,))], engines=[])]
    ['documentation', 'cases', 'options', 'shapes']
    """
    chosen, runs = engines_to_check(engines), Runs(cls, cases)
    yield "documentation", partial(check_documentation, cls)
    yield "cases", partial(_check_cases, runs)
    yield "options", partial(_check_options, runs)
    yield "shapes", partial(_check_shapes, runs)
    for engine in chosen:
        yield f"formula on {engine}", partial(_check_formula, runs, engine)
    trained = [engine for engine in chosen if registry.trains(engine)]
    for one, other in combinations(trained, 2):
        yield f"gradients on {one} and {other}", partial(_check_gradients, runs, one, other)
    for engine in chosen:
        for form in registry.load(engine).native_forms(cls):
            said = "native form" if form == "native" else form
            yield f"{said} on {engine}", partial(check_native_form, runs, engine, form)
    for engine in chosen:
        yield f"model on {engine}", partial(_check_model, runs, engine)


def check_layer(
    cls: type[Layer], cases: Sequence[Case] | None = None, engines: Sequence[str] | None = None
) -> list[str]:
    """Run all checks of a layer, and return their names.

    Parameters
    ----------
    cls, cases, engines
        As for `layer_checks`.

    Raises
    ------
    AssertionError
        With a sentence for each check that failed: what differs, and what to do.

    Examples
    --------
    >>> from rdeep.layers import Permute
    >>> from rdeep.extending import case
    >>> check_layer(Permute, [case({"dims": (2, 1)}, (3, 2))], engines=[])
    ['documentation', 'cases', 'options', 'shapes']
    """
    return run_all(layer_checks(cls, cases, engines))


def _check_cases(runs: Runs) -> None:
    assert runs.cases, (
        f"{runs.cls.__name__} has no case, so that nothing is compared: give the record a "
        "classmethod cases() that returns small uses of it, [case({...options}, (4, 3))]."
    )


def _check_options(runs: Runs) -> None:
    for use in runs.uses():
        check_options(use.record)


def _check_shapes(runs: Runs) -> None:
    """Check output_shape() and output_dtype() against the formula on NumPy, for several batches."""
    numpy = registry.load("numpy")
    for use in runs.uses():
        shapes = [(None, *shape) for shape in use.case.shapes]
        use.record.check_inputs(*shapes)
        said = use.record.output_shape(*shapes)
        said = said if isinstance(said, list) else [said]
        for rows in SIZES:
            call = use.call(Way())
            call = type(call)(call.record, use.inputs(rows), call.weights)
            result = numpy.run_layer(call)
            assert result is not None
            found = [y.shape for y in result.outputs]
            fits = len(found) == len(said) and all(map(_agrees, found, said))
            assert fits, (
                f"{use}: compute() gives {found} for {rows} rows, and output_shape() says {said}. "
                "The batch is the first size, which is open (None)."
            )


def _agrees(found: tuple[int, ...], said: tuple[int | None, ...]) -> bool:
    return len(found) == len(said) and all(s is None or s == f for s, f in zip(said, found))


def _results(
    runs: Runs, one: str, other: str
) -> Iterator[tuple[Use, str, LayerResult, LayerResult]]:
    """Yield what formulas give on two engines, with words for the use and the way."""
    for place, use in enumerate(runs.uses()):
        ways = use.ways()
        if place:
            # What differs between training and prediction has shown on the first case.
            ways = [way for way in ways if way.training]
        elif use.has_steps and not use.record.takes_masks():
            ways.append(Way(masked=True))
        for way in ways:
            found = [_quiet(runs, place, way, engine) for engine in (one, other)]
            yield use, f"{use}, {way}", *found


def _quiet(runs: Runs, place: int, way: Way, engine: str, form: Form = "formula") -> Any:
    with warnings.catch_warnings():
        # Keras says of layers that end a mask that they do.
        warnings.filterwarnings("ignore", message="Layer .* was passed an input with a mask")
        return runs.result(place, way, engine, form)


def _check_formula(runs: Runs, engine: str) -> None:
    for _, said, found, wanted in _results(runs, engine, "numpy"):
        what = f"{said}: the formula on {engine} and on NumPy"
        assert_all_close(found.outputs, wanted.outputs, FORWARD, what, _FORMULA)
        _assert_same_masks(found, wanted, f"{said}: the masks of {engine} and of NumPy")


def _check_gradients(runs: Runs, one: str, other: str) -> None:
    for _, said, found, wanted in _results(runs, one, other):
        for name in sorted(found.gradients.keys() & wanted.gradients.keys()):
            what = f"{said}: the gradient by {name!r} on {one} and {other}"
            assert_close(found.gradients[name], wanted.gradients[name], BACKWARD, what, _FORMULA)


def _assert_same_masks(found: LayerResult, wanted: LayerResult, what: str) -> None:
    hint = "Say what becomes of masks by `mask`, makes_mask() and made_mask() of the record."
    for mine, theirs in zip(found.masks, wanted.masks):
        assert (mine is None) == (theirs is None), (
            f"{what}: one output carries a mask, and the other does not. {hint}"
        )
        if mine is not None:
            assert_close(mine, theirs, 0.0, what, hint)


def check_native_form(runs: Runs, engine: str, form: Form = "native") -> None:
    """Assert that an engine's native form gives what the formula gives there.

    Parameters
    ----------
    runs : Runs
        The layer's cases.
    engine : str
        The engine.
    form : str
        Which form.
    """
    name = runs.cls.__name__
    assert runs.cases, (
        f"{name} has a native form on {engine}, and nothing to compare it with its formula on: "
        "give the record a classmethod cases() that returns small uses of it."
    )
    compared = 0
    for place, use in enumerate(runs.uses()):
        for way in [*use.ways(), *(Way(True, False, policy) for policy in LOW)]:
            found = _quiet(runs, place, way, engine, form)
            if found is None:
                continue
            wanted = _quiet(runs, place, way, engine)
            _compare(found, wanted, way, f"{use}, {way}: native form and formula on {engine}")
            compared += 1
    assert compared, f"The native form of {name} on {engine} takes none of its cases: add one."


def _compare(found: LayerResult, wanted: LayerResult, way: Way, what: str) -> None:
    forward, backward = CLOSE[way.policy]
    assert_all_close(found.outputs, wanted.outputs, forward, what, _NATIVE)
    _assert_same_masks(found, wanted, what)
    unknown = found.gradients.keys() - wanted.gradients.keys()
    assert not unknown, f"{what}: the formula has no gradient by {sorted(unknown)}. {_NATIVE}"
    for name, gradient in found.gradients.items():
        said = f"{what}, the gradient by {name!r}"
        assert_close(gradient, wanted.gradients[name], backward, said, _NATIVE)


def _check_model(runs: Runs, engine: str) -> None:
    """Check a model of the layer: batches of several sizes, NumPy's predictions, and its file."""
    for use in runs.uses()[:1]:
        model = _model_of(use, engine)
        wanted = model.to_backend("numpy")
        for rows in SIZES:
            x = use.inputs(rows)
            what = f"{use}: {rows} rows predicted on {engine} and on NumPy"
            assert_all_close(_predicted(model, x), _predicted(wanted, x), FORWARD, what, _FORMULA)
        x = use.inputs()
        with tempfile.TemporaryDirectory() as folder:
            model.save(path := os.path.join(folder, "model.rdeep"))
            again = load_model(path, backend=engine)
        what = f"{use}: predictions on {engine} before it was saved and after"
        hint = "What a layer depends on stands in its options and its weights, which files keep."
        assert_all_close(_predicted(again, x), _predicted(model, x), FORWARD, what, hint)


def _model_of(use: Use, engine: str) -> Model:
    dtype = "float32" if use.case.codes is None else "int32"
    inputs = [Input(shape, dtype) for shape in use.case.shapes]
    record = use.record.replace()
    model = Model(inputs, record(inputs if len(inputs) > 1 else inputs[0]), backend=engine)
    values = use.weights()
    model.set_weights([values[w.name] for w in record.weights(*(x.shape for x in inputs))])
    return model


def _predicted(model: Model, x: list[np.ndarray]) -> list[np.ndarray]:
    found = model.predict(x if len(x) > 1 else x[0])
    return list(found) if isinstance(found, list) else [found]
