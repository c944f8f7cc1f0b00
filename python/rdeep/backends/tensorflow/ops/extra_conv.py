"""Operations that pad, repeat and put axes in order."""

from __future__ import annotations

from keras import ops

pad = ops.pad
repeat = ops.repeat
transpose = ops.transpose
