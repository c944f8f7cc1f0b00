"""An engine's native form of a layer computes what the layer's formula says.

Both run on the same engine, on the cases that the layer's record declares.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from forms import ENGINES, NoKernel, Way
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.case import Case

# Of the largest value: float32, and what 16 bits leave of it.
CLOSE = {"float32": (1e-5, 1e-4), "mixed_float16": (4e-3, 2e-2), "mixed_bfloat16": (3e-2, 1e-1)}


def cases_of(cls: type[Layer]) -> list[Case]:
    """Return a record's cases, and the same with channels first where it has that option."""
    cases = cls.cases()
    first = [each.channels_first() for each in cases] if "data_format" in cls.options else []
    return [*cases, *first]


def ways_of(record: Layer, case: Case) -> list[Way]:
    """Return the ways in which a layer is run; masks are of inputs that all have steps."""
    masked = record.takes_masks() and all(len(shape) > 1 for shape in case.shapes)
    full = [
        Way(training, mask) for training in (False, True) for mask in (False, True)[: 1 + masked]
    ]
    return [*full, *(Way(True, False, policy) for policy in CLOSE if policy != "float32")]


NATIVE = [
    pytest.param(engine, cls, form, id=f"{engine}-{cls.__name__}{kind}")
    for engine, forms in ENGINES.items()
    for kind, table in (("", forms.native), ("-kernel", forms.kernels))
    for cls, form in table.items()
    if not cls.internal
]


@pytest.mark.parametrize(("engine", "cls", "form"), NATIVE)
def test_native_form_computes_what_the_formula_says(engine, cls, form):
    assert cls.cases(), (
        f"{cls.__name__} has a native form on {engine}, and nothing to compare it with its formula "
        f"on: give the record a classmethod cases() that returns small uses of it."
    )
    compared = 0
    for case in cases_of(cls):
        record = cls(**case.options, name="layer")
        compared += sum(compare(engine, form, record, case, way) for way in ways_of(record, case))
    assert compared, f"the native form of {cls.__name__} on {engine} takes none of its cases"


def compare(engine: str, form: Any, record: Layer, case: Case, way: Way) -> bool:
    """Compare the two forms; return whether there was anything to compare."""
    forms = ENGINES[engine]
    try:
        native = forms.run(form, record, case, way)
    except NoKernel:
        return False
    if native is None:
        return False
    formula = forms.run(forms.formula, record, case, way)
    said = f"{record!r} on {case.shapes}, {way}"
    forward, backward = CLOSE[way.policy]
    assert len(native.outputs) == len(formula.outputs), said
    for ours, theirs in zip(native.outputs, formula.outputs):
        assert_close(ours, theirs, forward, said)
    for ours, theirs in zip(native.masks, formula.masks):
        assert (ours is None) == (theirs is None), said
        if ours is not None:
            np.testing.assert_array_equal(ours, theirs, said)
    assert set(native.gradients) <= set(formula.gradients), said
    for name, ours in native.gradients.items():
        assert_close(ours, formula.gradients[name], backward, f"{said}: {name}")
    return True


def assert_close(ours: Any, theirs: Any, share: float, said: str) -> None:
    """Compare two arrays, to a share of the largest value."""
    assert ours.shape == theirs.shape, said
    scale = max(1.0, float(np.abs(theirs).max(initial=0.0)))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=share * scale, err_msg=said)


def test_a_native_form_that_differs_is_found():
    from rdeep.catalogue import layers

    forms = ENGINES["torch"]
    case = layers.Dense.cases()[0]
    record, way = layers.Dense(**case.options), Way()

    def wrong(record: Any, site: Any) -> Any:
        return forms.formula(record.replace(use_bias=False), site)

    native, formula = forms.run(forms.formula, record, case, way), None
    with pytest.raises(KeyError):
        forms.run(wrong, record, case, way)
    formula = forms.run(forms.formula, record, case, way)
    formula.outputs[0] += 1e-3
    with pytest.raises(AssertionError):
        assert_close(native.outputs[0], formula.outputs[0], 1e-5, "")
