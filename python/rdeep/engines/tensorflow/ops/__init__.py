"""The array functions that both engines share, on TensorFlow: names and meanings of `keras.ops`."""

from rdeep.engines.tensorflow.ops.activations import *
from rdeep.engines.tensorflow.ops.attention import *
from rdeep.engines.tensorflow.ops.basic import *
from rdeep.engines.tensorflow.ops.between_pixels import *
from rdeep.engines.tensorflow.ops.casting import *
from rdeep.engines.tensorflow.ops.control import *
from rdeep.engines.tensorflow.ops.conversion import *
from rdeep.engines.tensorflow.ops.convolution import *
from rdeep.engines.tensorflow.ops.creation import *
from rdeep.engines.tensorflow.ops.crossentropy import *
from rdeep.engines.tensorflow.ops.elementwise import *
from rdeep.engines.tensorflow.ops.encoding import *
from rdeep.engines.tensorflow.ops.image import *
from rdeep.engines.tensorflow.ops.indexing import *
from rdeep.engines.tensorflow.ops.inference import *
from rdeep.engines.tensorflow.ops.linear_algebra import *
from rdeep.engines.tensorflow.ops.logic import *
from rdeep.engines.tensorflow.ops.normalization import *
from rdeep.engines.tensorflow.ops.products import *
from rdeep.engines.tensorflow.ops.random import *
from rdeep.engines.tensorflow.ops.reductions import *
from rdeep.engines.tensorflow.ops.scattering import *
from rdeep.engines.tensorflow.ops.searching import *
from rdeep.engines.tensorflow.ops.shaping import *
from rdeep.engines.tensorflow.ops.signal import *
from rdeep.engines.tensorflow.ops.trigonometry import *
