"""The constraints of the catalogue, by Keras's names for them and their module."""

from rdeep.catalogue.constraints import *
from rdeep.catalogue.constraints import MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from rdeep.ops.classes import Constraint as Constraint  # type: ignore[assignment]
from rdeep.saving.configurations import functions_of as _functions_of

get, serialize, deserialize = _functions_of("constraint")
max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm
