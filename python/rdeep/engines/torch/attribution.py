"""Integrated gradients on torch, by captum."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rdeep.catalogue import layers
from rdeep.data.reading import needed
from rdeep.engines.torch import ops
from rdeep.engines.torch.assembly import module_names
from rdeep.engines.torch.network import TorchNetwork
from rdeep.interrupts import interrupts

Score = Callable[[list[Any], Any], Any]

# Points on the ways from baselines to rows that are computed together: a bound on memory.
_POINTS = 4096
_CODED = (layers.Embedding, layers.CategoryTokens, layers.OneHot)


def integrated_gradients(
    networks: Sequence[TorchNetwork],
    inputs: Sequence[np.ndarray],
    baselines: Sequence[np.ndarray],
    score: Score,
    steps: int,
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Return what each input value contributes to a score of networks that share their inputs.

    The way from a baseline to a row is straight: in the input where it holds numbers, between the
    vectors that stand for the codes where it holds codes.

    Parameters
    ----------
    networks : sequence of TorchNetwork
        Networks of the same inputs.
    inputs, baselines : sequence of numpy.ndarray
        For each input the rows, and the one row to start from.
    score : callable
        Gives `(rows, scores)`, of each network's first output and the engine's array functions.
    steps : int
        The number of points on each way.

    Returns
    -------
    list of numpy.ndarray, numpy.ndarray, numpy.ndarray
        For each input an array `(rows, *shape, scores)`; the scores of the rows, `(rows, scores)`,
        and of the baseline, `(1, scores)`.
    """
    captum = needed("captum.attr", "The method of integrated gradients")
    joint = _Joint(networks, score, len(inputs))
    watched = [_readers(networks, joint, i) for i in range(len(inputs))]
    places = [module for group in watched for module, _ in group]
    with warnings.catch_warnings():
        # Of several layers captum warns always; these do not depend on each other.
        warnings.simplefilter("ignore", UserWarning)
        ways = captum.LayerIntegratedGradients(joint, places)
    device = networks[0].device
    start = [torch.from_numpy(x).to(device) for x in baselines]
    parts, scores = [], []
    rows_each = max(1, _POINTS // steps)
    for first in range(0, len(inputs[0]), rows_each):
        interrupts.check()
        rows = [torch.from_numpy(x[first : first + rows_each]).to(device) for x in inputs]
        with torch.no_grad():
            scores.append(joint(*rows).cpu().numpy())
        parts.append(_attributed(ways, watched, rows, start, steps, scores[-1].shape[1]))
    with torch.no_grad():
        origin = joint(*start).cpu().numpy()
    joined = [np.concatenate(pieces) for pieces in zip(*parts)]
    return joined, np.concatenate(scores), origin


class _Joint(nn.Module):
    """Networks side by side. Inputs pass by modules of their own, for captum to take hold of."""

    def __init__(self, networks: Sequence[TorchNetwork], score: Score, inputs: int) -> None:
        super().__init__()
        self.networks, self.score = networks, score
        self.bodies = nn.ModuleList(network.body.eval() for network in networks)
        self.doors = nn.ModuleList(nn.Identity() for _ in range(inputs))

    def forward(self, *inputs: Tensor) -> Tensor:
        """Return the scores."""
        entered = [door(x) for door, x in zip(self.doors, inputs)]
        outputs = []
        for network in self.networks:
            with network.precision():
                outputs.append(network.sort_outputs(network.body(*entered))[0][0])
        scores: Tensor = self.score(outputs, ops)
        return scores


def _readers(
    networks: Sequence[TorchNetwork], joint: _Joint, index: int
) -> list[tuple[nn.Module, list[int] | None]]:
    """Return the modules at whose output an input is attributed to.

    A module of one-hot columns comes with the input's column that each of its columns shows.
    """
    found: list[tuple[nn.Module, list[int] | None]] = []
    for network in networks:
        graph = network.graph
        reading = [n for n in graph.nodes if any(t is graph.inputs[index] for t in n.inputs)]
        for layer in (graph.layer_of[id(node.layer)] for node in reading):
            record = layer.record
            if not isinstance(record, _CODED):
                return [(joint.doors[index], None)]
            module = network.body.get_submodule(module_names(graph)[layer.name])
            shown = record.places()[0] if isinstance(record, layers.OneHot) else None
            found.append((module, shown))
    return found


def _attributed(
    ways: Any,
    watched: list[list[tuple[nn.Module, list[int] | None]]],
    rows: list[Tensor],
    start: list[Tensor],
    steps: int,
    scores: int,
) -> list[np.ndarray]:
    """Return, for each input, the attributions to each score."""
    count = len(rows[0])
    origin = tuple(x.expand(count, *x.shape[1:]) for x in start)
    each: list[list[np.ndarray]] = [[] for _ in watched]
    for target in range(scores):
        found = iter(
            ways.attribute(tuple(rows), origin, target, n_steps=steps, internal_batch_size=_POINTS)
        )
        for i, group in enumerate(watched):
            total = sum(_by_value(next(found), columns, rows[i]) for _, columns in group)
            each[i].append(np.asarray(total))
    return [np.stack(values, axis=-1) for values in each]


def _by_value(found: Any, columns: list[int] | None, x: Tensor) -> np.ndarray:
    """Return one number for each value of an input, from those at the output of its reader."""
    tensor = found[0] if isinstance(found, tuple) else found
    array = tensor.detach().cpu().numpy()
    if columns is not None:
        belongs = np.equal.outer(columns, np.arange(x.shape[1]))
        return np.asarray(array @ belongs.astype(array.dtype))
    return array.reshape(*x.shape, -1).sum(axis=-1)
