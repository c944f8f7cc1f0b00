"""Losses, written once on the ops that both engines share: a family a file."""

from rdeep.catalogue.losses.base import Loss as Loss
from rdeep.catalogue.losses.base import check_trainable as check_trainable
from rdeep.catalogue.losses.classification import *
from rdeep.catalogue.losses.domains import Domain as Domain
from rdeep.catalogue.losses.focal import *
from rdeep.catalogue.losses.hinge import *
from rdeep.catalogue.losses.likelihoods import *
from rdeep.catalogue.losses.metric_learning import *
from rdeep.catalogue.losses.overlap import *
from rdeep.catalogue.losses.regression import *
from rdeep.catalogue.losses.sequences import *
