"""A layer's cases, and what engines give on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.case import Case
from rdeep.engines import registry
from rdeep.engines.single_layer import NAME, Form, LayerCall, LayerResult

ROWS = 4
LOW = ("mixed_float16", "mixed_bfloat16")


@dataclass(frozen=True)
class Way:
    """How a layer is run: in training or not, with masks or not, in which precision."""

    training: bool = False
    masked: bool = False
    policy: str = "float32"

    def __str__(self) -> str:
        said = "in training" if self.training else "in prediction"
        said += " with masks" if self.masked else ""
        return said if self.policy == "float32" else f"{said} in {self.policy}"


@dataclass(frozen=True)
class Use:
    """A layer as one of its cases has it."""

    record: Layer
    case: Case

    def __str__(self) -> str:
        return f"{self.record.replace(name=None)!r} on inputs of shape {self.shapes}"

    @property
    def shapes(self) -> str:
        """The inputs' shapes, for people to read."""
        return " and ".join(map(str, self.case.shapes))

    def inputs(self, rows: int = ROWS) -> list[np.ndarray]:
        """Return inputs, the same ones each time."""
        rng = np.random.default_rng(1)
        shapes = [(rows, *shape) for shape in self.case.shapes]
        if self.case.codes is not None:
            return [rng.integers(0, self.case.codes, shape).astype("int32") for shape in shapes]
        return [rng.standard_normal(shape).astype("float32") for shape in shapes]

    def masks(self) -> list[np.ndarray]:
        """Return a mask of steps for each input, of which no row is all masked."""
        rng = np.random.default_rng(2)
        first = self.case.options.get("data_format") == "channels_first"
        axis = 1 if first and not self.record.goes_by_steps else 0
        found = [rng.uniform(size=(ROWS, shape[axis])) < 0.6 for shape in self.case.shapes]
        for mask in found:
            mask[:, 0] = True
        return found

    def weights(self) -> dict[str, np.ndarray]:
        """Return values for the layer's weights, none of which is zero."""
        rng = np.random.default_rng(3)
        return {
            w.name: rng.uniform(0.2, 0.9, w.shape)
            * (1 if w.buffer else rng.choice([-1, 1], w.shape))
            for w in self.record.weights(*((None, *shape) for shape in self.case.shapes))
        }

    def ways(self) -> list[Way]:
        """Return the ways in which the layer is run; masks are of inputs that all have steps."""
        masks = (False, True) if self.record.takes_masks() and self.has_steps else (False,)
        return [Way(training, mask) for training in (False, True) for mask in masks]

    @property
    def has_steps(self) -> bool:
        """Whether all inputs have an axis of steps."""
        return all(len(shape) > 1 for shape in self.case.shapes)

    def call(self, way: Way) -> LayerCall:
        """Return the call of the layer in a way."""
        masks = self.masks() if way.masked else None
        return LayerCall(
            self.record, self.inputs(), self.weights(), masks, way.training, way.policy
        )


class Runs:
    """What engines give on a layer's cases, each computed once.

    Parameters
    ----------
    cls : type
        The layer's class.
    cases : sequence of Case, optional
        By default the record's own, and the same with channels first where there is the option.
    """

    def __init__(self, cls: type[Layer], cases: Sequence[Case] | None = None) -> None:
        self.cls = cls
        own = list(cls.cases()) if cases is None else list(cases)
        first = [each.channels_first() for each in own if _has_channels(cls, each)]
        self.cases = [*own, *first]
        self.result = cache(self._result)

    def uses(self) -> list[Use]:
        """Return the layer as each of its cases has it."""
        return [Use(self.cls(**{**case.options, "name": NAME}), case) for case in self.cases]

    def _result(
        self, place: int, way: Way, engine: str, form: Form = "formula"
    ) -> LayerResult | None:
        call = self.uses()[place].call(way)
        return registry.load(engine).run_layer(call, form)


def _has_channels(cls: type[Layer], case: Case) -> bool:
    return "data_format" in cls.options and "data_format" not in case.options
