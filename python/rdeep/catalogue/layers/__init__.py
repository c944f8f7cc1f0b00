"""The layers, a file for each family."""

from rdeep.catalogue.layers.activation import *
from rdeep.catalogue.layers.attention import *
from rdeep.catalogue.layers.base import Layer as Layer
from rdeep.catalogue.layers.base import Weight as Weight
from rdeep.catalogue.layers.convolution import *
from rdeep.catalogue.layers.convolution_transpose import *
from rdeep.catalogue.layers.core import *
from rdeep.catalogue.layers.einsum import *
from rdeep.catalogue.layers.ensembles import *
from rdeep.catalogue.layers.formula import Formula as Formula
from rdeep.catalogue.layers.merging import *
from rdeep.catalogue.layers.normalization import *
from rdeep.catalogue.layers.padding import *
from rdeep.catalogue.layers.passing import *
from rdeep.catalogue.layers.pooling import *
from rdeep.catalogue.layers.recurrent import *
from rdeep.catalogue.layers.regularization import *
from rdeep.catalogue.layers.reshaping import *
from rdeep.catalogue.layers.scores import *
from rdeep.catalogue.layers.separable import *
from rdeep.catalogue.layers.spectral import *
from rdeep.catalogue.layers.tabular import *
from rdeep.catalogue.layers.upsampling import *
