"""Metrics, written once on the ops that both engines share: a family a file."""

from rdeep.catalogue.metrics.accuracy import *
from rdeep.catalogue.metrics.base import Metric as Metric
from rdeep.catalogue.metrics.base import check_targets as check_targets
from rdeep.catalogue.metrics.base import declared_direction as declared_direction
from rdeep.catalogue.metrics.confusion import *
from rdeep.catalogue.metrics.curves import *
from rdeep.catalogue.metrics.fscore import *
from rdeep.catalogue.metrics.losses import *
from rdeep.catalogue.metrics.overlap import *
from rdeep.catalogue.metrics.reduction import *
from rdeep.catalogue.metrics.regression import *
