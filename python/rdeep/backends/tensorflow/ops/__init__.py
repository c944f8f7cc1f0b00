"""The array functions that both engines share, on TensorFlow: names and meanings of `keras.ops`."""

from rdeep.backends.tensorflow.ops.activations import *
from rdeep.backends.tensorflow.ops.attention import *
from rdeep.backends.tensorflow.ops.basic import *
from rdeep.backends.tensorflow.ops.between_pixels import *
from rdeep.backends.tensorflow.ops.casting import *
from rdeep.backends.tensorflow.ops.control import *
from rdeep.backends.tensorflow.ops.conversion import *
from rdeep.backends.tensorflow.ops.convolution import *
from rdeep.backends.tensorflow.ops.creation import *
from rdeep.backends.tensorflow.ops.crossentropy import *
from rdeep.backends.tensorflow.ops.elementwise import *
from rdeep.backends.tensorflow.ops.encoding import *
from rdeep.backends.tensorflow.ops.image import *
from rdeep.backends.tensorflow.ops.indexing import *
from rdeep.backends.tensorflow.ops.inference import *
from rdeep.backends.tensorflow.ops.linear_algebra import *
from rdeep.backends.tensorflow.ops.logic import *
from rdeep.backends.tensorflow.ops.normalization import *
from rdeep.backends.tensorflow.ops.products import *
from rdeep.backends.tensorflow.ops.random import *
from rdeep.backends.tensorflow.ops.reductions import *
from rdeep.backends.tensorflow.ops.scattering import *
from rdeep.backends.tensorflow.ops.searching import *
from rdeep.backends.tensorflow.ops.shaping import *
from rdeep.backends.tensorflow.ops.signal import *
from rdeep.backends.tensorflow.ops.trigonometry import *
