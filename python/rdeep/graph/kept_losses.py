"""A description's outputs, with all that was added to the loss on the way."""

from __future__ import annotations

from collections.abc import Sequence

from rdeep.catalogue import dispatch
from rdeep.catalogue.regularizers import Regularizer
from rdeep.graph.added_losses import Added
from rdeep.graph.composite import AddedLoss, Updated, Variable
from rdeep.graph.operation import share_of_samples, total
from rdeep.graph.order import sorted_nodes
from rdeep.graph.tensor import SymbolicTensor


def with_losses(
    inputs: Sequence[SymbolicTensor], outputs: Sequence[SymbolicTensor], added: Added
) -> list[SymbolicTensor]:
    """Return the outputs, of which the first brings what was added to the loss.

    A layer that adds to the loss, or changes its weights, counts whether its output is used or
    not, as in Keras. What `call` itself assigns is with its outputs already.

    Parameters
    ----------
    inputs, outputs : sequence of SymbolicTensor
        What goes in and what comes out.
    added : Added
        What was noted while the outputs were described.
    """
    found, uses = list(outputs), [use for use in added.uses if not isinstance(use.layer, Variable)]
    if not found:
        return found
    for term in added.terms:
        found[0] = AddedLoss()([found[0], term])
    if uses:
        reached = {id(node) for node in sorted_nodes(tuple(inputs), tuple(found))}
        for use in uses:
            if id(use) not in reached:
                found[0] = Updated()([found[0], use.outputs[0]])
    return found


def penalty_by_sample(regularizer: Regularizer, output: SymbolicTensor) -> SymbolicTensor:
    """Return a penalty on an output, divided by the number of samples.

    Parameters
    ----------
    regularizer : Regularizer
        The penalty.
    output : SymbolicTensor
        The output.
    """
    penalty = dispatch.calls().apply_rule(regularizer, "penalty", output)
    return share_of_samples(total(penalty), output)
