"""Networks for programs that have torch or ONNX alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch


def export(
    native: Any,
    path: str,
    format: str,
    shapes: Sequence[tuple[int | None, ...]],
    dtypes: Sequence[str],
) -> None:
    """Write a network by `torch.export`, or as ONNX.

    Parameters
    ----------
    native : torch.nn.Module
        The network.
    path : str
        The file.
    format : {"torch", "onnx"}
        What to write.
    shapes : sequence of tuple
        The inputs' shapes; open sizes may be any later on.
    dtypes : sequence of str
        Their types.
    """
    # Sizes that may be any are shown by numbers above one, which torch takes for special.
    examples = tuple(
        torch.zeros([2 if size is None else size for size in shape], dtype=getattr(torch, dtype))
        for shape, dtype in zip(shapes, dtypes)
    )
    open_sizes = tuple(
        {axis: torch.export.Dim.AUTO for axis, size in enumerate(shape) if size is None}
        for shape in shapes
    )
    was_training = native.training
    native.eval()
    try:
        if format == "onnx":
            torch.onnx.export(native, examples, path, dynamo=True, dynamic_shapes=open_sizes)
            return
        found = torch.export.export(native, examples, dynamic_shapes=open_sizes, strict=False)
        torch.export.save(found, path)
    finally:
        native.train(was_training)
