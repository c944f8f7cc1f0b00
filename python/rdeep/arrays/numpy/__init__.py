"""Every array function of `rdeep.ops` on NumPy's arrays, forward only.

Names, arguments and meaning are those of `keras.ops`. Numbers of 32 bits are the rule; arrays of
64 keep theirs.
"""

import sys
from typing import TYPE_CHECKING, Any

from rdeep.arrays.composed import complete
from rdeep.arrays.numpy import fourier as fourier
from rdeep.arrays.numpy import matrix_kernels as matrix_kernels
from rdeep.arrays.numpy.casting import *
from rdeep.arrays.numpy.convolution import *
from rdeep.arrays.numpy.creation import *
from rdeep.arrays.numpy.elementwise import *
from rdeep.arrays.numpy.features import *
from rdeep.arrays.numpy.internal import *
from rdeep.arrays.numpy.products import *
from rdeep.arrays.numpy.reductions import *
from rdeep.arrays.numpy.scattering import *
from rdeep.arrays.numpy.searching import *
from rdeep.arrays.numpy.shaping import *
from rdeep.arrays.numpy.special import *
from rdeep.arrays.numpy.types import as_tensor as as_tensor
from rdeep.arrays.numpy.types import dtype_name as dtype_name
from rdeep.arrays.numpy.types import floating as floating
from rdeep.arrays.numpy.types import operand as operand

complete(sys.modules[__name__])

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any: ...
