"""ResNet50, under the name that its module has in Keras."""

from __future__ import annotations

from rdeep.applications.resnet import ResNet50 as ResNet50
from rdeep.applications.resnet import decode_predictions as decode_predictions
from rdeep.applications.resnet import preprocess_input as preprocess_input
