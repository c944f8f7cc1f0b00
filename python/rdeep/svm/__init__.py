"""Support vector machines."""

from rdeep.svm.model import SVMModel as SVMModel
