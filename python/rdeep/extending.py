"""What records and engines outside of rdeep are made of.

A class that derives from one of these bases is a record like rdeep's own: it is registered under
its name, files hold it, and every engine has it by its formula. `rdeep.testing` checks it.
(`rdeep.Layer`, for a layer of one's own in a script, is another class: its `call` is traced.)
"""

from rdeep.catalogue import options as options
from rdeep.catalogue.activations import Activation as Activation
from rdeep.catalogue.constraints import Constraint as Constraint
from rdeep.catalogue.initializers import Initializer as Initializer
from rdeep.catalogue.layers.base import Dims as Dims
from rdeep.catalogue.layers.base import Layer as Layer
from rdeep.catalogue.layers.base import Weight as Weight
from rdeep.catalogue.layers.base import known as known
from rdeep.catalogue.layers.case import Case as Case
from rdeep.catalogue.layers.case import case as case
from rdeep.catalogue.layers.run import Run as Run
from rdeep.catalogue.losses import Loss as Loss
from rdeep.catalogue.metrics.base import MeanMetric as MeanMetric
from rdeep.catalogue.metrics.base import Metric as Metric
from rdeep.catalogue.optimizers.base import Optimizer as Optimizer
from rdeep.catalogue.optimizers.base import ParameterInfo as ParameterInfo
from rdeep.catalogue.optimizers.base import Slot as Slot
from rdeep.catalogue.options import option as option
from rdeep.catalogue.regularizers import Regularizer as Regularizer
from rdeep.catalogue.schedules import Schedule as Schedule
from rdeep.engines.native_forms import native_form as native_form
from rdeep.engines.registry import register_engine as register_engine
