"""The learning-rate schedules of the catalogue; in Keras they are `keras.optimizers.schedules`."""

from rdeep.catalogue.schedules import *
