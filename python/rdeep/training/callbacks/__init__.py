"""Callbacks: what happens beside training. They see the model and the logs, never an engine."""

from rdeep.training.callbacks.averages import *
from rdeep.training.callbacks.base import *
from rdeep.training.callbacks.files import *
from rdeep.training.callbacks.monitors import *
from rdeep.training.callbacks.rates import *
from rdeep.training.callbacks.stopping import *
from rdeep.training.callbacks.tables import *
