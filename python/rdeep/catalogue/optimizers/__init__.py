"""Optimizers: Keras's formulas, written once; a backend may replace one by a fused form."""

from rdeep.catalogue.optimizers.adaptive import *
from rdeep.catalogue.optimizers.base import ACCUMULATED as ACCUMULATED
from rdeep.catalogue.optimizers.base import AVERAGE as AVERAGE
from rdeep.catalogue.optimizers.base import BaseOptimizer as BaseOptimizer
from rdeep.catalogue.optimizers.base import Optimizer as Optimizer
from rdeep.catalogue.optimizers.base import ParameterInfo as ParameterInfo
from rdeep.catalogue.optimizers.base import Slot as Slot
from rdeep.catalogue.optimizers.descent import *
from rdeep.catalogue.optimizers.muon import *
from rdeep.catalogue.optimizers.scaled import *
from rdeep.catalogue.optimizers.schedule_free import *
from rdeep.catalogue.optimizers.squares import *
