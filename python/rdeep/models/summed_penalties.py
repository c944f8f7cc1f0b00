"""The penalties that a traced `compute_loss` asks for by `self.losses`.

The network adds them itself, with the loss. So a zero stands for them while the method is looked
at, and what the method makes of it must be a sum.
"""

from __future__ import annotations

import numpy as np

from rdeep.errors import ArgumentError, named
from rdeep.graph.operation import OperationLayer
from rdeep.graph.tensor import SymbolicTensor, constant

_SUMS = frozenset({"add", "cast", "concatenate", "convert_to_tensor", "stack", "sum"})


class SummedPenalties:
    """What stands for a model's penalties while a method is looked at."""

    def __init__(self) -> None:
        self.zero = constant(np.float32(0.0))

    def are_in(self, value: SymbolicTensor, what: str, *, summed: bool = True) -> bool:
        """Return whether a number is made of the penalties.

        Parameters
        ----------
        value : SymbolicTensor
            The number.
        what : str
            What it is, for messages.
        summed : bool
            Whether only a sum may be made of them.

        Raises
        ------
        ArgumentError
            If something else than a sum was made of them.
        """
        found: dict[int, bool] = {}
        waiting = [value]
        while waiting:
            tensor = waiting[-1]
            inputs = [] if tensor.node is None else list(tensor.node.inputs)
            missing = [each for each in inputs if id(each) not in found]
            if missing and tensor is not self.zero:
                waiting.extend(missing)
                continue
            waiting.pop()
            within = any(found[id(each)] for each in inputs) if tensor is not self.zero else True
            if summed and within and tensor is not self.zero and not _sums(tensor):
                raise ArgumentError(
                    f"{what} makes something else of 'losses' than a sum. They are the penalties "
                    "on weights and what layers add, which have no values here.",
                    hint=f"Add {named('sum', 'ops.')} of them to the loss as it is. To weigh "
                    "them, give the regularizers, or the losses that layers add, other factors.",
                )
            found[id(tensor)] = within
        return found[id(value)]


def _sums(tensor: SymbolicTensor) -> bool:
    layer = tensor.node.layer
    return isinstance(layer, OperationLayer) and layer.operation in _SUMS
