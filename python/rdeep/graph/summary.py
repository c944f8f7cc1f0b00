"""A model's layers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.errors import format_shape
from rdeep.graph.composite import Composite
from rdeep.graph.network import Graph


def rows(graph: Graph) -> list[dict[str, Any]]:
    """Return a row for each layer: name, kind, output shape, parameters, what it reads.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    table: list[dict[str, Any]] = []
    for layer in graph.layers:
        shape = layer.output_shape
        shapes = shape if isinstance(shape, list) else [shape]
        readers = [graph.name_of(tensor) for node in layer.nodes for tensor in node.inputs]
        table.append(
            {
                "name": layer.name,
                "kind": layer.record.shown_kind,
                "output_shape": ", ".join(str(format_shape(s)) for s in shapes),
                "shapes": [list(s) for s in shapes],
                "params": layer.count_params(),
                "trainable": int(layer.trainable),
                "reads": ", ".join(dict.fromkeys(readers)),
            }
        )
    return table


def counts(graph: Graph) -> dict[str, int]:
    """Return the numbers of parameters: total, trainable, non-trainable.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    trainable_names = set(graph.trainable_names())
    sizes: dict[str, int] = {}
    for name, weight in graph.weights().items():
        size = 1
        for extent in weight.shape:
            size *= extent
        sizes[name] = size
    total = sum(sizes.values())
    trainable = sum(size for name, size in sizes.items() if name in trainable_names)
    return {"total": total, "trainable": trainable, "non_trainable": total - trainable}


def render(
    graph: Graph,
    title: str,
    nested: bool = False,
    trainable: bool = False,
    between: Sequence[str] | None = None,
) -> str:
    """Return the table as text.

    Parameters
    ----------
    graph : Graph
        The graph.
    title : str
        The line above the table.
    nested : bool
        Whether the layers of models within are shown beneath them.
    trainable : bool
        Whether there is a column that says which layers are trained.
    between : two str, optional
        The first and the last layer to show.
    """
    header = ["Layer (type)", "Output shape", "Params"]
    header += [] if graph.is_chain() else ["Reads"]
    header += ["Trained"] if trainable else []
    shown = _expanded(graph, 0) if nested else [(0, row) for row in rows(graph)]
    if between is not None:
        ends = [graph.layers.index(graph.find_layer(name)) for name in (between[0], between[-1])]
        kept = {layer.name for layer in graph.layers[min(ends) : max(ends) + 1]}
        shown = [(depth, row) for depth, row in shown if depth or row["name"] in kept]
    body = []
    for depth, r in shown:
        line_of = [
            f"{'  ' * depth}{r['name']} ({r['kind']})",
            r["output_shape"],
            f"{r['params']:,}",
        ]
        line_of += [] if graph.is_chain() else [r["reads"]]
        body.append([*line_of, *([("yes" if r["trainable"] else "no")] if trainable else [])])
    columns = len(header)
    widths = [max(len(row[i]) for row in [header, *body]) for i in range(columns)]

    def line(row: list[str]) -> str:
        cells = [
            row[i].rjust(widths[i]) if i == 2 else row[i].ljust(widths[i]) for i in range(columns)
        ]
        return "  ".join(cells).rstrip()

    rule = "-" * (sum(widths) + 2 * (columns - 1))
    total = counts(graph)
    footer = (
        f"Parameters: {total['total']:,} ({total['trainable']:,} trainable, "
        f"{total['non_trainable']:,} not)"
    )
    return "\n".join([title, line(header), rule, *map(line, body), rule, footer])


def _expanded(graph: Graph, depth: int) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows of a graph, with those of the models within it beneath theirs."""
    found = []
    for layer, row in zip(graph.layers, rows(graph)):
        found.append((depth, row))
        if isinstance(layer.record, Composite):
            found += _expanded(layer.record.inner_for(layer.input_shapes).graph, depth + 1)
    return found
