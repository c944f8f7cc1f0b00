"""Callbacks: what happens beside training. They see the model and the logs, never an engine."""

from rdeep.catalogue.callbacks.averages import *
from rdeep.catalogue.callbacks.base import *
from rdeep.catalogue.callbacks.files import *
from rdeep.catalogue.callbacks.monitors import *
from rdeep.catalogue.callbacks.rates import *
from rdeep.catalogue.callbacks.stopping import *
from rdeep.catalogue.callbacks.tables import *
