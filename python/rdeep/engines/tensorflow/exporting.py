"""Networks for programs that have TensorFlow alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def export(
    native: Any,
    path: str,
    format: str,
    shapes: Sequence[tuple[int | None, ...]],
    dtypes: Sequence[str],
) -> None:
    """Write a network as TensorFlow's SavedModel.

    Parameters
    ----------
    native : keras.Model
        The network.
    path : str
        The folder.
    format : {"tf_saved_model"}
        What to write.
    shapes, dtypes : sequence
        What the inputs are, which the network says itself.
    """
    native.export(path, verbose=False)
