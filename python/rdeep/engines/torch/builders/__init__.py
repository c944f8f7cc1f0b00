"""From a layer's record to a torch module: its formula, or a native form of its family's file."""

from __future__ import annotations

from rdeep.engines.torch.builders.base import NATIVE as NATIVE
from rdeep.engines.torch.builders.base import BuildContext as BuildContext
from rdeep.engines.torch.builders.base import Built as Built

# Importing a family enters its native forms.
from . import (  # noqa: F401
    attention,
    convolution,
    core,
    ensembles,
    normalization,
    pooling,
    recurrent,
    regularization,
    separable,
)
