"""What Keras's module of that name has, as far as rdeep has it.

Examples
--------
>>> from rdeep import backend
>>> backend.image_data_format()
'channels_last'
"""

from rdeep.config import backend as backend
from rdeep.config import epsilon as epsilon
from rdeep.config import floatx as floatx
from rdeep.config import image_data_format as image_data_format
from rdeep.config import set_epsilon as set_epsilon
from rdeep.config import set_floatx as set_floatx
from rdeep.config import set_image_data_format as set_image_data_format
from rdeep.utils import clear_session as clear_session
from rdeep.utils import is_keras_tensor as is_keras_tensor
from rdeep.utils import standardize_dtype as standardize_dtype
