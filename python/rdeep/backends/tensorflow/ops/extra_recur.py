"""Products, convolutions and shapes that recurrent cells need."""

from __future__ import annotations

from keras import ops

matmul = ops.matmul
reshape = ops.reshape
conv = ops.conv
