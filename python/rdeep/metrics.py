"""The metrics of the catalogue, by Keras's name for their module."""

from rdeep.catalogue.metrics import *
