"""The array functions that both engines share, on TensorFlow: names and meanings of `keras.ops`."""

from rdeep.backends.tensorflow.ops.basic import *
from rdeep.backends.tensorflow.ops.conversion import *
from rdeep.backends.tensorflow.ops.creation import *
from rdeep.backends.tensorflow.ops.elementwise import *
from rdeep.backends.tensorflow.ops.indexing import *
from rdeep.backends.tensorflow.ops.logic import *
from rdeep.backends.tensorflow.ops.products import *
from rdeep.backends.tensorflow.ops.reductions import *
from rdeep.backends.tensorflow.ops.searching import *
from rdeep.backends.tensorflow.ops.shaping import *
from rdeep.backends.tensorflow.ops.trigonometry import *
