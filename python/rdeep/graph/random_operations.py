"""Random operations in a graph: the network draws, anew in each step, both engines alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from rdeep.catalogue.layers.run import Run
from rdeep.errors import ArgumentError, operation_call

_TAIL = 0.5 * math.erfc(math.sqrt(2.0))
"""The share of a normal distribution that lies beyond two standard deviations on one side."""


def _typed(values: Any, dtype: str | None, run: Run) -> Any:
    return values if dtype in (None, "float32") else run.ops.cast(values, dtype)


def normal(run: Run, shape: Any, mean: Any, stddev: Any, dtype: Any) -> Any:
    """Return normal numbers."""
    return _typed(mean + stddev * run.normal(shape), dtype, run)


def truncated_normal(run: Run, shape: Any, mean: Any, stddev: Any, dtype: Any) -> Any:
    """Return normal numbers within two standard deviations, by the inverse distribution."""
    share = _TAIL + (1.0 - 2.0 * _TAIL) * run.uniform(shape)
    return _typed(mean + stddev * math.sqrt(2.0) * run.ops.erfinv(2.0 * share - 1.0), dtype, run)


def uniform(run: Run, shape: Any, minval: Any, maxval: Any, dtype: Any) -> Any:
    """Return numbers between bounds, the upper one excluded."""
    return _typed(minval + (maxval - minval) * run.uniform(shape), dtype, run)


def integer(run: Run, shape: Any, minval: Any, maxval: Any, dtype: Any) -> Any:
    """Return whole numbers between bounds, the upper one excluded."""
    return run.ops.cast(run.ops.floor(uniform(run, shape, minval, maxval, None)), dtype)


def dropout(run: Run, inputs: Any, rate: float, noise_shape: Any) -> Any:
    """Return the input with a share of its values dropped, the others scaled up."""
    sizes = run.ops.shape(inputs)
    if noise_shape is not None:
        sizes = tuple(own if size is None else size for size, own in zip(noise_shape, sizes))
    stays = run.ops.cast(run.uniform(sizes) >= rate, inputs.dtype)
    return inputs * stays * (1.0 / (1.0 - rate))


DRAWN: dict[str, Callable[..., Any]] = {
    "random_normal": normal,
    "random_truncated_normal": truncated_normal,
    "random_uniform": uniform,
    "random_integer": integer,
    "random_dropout": dropout,
}
"""What a network can draw, by the operation's name."""


def check_drawn(operation: str, seed: object) -> None:
    """Refuse random operations that a network cannot draw, and seeds that would repeat them.

    Parameters
    ----------
    operation : str
        The operation's name.
    seed : object
        Its seed.

    Raises
    ------
    ArgumentError
        If it cannot be used in a network.
    """
    if operation not in DRAWN:
        raise ArgumentError(
            f"{operation_call(operation)} cannot be used in a network; these can: "
            f"{', '.join(f'{operation_call(name)}' for name in sorted(DRAWN))}.",
            received=operation,
        )
    if isinstance(seed, (int, float)):
        raise ArgumentError(
            f"'seed' of {operation_call(operation)} cannot be a number in a network, whose random "
            "numbers differ in each step.",
            argument="seed",
            received=seed,
            hint="Leave it out: the network's own seed makes the numbers repeatable.",
        )
