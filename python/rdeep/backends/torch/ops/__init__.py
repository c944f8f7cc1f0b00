"""The array functions that both engines share, on torch: names and meanings of `keras.ops`."""

from rdeep.backends.torch.ops.activations import *
from rdeep.backends.torch.ops.attention import *
from rdeep.backends.torch.ops.basic import *
from rdeep.backends.torch.ops.between_pixels import *
from rdeep.backends.torch.ops.casting import *
from rdeep.backends.torch.ops.control import *
from rdeep.backends.torch.ops.conversion import *
from rdeep.backends.torch.ops.convolution import *
from rdeep.backends.torch.ops.creation import *
from rdeep.backends.torch.ops.crossentropy import *
from rdeep.backends.torch.ops.elementwise import *
from rdeep.backends.torch.ops.encoding import *
from rdeep.backends.torch.ops.image import *
from rdeep.backends.torch.ops.indexing import *
from rdeep.backends.torch.ops.inference import *
from rdeep.backends.torch.ops.linear_algebra import *
from rdeep.backends.torch.ops.logic import *
from rdeep.backends.torch.ops.normalization import *
from rdeep.backends.torch.ops.products import *
from rdeep.backends.torch.ops.random import *
from rdeep.backends.torch.ops.reductions import *
from rdeep.backends.torch.ops.scattering import *
from rdeep.backends.torch.ops.searching import *
from rdeep.backends.torch.ops.shaping import *
from rdeep.backends.torch.ops.signal import *
from rdeep.backends.torch.ops.trigonometry import *
