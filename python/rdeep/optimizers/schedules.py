"""The learning-rate schedules of the catalogue, by Keras's name for their module."""

from rdeep.catalogue.schedules import *
from rdeep.ops.classes import LearningRateSchedule as LearningRateSchedule
from rdeep.saving.configurations import functions_of as _functions_of

get, serialize, deserialize = _functions_of("schedule")
