"""Functions of slices as functions of tensors: what `numpy.vectorize` does, on either engine."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from rdeep.arrays.trees import mapped
from rdeep.errors import ArgumentError, operation_call

_CORE = re.compile(r"\(([^()]*)\)")


class Mapped:
    """A function of slices, called with tensors whose other axes are stretched to each other.

    Parameters
    ----------
    function : callable
        The function.
    excluded : iterable, optional
        Positions and names of arguments that it gets whole.
    signature : str, optional
        The axes of the slices, such as `"(n),(n)->()"`; by default they are single values.
    engine : object
        `as_tensor`, `reshape`, `broadcast_to` and `vmap` of an engine.
    """

    def __init__(
        self, function: Callable[..., Any], excluded: Any, signature: str | None, engine: Any
    ) -> None:
        self.function, self.engine = function, engine
        self.excluded = set(excluded or ())
        self.ranks = _ranks(signature)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the function gives for all slices."""
        chosen = [i for i in range(len(args)) if i not in self.excluded]
        if self.ranks is not None and len(self.ranks) != len(chosen):
            raise ArgumentError(
                f"{operation_call('vectorize')}: the signature has {len(self.ranks)} arguments, "
                f"and {len(chosen)} came.",
                argument="signature",
            )
        ranks = self.ranks or [0] * len(chosen)
        tensors = [self.engine.as_tensor(args[i]) for i in chosen]
        shapes = [tuple(each.shape) for each in tensors]
        outer = [shape[: len(shape) - rank] for shape, rank in zip(shapes, ranks)]
        loops = np.broadcast_shapes(*outer)
        count = math.prod(loops)
        flat = []
        for each, shape, rank in zip(tensors, shapes, ranks):
            core = shape[len(shape) - rank :]
            stretched = self.engine.broadcast_to(each, (*loops, *core))
            flat.append(self.engine.reshape(stretched, (count, *core)))

        def of_slices(*slices: Any) -> Any:
            whole = list(args)
            for i, part in zip(chosen, slices):
                whole[i] = part
            return self.function(*whole, **kwargs)

        given = self.engine.vmap(of_slices, flat)
        return mapped(
            lambda each: self.engine.reshape(each, (*loops, *tuple(each.shape)[1:])), given
        )


def _ranks(signature: str | None) -> list[int] | None:
    if signature is None:
        return None
    sides = signature.replace(" ", "").split("->")
    cores = [_CORE.findall(side) for side in sides]
    if len(sides) != 2 or any(_CORE.sub("", side).strip(",") for side in sides):
        raise ArgumentError(
            f"{operation_call('vectorize')}: 'signature' must be such as '(n),(n)->()', not "
            f"{signature!r}.",
            argument="signature",
            received=signature,
        )
    return [len([axis for axis in core.split(",") if axis]) for core in cores[0]]
