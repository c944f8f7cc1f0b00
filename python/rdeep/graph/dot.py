"""Pictures of models by Graphviz, which pydot hands them to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rdeep.errors import ArgumentError, DependencyError, StateError, install_command, show
from rdeep.graph.composite import Composite
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Node, SymbolicTensor

Shown = dict[str, Any]
_RANKS = ("TB", "LR", "BT", "RL")


def dot_text(model: Any, **shown: Any) -> str:
    """Return a model's layers and what they read in Graphviz's language.

    Parameters
    ----------
    model : Model
        The model, which is built.
    **shown
        As for `model_to_dot`.
    """
    if not model.is_built:
        raise StateError(
            "The model's input shape is not known yet.",
            hint="Call the model on data, or fit it to arrays first.",
        )
    rank = shown.get("rankdir", "TB")
    if rank not in _RANKS:
        raise ArgumentError(
            f"'rankdir' must be one of {', '.join(_RANKS)}, not {show(rank)}.",
            argument="rankdir",
            received=rank,
        )
    head = f"graph [rankdir={rank}, splines={shown.get('splines', 'ortho')}]"
    if shown.get("dpi") is not None:
        head += f"\ngraph [dpi={int(shown['dpi'])}]"
    body = "\n".join(_lines(model.graph, "", shown))
    return f"digraph {_quoted(model.name)} {{\n{head}\nnode [shape=box]\n{body}\n}}"


def _lines(graph: Graph, prefix: str, shown: Shown) -> Iterator[str]:
    """Return nodes and arrows; layers that are graphs are boxes around these where it is asked."""
    for place, node in enumerate(graph.nodes):
        here, inner = f"{prefix}{place}", _inside(graph, node, shown)
        if inner is None:
            yield f"{_quoted(here)} [label={_quoted(_label(graph, node, shown))}]"
        else:
            yield f"subgraph {_quoted('cluster' + here)} {{"
            yield f"label={_quoted(graph.layer_of[id(node.layer)].name)}"
            yield from _lines(inner, f"{here}.", shown)
            yield "}"
        for number, tensor in enumerate(node.inputs):
            entry = here if inner is None else _end(inner, inner.inputs[number], f"{here}.", shown)
            yield f"{_quoted(_end(graph, tensor, prefix, shown))} -> {_quoted(entry)}"


def _inside(graph: Graph, node: Node, shown: Shown) -> Graph | None:
    """Return the graph that is drawn in the place of a layer."""
    if not shown.get("expand_nested") or not isinstance(node.layer, Composite):
        return None
    inner: Graph = node.layer.inner_for(graph.layer_of[id(node.layer)].input_shapes).graph
    return inner


def _end(graph: Graph, tensor: SymbolicTensor, prefix: str, shown: Shown) -> str:
    """Return the node that a tensor comes from, within a box where there is one."""
    place = next(i for i, node in enumerate(graph.nodes) if node is tensor.node)
    inner = _inside(graph, tensor.node, shown)
    if inner is None:
        return f"{prefix}{place}"
    return _end(inner, inner.outputs[tensor.index], f"{prefix}{place}.", shown)


def _label(graph: Graph, node: Node, shown: Shown) -> str:
    layer = graph.layer_of[id(node.layer)]
    kind = layer.record.shown_kind
    lines = [f"{layer.name} ({kind})" if shown.get("show_layer_names") else kind]
    activation = getattr(node.layer, "activation", None)
    if shown.get("show_layer_activations") and activation is not None:
        lines.append(f"activation: {activation.key}")
    if shown.get("show_shapes"):
        for word, tensors in (("input", node.inputs), ("output", node.outputs)):
            lines += [f"{word}: {', '.join(str(t.shape) for t in tensors)}"] if tensors else []
    if shown.get("show_dtype"):
        lines.append(f"dtype: {', '.join(dict.fromkeys(t.dtype for t in node.outputs))}")
    if shown.get("show_trainable"):
        lines.append("trainable" if layer.trainable else "not trainable")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int | None = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Any:
    """Return a picture of a model as an object of pydot's.

    Parameters
    ----------
    model : Model
        The model.
    show_shapes, show_dtype, show_layer_names : bool
        Whether layers say their shapes, types and names.
    rankdir : {"TB", "LR", "BT", "RL"}
        The way that data goes: from top to bottom, from left to right and so on.
    expand_nested : bool
        Whether models within the model are drawn with their layers.
    dpi : int, optional
        Dots per inch.
    show_layer_activations, show_trainable : bool
        Whether layers say their activations, and whether they are trained.
    splines : str
        How Graphviz draws arrows.

    Raises
    ------
    DependencyError
        If pydot is not installed.
    """
    shown = {name: value for name, value in locals().items() if name != "model"}
    return _pydot().graph_from_dot_data(dot_text(model, **shown))[0]


def plot_model(model: Any, to_file: Any = "model.png", **shown: Any) -> Any:
    """Draw a model into a file.

    Parameters
    ----------
    model : Model
        The model.
    to_file : str
        The file; its ending says the format.
    **shown
        As for `model_to_dot`.

    Raises
    ------
    DependencyError
        If pydot or Graphviz is not installed.
    """
    kind = str(to_file).rpartition(".")[2] if "." in str(to_file) else "png"
    picture = model_to_dot(model, **shown)
    try:
        picture.write(str(to_file), format=kind)
    except OSError as error:
        if "dot" not in str(error):
            raise
        raise DependencyError(
            "Pictures of models need the program Graphviz.",
            hint="Install it from https://graphviz.org, or by the system's package manager.",
        ) from None


def _pydot() -> Any:
    try:
        import pydot  # type: ignore[import-not-found]
    except ImportError:
        raise DependencyError(
            "Pictures of models need pydot and the program Graphviz.",
            hint=f"Install pydot: {install_command('pydot')}, and Graphviz from "
            "https://graphviz.org.",
        ) from None
    return pydot
