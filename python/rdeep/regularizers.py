"""The regularizers of the catalogue, by Keras's names for them and their module."""

from rdeep.catalogue.regularizers import *
from rdeep.catalogue.regularizers import L1, L1L2, L2, OrthogonalRegularizer
from rdeep.ops.classes import Regularizer as Regularizer  # type: ignore[assignment]
from rdeep.saving.configurations import functions_of as _functions_of

get, serialize, deserialize = _functions_of("regularizer")
l1, l2, l1_l2, orthogonal_regularizer = L1, L2, L1L2, OrthogonalRegularizer
