"""Reading images between their pixels."""

from __future__ import annotations

from typing import Any

from rdeep.engines.tensorflow.ops.arguments import as_tensor
from rdeep.engines.tensorflow.ops.sampling import sample

Tensor = Any


def image_sample(
    images: Any,
    rows: Any,
    columns: Any,
    order: int,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
) -> Tensor:
    """Return images, channels last, read at a row and a column for each of their pixels."""
    return sample(as_tensor(images), [rows, columns], order, fill_mode, fill_value, images=True)
