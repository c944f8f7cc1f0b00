"""Xception: a network of convolutions that are separable in depth."""

from __future__ import annotations

from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.settings import Settings, Sizes
from rdeep.applications.tops import pooled_unnamed
from rdeep.applications.weights import kernels_of
from rdeep.catalogue.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    MaxPooling2D,
    SeparableConv2D,
)

_SMALLER = {2: (128, 128), 3: (256, 256), 4: (728, 728), 13: (728, 1024)}
"""The filters of the blocks that make the maps smaller, by number."""


def _separable(x: Any, filters: int, name: str) -> Any:
    x = SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return BatchNormalization(name=f"{name}_bn")(x)


def _smaller(x: Any, block: int) -> Any:
    one, two = _SMALLER[block]
    shortcut = Conv2D(two, 1, strides=2, padding="same", use_bias=False)(x)
    shortcut = BatchNormalization()(shortcut)
    if block > 2:
        # The maps before the second block are activated already.
        x = Activation("relu", name=f"block{block}_sepconv1_act")(x)
    x = _separable(x, one, f"block{block}_sepconv1")
    x = Activation("relu", name=f"block{block}_sepconv2_act")(x)
    x = _separable(x, two, f"block{block}_sepconv2")
    x = MaxPooling2D(3, strides=2, padding="same", name=f"block{block}_pool")(x)
    return Add()([x, shortcut])


def _same(x: Any, block: int) -> Any:
    shortcut = x
    for place in (1, 2, 3):
        name = f"block{block}_sepconv{place}"
        x = _separable(Activation("relu", name=f"{name}_act")(x), 728, name)
    return Add()([x, shortcut])


def _body(x: Any, settings: Settings) -> Any:
    for place, (filters, strides) in enumerate([(32, 2), (64, 1)], 1):
        name = f"block1_conv{place}"
        x = Conv2D(filters, 3, strides=strides, use_bias=False, name=name)(x)
        x = BatchNormalization(name=f"{name}_bn")(x)
        x = Activation("relu", name=f"{name}_act")(x)
    for block in range(2, 14):
        x = (_smaller if block in _SMALLER else _same)(x, block)
    for place, filters in enumerate([1536, 2048], 1):
        name = f"block14_sepconv{place}"
        x = Activation("relu", name=f"{name}_act")(_separable(x, filters, name))
    return x


Xception = function_of(
    Application(
        "Xception",
        "xception",
        "Network of separable convolutions.",
        _body,
        kernels_of(
            "xception",
            "xception",
            ("0a58e3b7378bc2990ea3b43d5981f1f6", "b0042744bf5b25fce3cb969f33bebb97"),
        ),
        "tf",
        "Chollet, F. (2017). Xception: deep learning with depthwise separable convolutions. CVPR.",
        pooled=pooled_unnamed,
        sizes=Sizes(299, least=71),
    )
)
preprocess_input = preprocessing_of("tf")
