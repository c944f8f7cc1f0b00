"""What builds a torch module from a layer's record: a file for each family of layers."""

from __future__ import annotations

from rdeep.engines.torch.builders.base import BUILDERS as BUILDERS
from rdeep.engines.torch.builders.base import BuildContext as BuildContext
from rdeep.engines.torch.builders.base import Built as Built

# Importing a family enters its builders.
from . import (  # noqa: F401
    attention,
    convolution,
    convolution_transpose,
    core,
    ensembles,
    merging,
    normalization,
    pooling,
    recurrent,
    regularization,
    reshaping,
    separable,
    tabular,
    upsampling,
)
