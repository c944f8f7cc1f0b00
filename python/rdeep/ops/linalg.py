"""Operations on matrices, as in `keras.ops.linalg`.

Examples
--------
>>> from rdeep.ops import linalg
>>> linalg.det([[4.0, 1.0], [1.0, 3.0]])
tensor(11.)
"""

from __future__ import annotations

from rdeep.ops.families import family_door

__getattr__, __dir__ = family_door(
    __name__,
    "linear_algebra",
    "functional",
)
