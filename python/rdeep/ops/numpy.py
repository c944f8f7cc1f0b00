"""Operations as NumPy has them, as in `keras.ops.numpy`.

Examples
--------
>>> from rdeep.ops import numpy
>>> numpy.add([1.0, 2.0], 3.0)
tensor([4., 5.])
"""

from __future__ import annotations

from rdeep.ops.families import family_door

__getattr__, __dir__ = family_door(
    __name__,
    *("creation", "elementwise", "functional", "indexing", "linear_algebra", "logic"),
    *("missing_values", "products", "reductions", "searching", "shaping", "signal"),
    "trigonometry",
)
