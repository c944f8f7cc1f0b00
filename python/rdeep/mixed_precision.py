"""Dtype policies, by Keras's name for the module that sets them.

Examples
--------
>>> from rdeep import mixed_precision
>>> mixed_precision.dtype_policy()
'float32'
"""

from rdeep.catalogue.optimizers import LossScaleOptimizer as LossScaleOptimizer
from rdeep.precision import DTypePolicy as DTypePolicy
from rdeep.precision import dtype_policy as dtype_policy
from rdeep.precision import set_dtype_policy as set_dtype_policy

Policy = DTypePolicy
global_policy, set_global_policy = dtype_policy, set_dtype_policy
