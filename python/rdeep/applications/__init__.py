"""Known networks, with the weights that others trained, by Keras's names for them.

Examples
--------
>>> from rdeep.applications import ResNet50
>>> model = ResNet50(weights=None, include_top=False, pooling="avg")
>>> model.output_shape
(None, 2048)
"""

from __future__ import annotations

from rdeep.applications.resnet import ResNet50 as ResNet50
from rdeep.applications.resnet import ResNet101 as ResNet101
from rdeep.applications.resnet import ResNet152 as ResNet152
