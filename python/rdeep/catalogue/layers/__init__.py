"""The layers, a file for each family."""

from rdeep.catalogue.layers.attention import *
from rdeep.catalogue.layers.base import Layer as Layer
from rdeep.catalogue.layers.base import Weight as Weight
from rdeep.catalogue.layers.cells import *
from rdeep.catalogue.layers.conv_recurrent import *
from rdeep.catalogue.layers.convolution import *
from rdeep.catalogue.layers.core import *
from rdeep.catalogue.layers.ensembles import *
from rdeep.catalogue.layers.formula import Formula as Formula
from rdeep.catalogue.layers.merging import *
from rdeep.catalogue.layers.normalization import *
from rdeep.catalogue.layers.pooling import *
from rdeep.catalogue.layers.recurrent import *
from rdeep.catalogue.layers.regularization import *
from rdeep.catalogue.layers.reshaping import *
from rdeep.catalogue.layers.tabular import *
from rdeep.catalogue.layers.wrappers import *
