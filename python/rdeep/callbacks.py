"""The callbacks of the catalogue, by Keras's name for their module."""

from rdeep.training.callbacks import *
