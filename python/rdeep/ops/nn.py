"""Operations of neural networks, as in `keras.ops.nn`.

Examples
--------
>>> from rdeep.ops import nn
>>> nn.relu([-1.0, 2.0])
tensor([0., 2.])
"""

from __future__ import annotations

from rdeep.ops.families import family_door

__getattr__, __dir__ = family_door(
    __name__,
    *("activations", "convolutional", "neural", "signal"),
)
