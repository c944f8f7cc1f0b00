"""The constraints of the catalogue, by Keras's name for their module."""

from rdeep.catalogue.constraints import *
