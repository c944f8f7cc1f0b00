"""The layers of the catalogue, by Keras's name for their module."""

from rdeep.catalogue.feature_space import *
from rdeep.catalogue.layers import *
