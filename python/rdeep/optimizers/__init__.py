"""The optimizers of the catalogue, by Keras's name for their module."""

from rdeep.catalogue.optimizers import *
from rdeep.optimizers import schedules as schedules
from rdeep.saving.configurations import functions_of as _functions_of

get, serialize, deserialize = _functions_of("optimizer")
