"""The array functions on torch, completed by those that are composed of others."""

import sys

from rdeep.arrays.composed import complete
from rdeep.engines.torch.ops import arguments
from rdeep.engines.torch.ops import fourier as fourier
from rdeep.engines.torch.ops import matrix_kernels as matrix_kernels
from rdeep.engines.torch.ops.activations import *
from rdeep.engines.torch.ops.attention import *
from rdeep.engines.torch.ops.basic import *
from rdeep.engines.torch.ops.casting import *
from rdeep.engines.torch.ops.control import *
from rdeep.engines.torch.ops.conversion import *
from rdeep.engines.torch.ops.convolution import *
from rdeep.engines.torch.ops.creation import *
from rdeep.engines.torch.ops.crossentropy import *
from rdeep.engines.torch.ops.elementwise import *
from rdeep.engines.torch.ops.encoding import *
from rdeep.engines.torch.ops.gradients import *
from rdeep.engines.torch.ops.image import *
from rdeep.engines.torch.ops.indexing import *
from rdeep.engines.torch.ops.inference import *
from rdeep.engines.torch.ops.linear_algebra import *
from rdeep.engines.torch.ops.logic import *
from rdeep.engines.torch.ops.normalization import *
from rdeep.engines.torch.ops.products import *
from rdeep.engines.torch.ops.reductions import *
from rdeep.engines.torch.ops.scattering import *
from rdeep.engines.torch.ops.searching import *
from rdeep.engines.torch.ops.shaping import *
from rdeep.engines.torch.ops.signal import *
from rdeep.engines.torch.ops.trigonometry import *

# Families have conversions of operands of their own, by the same names.
as_tensor, floating = arguments.as_tensor, arguments.floating
dtype_name = arguments.dtype_name

complete(sys.modules[__name__])
