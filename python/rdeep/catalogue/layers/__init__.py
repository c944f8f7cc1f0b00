"""The layers, a file for each family."""

from rdeep.catalogue.layers.activation import *
from rdeep.catalogue.layers.adaptive_pooling import *
from rdeep.catalogue.layers.attention import *
from rdeep.catalogue.layers.audio_preprocessing import *
from rdeep.catalogue.layers.augmentation_color import *
from rdeep.catalogue.layers.augmentation_geometry import *
from rdeep.catalogue.layers.augmentation_mixing import *
from rdeep.catalogue.layers.base import Layer as Layer
from rdeep.catalogue.layers.base import Weight as Weight
from rdeep.catalogue.layers.categories import *
from rdeep.catalogue.layers.cells import *
from rdeep.catalogue.layers.conv_recurrent import *
from rdeep.catalogue.layers.convolution import *
from rdeep.catalogue.layers.convolution_transpose import *
from rdeep.catalogue.layers.core import *
from rdeep.catalogue.layers.dot_attention import *
from rdeep.catalogue.layers.einsum import *
from rdeep.catalogue.layers.ensembles import *
from rdeep.catalogue.layers.hashing import *
from rdeep.catalogue.layers.identity import *
from rdeep.catalogue.layers.image_preprocessing import *
from rdeep.catalogue.layers.layer_scale import *
from rdeep.catalogue.layers.lookup import *
from rdeep.catalogue.layers.merging import *
from rdeep.catalogue.layers.normalization import *
from rdeep.catalogue.layers.padding import *
from rdeep.catalogue.layers.pooling import *
from rdeep.catalogue.layers.preprocessing import *
from rdeep.catalogue.layers.recurrent import *
from rdeep.catalogue.layers.regularization import *
from rdeep.catalogue.layers.reshaping import *
from rdeep.catalogue.layers.reversible import *
from rdeep.catalogue.layers.separable import *
from rdeep.catalogue.layers.spectral import *
from rdeep.catalogue.layers.tabular import *
from rdeep.catalogue.layers.text import *
from rdeep.catalogue.layers.tokens import *
from rdeep.catalogue.layers.upsampling import *
from rdeep.catalogue.layers.wrappers import *
