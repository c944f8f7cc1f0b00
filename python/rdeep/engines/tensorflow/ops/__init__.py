"""The array functions on TensorFlow, completed by those that are composed of others."""

import sys

from rdeep.arrays.composed import complete
from rdeep.engines.tensorflow.ops import fourier as fourier
from rdeep.engines.tensorflow.ops import matrix_kernels as matrix_kernels
from rdeep.engines.tensorflow.ops.activations import *
from rdeep.engines.tensorflow.ops.arguments import *
from rdeep.engines.tensorflow.ops.attention import *
from rdeep.engines.tensorflow.ops.basic import *
from rdeep.engines.tensorflow.ops.casting import *
from rdeep.engines.tensorflow.ops.control import *
from rdeep.engines.tensorflow.ops.conversion import *
from rdeep.engines.tensorflow.ops.convolution import *
from rdeep.engines.tensorflow.ops.creation import *
from rdeep.engines.tensorflow.ops.crossentropy import *
from rdeep.engines.tensorflow.ops.elementwise import *
from rdeep.engines.tensorflow.ops.encoding import *
from rdeep.engines.tensorflow.ops.functions import *
from rdeep.engines.tensorflow.ops.gradients import *
from rdeep.engines.tensorflow.ops.host import *
from rdeep.engines.tensorflow.ops.image import *
from rdeep.engines.tensorflow.ops.indexing import *
from rdeep.engines.tensorflow.ops.inference import *
from rdeep.engines.tensorflow.ops.logic import *
from rdeep.engines.tensorflow.ops.products import *
from rdeep.engines.tensorflow.ops.random import *
from rdeep.engines.tensorflow.ops.reductions import *
from rdeep.engines.tensorflow.ops.scattering import *
from rdeep.engines.tensorflow.ops.searching import *
from rdeep.engines.tensorflow.ops.shaping import *
from rdeep.engines.tensorflow.ops.signal import *
from rdeep.engines.tensorflow.ops.trigonometry import *

complete(sys.modules[__name__])
