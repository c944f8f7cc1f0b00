"""A model's layers as a table."""

from __future__ import annotations

from typing import Any

from rdeep.errors import format_shape
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


def render(graph: Graph, title: str) -> str:
    """Return the table as text.

    Parameters
    ----------
    graph : Graph
        The graph.
    title : str
        The line above the table.
    """
    header = ("Layer (type)", "Output shape", "Params", "Reads")
    chain = graph.is_chain()
    body = [
        (f"{r['name']} ({r['kind']})", str(r["output_shape"]), f"{r['params']:,}", str(r["reads"]))
        for r in rows(graph)
    ]
    columns = 3 if chain else 4
    widths = [max(len(row[i]) for row in [header, *body]) for i in range(columns)]

    def line(row: tuple[str, ...]) -> str:
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
