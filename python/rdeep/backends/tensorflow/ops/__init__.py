"""The array functions that both engines share, on TensorFlow: names and meanings of `keras.ops`."""

from rdeep.backends.tensorflow.ops.basic import *
from rdeep.backends.tensorflow.ops.conversion import *
from rdeep.backends.tensorflow.ops.elementwise import *
from rdeep.backends.tensorflow.ops.extra_recur import *
from rdeep.backends.tensorflow.ops.reductions import *
