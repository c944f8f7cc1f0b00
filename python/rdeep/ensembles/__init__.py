"""Models that are combined: averages, weights by held-out rows, selection, stacking."""

from rdeep.ensembles.combination import Combination as Combination
from rdeep.ensembles.combination import combine as combine
from rdeep.ensembles.ensemble import Ensemble as Ensemble
from rdeep.ensembles.reading import load_ensemble as load_ensemble
from rdeep.ensembles.repeated import deep_ensemble as deep_ensemble
from rdeep.ensembles.repeated import snapshot_ensemble as snapshot_ensemble
from rdeep.ensembles.stacking import Stack as Stack
from rdeep.ensembles.stacking import fit_stack as fit_stack
from rdeep.ensembles.uncertainty import Uncertainty as Uncertainty
from rdeep.ensembles.uncertainty import uncertainty_of_classes as uncertainty_of_classes
from rdeep.ensembles.uncertainty import uncertainty_of_numbers as uncertainty_of_numbers
from rdeep.ensembles.weighting import average as average
from rdeep.ensembles.weighting import greedy_weights as greedy_weights
from rdeep.ensembles.weighting import loss_weights as loss_weights
from rdeep.ensembles.weighting import mean_loss as mean_loss
