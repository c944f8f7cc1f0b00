"""What optimizers and regularizers compute with, beside the rest."""

from __future__ import annotations

from keras import ops

sign = ops.sign
transpose = ops.transpose
