"""The optimizers of the catalogue, by Keras's name for their module."""

from rdeep.catalogue.optimizers import *
