"""Weights by names that others gave them: torch's state dicts, matched to a model's layers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np

from rdeep.catalogue.layers import Flatten, Layer
from rdeep.errors import RdeepWarning, Wording, format_shape, worded
from rdeep.graph.network import Graph
from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.exact import exact_float32
from rdeep.saving.foreign.torch_layouts import NoFit, weights_from

Groups = list[tuple[str, dict[str, np.ndarray]]]
_SHOWN = 12


def weights_of_state_dict(
    graph: Graph, tensors: Mapping[str, np.ndarray], skip_mismatch: bool, ordered: bool = True
) -> dict[str, np.ndarray]:
    """Return a model's weights by name, of the tensors of a torch module.

    Modules and layers are matched by their names where these are the same, or else in their order;
    where that is not known, by what fits alone.

    Parameters
    ----------
    graph : Graph
        The model's graph.
    tensors : mapping of str to numpy.ndarray
        The tensors by name, in their order.
    skip_mismatch : bool
        Whether to leave out what does not fit.
    ordered : bool
        Whether the tensors are in the order of the modules.

    Raises
    ------
    Damage
        If they are not the weights of such a model; both sides are listed.
    """
    layers = _layers(graph)
    named = _by_layer_names(tensors, layers)
    groups = named or _by_modules(tensors)
    if len(groups) != len(layers):
        raise _unlike(graph, layers, groups)
    shapes = {name: weight.shape for name, weight in graph.weights().items()}
    if not named:
        # Where layers have the modules' names, the file may be rdeep's own.
        _warn_of_flattened(graph)
    if not ordered and not named and not _is_numbered(groups):
        groups = _by_fit(graph, layers, groups)
    found: dict[str, np.ndarray] = {}
    for (record, names), (module, own) in zip(layers, groups):
        wanted = {inside: shapes[full] for inside, full in names.items()}
        try:
            converted = weights_from(record, wanted, own)
        except NoFit as error:
            if skip_mismatch:
                continue
            raise _unlike(graph, layers, groups, f"{module!r}: {error}") from None
        for inside, full in names.items():
            found[full] = exact_float32(converted[inside], module)
    return found


def _warn_of_flattened(graph: Graph) -> None:
    """Say where values come in another order than in torch, which has the channels first."""
    for node in graph.nodes:
        if not isinstance(node.layer, Flatten) or node.layer.data_format == "channels_first":
            continue
        sizes = node.inputs[0].shape[1:]
        if len(sizes) > 1 and sizes[-1] != 1 and any(size != 1 for size in sizes[:-1]):
            layer = graph.layer_of[id(node.layer)]
            text = worded(
                f"Layer {layer.name!r} flattens an input of shape {format_shape(sizes)} with the "
                "channels last, where a module of torch has them first: the weights of a dense "
                "layer behind it are taken as they are, and predictions differ from torch's."
            )
            warnings.warn(RdeepWarning(text), stacklevel=6)


def _layers(graph: Graph) -> list[tuple[Layer, dict[str, str]]]:
    return [(record, names) for record, names in graph.holdings().values() if names]


def _layer_name(names: Mapping[str, str]) -> str:
    inside, full = next(iter(names.items()))
    return full[: -len(inside) - 1]


def _by_layer_names(
    tensors: Mapping[str, np.ndarray], layers: list[tuple[Layer, dict[str, str]]]
) -> Groups | None:
    """Return the tensors of each layer, where their names begin with those of the layers."""
    prefixes = {_layer_name(names).replace("/", "."): i for i, (_, names) in enumerate(layers)}
    found: list[dict[str, np.ndarray]] = [{} for _ in layers]
    for name, tensor in tensors.items():
        parts = name.split(".")
        fitting = [
            prefix for n in range(1, len(parts)) if (prefix := ".".join(parts[:n])) in prefixes
        ]
        if not fitting:
            return None
        way = "_reverse" if ".backward_layer." in name else ""
        inside = name[len(fitting[-1]) + 1 :]
        leaf = inside if inside.startswith("out_proj.") else f"{parts[-1]}{way}"
        found[prefixes[fitting[-1]]][leaf] = tensor
    if not all(found):
        return None
    return list(zip(prefixes, found))


def _by_modules(tensors: Mapping[str, np.ndarray]) -> Groups:
    """Return the tensors of each module, in their order."""
    groups: dict[str, dict[str, np.ndarray]] = {}
    for name, tensor in tensors.items():
        module, _, leaf = name.rpartition(".")
        outer, _, last = module.rpartition(".")
        if last == "out_proj" and "in_proj_weight" in groups.get(outer, {}):
            module, leaf = outer, f"out_proj.{leaf}"
        if leaf != "num_batches_tracked":
            groups.setdefault(module, {})[leaf] = tensor
    return list(groups.items())


def _is_numbered(groups: Groups) -> bool:
    """Return whether modules are told apart by numbers alone, so that these are their order."""
    children: dict[str, set[str]] = {}
    for module, _ in groups:
        parts = module.split(".")
        for depth, part in enumerate(parts):
            children.setdefault(".".join(parts[:depth]), set()).add(part)
    return all(len(c) == 1 or all(part.isdigit() for part in c) for c in children.values())


def _by_fit(graph: Graph, layers: list[tuple[Layer, dict[str, str]]], groups: Groups) -> Groups:
    """Return the modules in the order of the layers that they alone fit."""
    weights = graph.weights()
    left = dict(groups)
    fitting: list[list[str]] = []
    for record, names in layers:
        wanted = {inside: weights[full].shape for inside, full in names.items()}
        fitting.append([module for module, own in groups if _fits(record, wanted, own)])
    chosen: dict[int, str] = {}
    while len(chosen) < len(layers):
        open_ones = {
            index: [module for module in fits if module in left]
            for index, fits in enumerate(fitting)
            if index not in chosen
        }
        index, fits = min(open_ones.items(), key=lambda each: len(each[1]))
        if len(fits) != 1:
            why = "several fit one layer, and their order is not known" if fits else "one fits none"
            raise _unlike(graph, layers, groups, why)
        chosen[index] = fits[0]
        del left[fits[0]]
    by_module = dict(groups)
    return [(chosen[index], by_module[chosen[index]]) for index in range(len(layers))]


def _fits(record: Layer, wanted: dict[str, tuple[int, ...]], own: dict[str, np.ndarray]) -> bool:
    try:
        weights_from(record, wanted, own)
    except NoFit:
        return False
    return True


def _unlike(
    graph: Graph,
    layers: list[tuple[Layer, dict[str, str]]],
    groups: Groups,
    first: str = "",
) -> Damage:
    weights = graph.weights()
    ours = [
        worded(f"{full} {format_shape(weights[full].shape)}")
        for _, names in layers
        for full in names.values()
    ]
    theirs = [
        worded(f"{_shown(module, leaf)} {format_shape(tensor.shape)}")
        for module, own in groups
        for leaf, tensor in own.items()
    ]
    why = worded(f" ({first})") if first else ""
    return Damage(
        f"it holds the weights of another model{why}. The model has {len(layers)} layers with "
        f"weights: {_listed(ours)}. The file has {len(groups)} modules: {_listed(theirs)}",
        hint="Give the model the same layers in the same order, or name its layers as the modules.",
    )


def _shown(module: str, leaf: str) -> Wording:
    return shown_value(f"{module}.{leaf}" if module else leaf)


def _listed(names: list[Wording]) -> Wording:
    found = names[0] if names else worded("none")
    for name in names[1:_SHOWN]:
        found = worded(f"{found}, {name}")
    more = len(names) - _SHOWN
    return worded(f"{found}, and {more} more") if more > 0 else found
