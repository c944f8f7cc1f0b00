"""The array functions that both engines share, on torch: names and meanings of `keras.ops`."""

from rdeep.backends.torch.ops.basic import *
from rdeep.backends.torch.ops.conversion import *
from rdeep.backends.torch.ops.elementwise import *
from rdeep.backends.torch.ops.extra_recur import *
from rdeep.backends.torch.ops.reductions import *
