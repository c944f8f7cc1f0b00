"""Metrics that users write as classes: what is kept, how a batch adds to it, what it comes to."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.metrics import declared_direction
from rdeep.catalogue.overrides import refuse_overrides
from rdeep.catalogue.registry import resolve
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError
from rdeep.graph.holder import ValueHolder, value_of
from rdeep.ops.custom import TracedMetric
from rdeep.ops.dispatch import as_array, default_backend, function
from rdeep.ops.traced import Traced, interpret


class MetricVariable(ValueHolder):
    """What a metric keeps between batches: operators and `rdeep.ops` compute with its value.

    Attributes
    ----------
    start : numpy.ndarray
        What it starts from at each epoch.
    value : tensor
        What it is now, a symbolic tensor while the metric is looked at.
    """

    def __init__(self, start: np.ndarray, name: str) -> None:
        self.start, self.name = start, name
        self.value: Any = start

    def numpy(self) -> np.ndarray:
        """Return the value as an array."""
        return np.asarray(as_array(self.value))

    @property
    def path(self) -> str:
        """Its name."""
        return self.name

    def assign(self, value: object) -> MetricVariable:
        """Give it a value, and return it."""
        self.value = value_of(value)
        return self

    def assign_add(self, value: object) -> MetricVariable:
        """Add to it, and return it."""
        return self.assign(function("add")(self.value, value_of(value)))

    def assign_sub(self, value: object) -> MetricVariable:
        """Take from it, and return it."""
        return self.assign(function("subtract")(self.value, value_of(value)))


class StatefulMetric:
    """A metric of your own, as Keras's users write them.

    A subclass makes variables in `__init__`, adds to them in `update_state`, and returns a number
    of them from `result`, all with `rdeep.ops`. Both are looked at once, and then run by either
    engine.

    Parameters
    ----------
    name : str, optional
        What logs show.
    direction : {"min", "max"}, optional
        Which is better, the smallest or the largest: callbacks that watch the metric go by it. A
        subclass may declare it as an attribute instead.
    dtype : str, optional
        Not needed: what is kept is float32.

    Examples
    --------
    >>> from rdeep import Metric, ops
    >>> class Largest(Metric):
    ...     def __init__(self):
    ...         super().__init__("share_above_one")
    ...         self.above = self.add_variable(())
    ...         self.seen = self.add_variable(())
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         self.above.assign_add(ops.sum(ops.cast(y_pred > 1, "float32")))
    ...         self.seen.assign_add(ops.sum(ops.ones_like(y_pred)))
    ...     def result(self):
    ...         return self.above / self.seen
    """

    kind = "metric"
    direction: str | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_overrides(cls, "stateful metric")

    def __init__(
        self,
        name: str | None = None,
        direction: str | None = None,
        dtype: str | None = None,
    ) -> None:
        self.name = name or type(self).__name__
        self.dtype = dtype or "float32"
        if direction is not None:
            self.direction = direction
        self.variables: list[MetricVariable] = []

    def add_variable(
        self, shape: Any = (), initializer: Any = "zeros", dtype: Any = None, name: Any = None
    ) -> MetricVariable:
        """Return something to keep between batches.

        Parameters
        ----------
        shape : tuple of int
            Its shape.
        initializer : str or Initializer
            What it starts from.
        dtype : str, optional
            Not needed: it is float32.
        name : str, optional
            Its name.
        """
        sizes = tuple(int(size) for size in np.atleast_1d(np.asarray(shape, dtype=int)))
        start = resolve("initializer", initializer).draw(sizes, np.random.default_rng(0))
        variable = MetricVariable(np.asarray(start), name or f"variable_{len(self.variables)}")
        self.variables.append(variable)
        return variable

    add_weight = add_variable

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch to what is kept."""
        raise NotImplementedError

    def result(self) -> Any:
        """Return the metric from what is kept."""
        raise NotImplementedError

    def reset_state(self) -> None:
        """Start again: each epoch does so by itself, from what the variables start from."""
        for variable in self.variables:
            variable.value = variable.start

    def _check_reset(self) -> None:
        """Refuse a subclass that starts again from something else than it started from."""
        self.reset_state()
        for variable in self.variables:
            now = np.asarray(variable.value, dtype=np.float32)
            if not np.array_equal(np.broadcast_to(now, variable.start.shape), variable.start):
                raise ArgumentError(
                    f"reset_state() of {self.name} gives {variable.name!r} another value than it "
                    "starts from: each epoch starts from the latter.",
                    argument="reset_state",
                    hint="Give add_variable() an `initializer`.",
                )
            variable.value = variable.start

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` takes: a subclass with arguments adds them."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """Return a metric of the same arguments."""
        return cls(**config)

    def weighs(self) -> bool:
        """Return whether `update_state` takes the samples' weights."""
        return "sample_weight" in inspect.signature(self.update_state).parameters

    def as_record(self) -> TracedMetric:
        """Return the metric as the core uses it."""
        self._check_reset()
        return TracedMetric(
            update_function=_Additions(self._added, self.name, len(self.variables)),
            result_function=Traced(self._result, f"result() of {self.name}"),
            starts=[variable.start.tolist() for variable in self.variables],
            weighs=self.weighs(),
            direction=declared_direction(self),
            name=self.name,
            dtype=None if self.dtype == "float32" else self.dtype,
        )

    def _with(self, olds: tuple[Any, ...], look: Callable[[], Any]) -> Any:
        for variable, old in zip(self.variables, olds):
            variable.value = old
        try:
            return look()
        finally:
            for variable in self.variables:
                variable.value = variable.start

    def _added(self, y_true: object, y_pred: object, *rest: Any) -> Any:
        # The samples' weights come before what is kept, where there are some.
        weights, olds = rest[: -len(self.variables)], rest[-len(self.variables) :]

        def look() -> Any:
            self.update_state(y_true, y_pred, *weights)
            changes = [
                function("reshape")(v.value - old, (-1,)) for v, old in zip(self.variables, olds)
            ]
            return changes[0] if len(changes) == 1 else function("concatenate")(changes, axis=0)

        return self._with(olds, look)

    def _result(self, *olds: Any) -> Any:
        def look() -> Any:
            found = self.result()
            # What is kept may be the result itself.
            return found.value if isinstance(found, MetricVariable) else found

        return self._with(olds, look)


class _Additions(Traced):
    """What a batch adds; refuses an update that does more than add."""

    def __init__(self, function: Callable[..., Any], name: str, kept: int) -> None:
        super().__init__(function, name)
        self._kept = kept

    def graph_for(self, specs: Any) -> Any:
        """Return the graph for inputs of some shapes and types, looked at when it is new."""
        known = tuple(specs) in self._graphs
        graph = super().graph_for(specs)
        if not known and self.function is not None:
            self._check(graph, specs)
        return graph

    def _check(self, graph: Any, specs: Any) -> None:
        ops = backends.load(default_backend()).ops
        rng = np.random.default_rng(1)
        data = [_example(shape, dtype, rng) for shape, dtype in specs[: -self._kept]]
        found = []
        for old in (0.0, 1.5):
            kept = [np.full(shape, old, np.float32) for shape, _ in specs[-self._kept :]]
            tensors = [ops.constant(each) for each in (*data, *kept)]
            found.append(np.asarray(interpret(graph, tensors, ops)))
        if not np.allclose(found[0], found[1], rtol=1e-3, atol=1e-4, equal_nan=True):
            raise ArgumentError(
                f"update_state() of metric {self.name!r} must add to what the metric keeps; "
                "this one computes with it.",
                hint="Use assign_add(), and compute in result().",
            )


def _example(shape: Any, dtype: str, rng: np.random.Generator) -> np.ndarray:
    sizes = tuple(2 if size is None else size for size in shape)
    if dtype.startswith("float"):
        return rng.uniform(0.1, 0.9, sizes).astype(np.float32)
    return rng.integers(0, 2, sizes).astype(dtype)
