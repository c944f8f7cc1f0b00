"""The search for hyperparameters, on Optuna."""

from rdeep.tuning.functions import deep_tune as deep_tune
from rdeep.tuning.functions import tune as tune
from rdeep.tuning.parameters import Choice as Choice
from rdeep.tuning.parameters import Layers as Layers
from rdeep.tuning.parameters import Real as Real
from rdeep.tuning.parameters import Whole as Whole
from rdeep.tuning.pruning import Pruned as Pruned
from rdeep.tuning.ready_spaces import SPACES as SPACES
from rdeep.tuning.ready_spaces import ready_space as ready_space
from rdeep.tuning.result import TuningResult as TuningResult
from rdeep.tuning.search import Search as Search
from rdeep.tuning.spaces import Space as Space
