"""What a file holds of a support vector machine beside its network, and whether it goes with it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rdeep.errors.damage import Damage
from rdeep.models import Model
from rdeep.svm import columns
from rdeep.svm.calibration import pairs_of
from rdeep.svm.fitting import Machine
from rdeep.svm.settings import SVMLearned
from rdeep.training.history import History

_FACTS = 4


def history(machine: Machine, function: int) -> History:
    """Return how a decision function was found.

    Parameters
    ----------
    machine : Machine
        The machine.
    function : int
        The function's number, from 0.
    """
    trace = machine.solutions[function].trace
    found = History(
        {"epochs": len(trace), "steps": 1, "samples": machine.rows, "supports": machine.held}
    )
    for step, (objective, bound) in enumerate(trace):
        found.append(step, {"objective": objective, "bound": bound})
    return found


def about(machine: Machine) -> np.ndarray:
    """Return facts of each decision function: support vectors, norm, objective, bound.

    Parameters
    ----------
    machine : Machine
        The machine.
    """
    return np.array(
        [
            [float(support), float(np.linalg.norm(each.weights)), each.objective, each.bound]
            for support, each in zip(machine.supports, machine.solutions, strict=True)
        ]
    )


def check(learned: SVMLearned, arrays: Mapping[str, np.ndarray], network: Model) -> None:
    """Refuse, by raising `Damage`, what does not go together.

    Parameters
    ----------
    learned : SVMLearned
        What was learned.
    arrays : mapping
        The arrays.
    network : Model
        The network.
    """
    wrong = columns.fault(arrays) or _fault(learned, arrays, network)
    if wrong is not None:
        raise Damage(wrong, place="learned")


def _fault(learned: SVMLearned, arrays: Mapping[str, np.ndarray], network: Model) -> str | None:
    counts = arrays["cardinalities"]
    functions = max(1, len(pairs_of(len(learned.outcome.levels))))
    there = len(learned.numbers), len(learned.factors), len(learned.levels)
    if learned.named and there != (len(arrays["fill"]), len(counts), int(counts.sum())):
        return "the names do not go with the columns"
    if network.inputs[0].shape[-1] != len(arrays["centre"]):
        return "the network does not read these columns"
    if network.outputs[0].shape[-1] != functions:
        return "the network does not give these outcomes"
    if "functions" not in arrays or arrays["functions"].shape != (functions, _FACTS):
        return "'functions' does not go with the outcomes"
    if "platt" in arrays and arrays["platt"].shape != (functions, 2):
        return "'platt' does not go with the outcomes"
    return None
