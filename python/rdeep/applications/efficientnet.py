"""EfficientNets, from B0 to B7: one network that was searched for, made wider and deeper."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from rdeep.applications.application import Application, function_of
from rdeep.applications.efficient import (
    DEVIATIONS,
    Builder,
    Plan,
    Stage,
    top_of,
    torchvision_of,
)
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.padding import rounded
from rdeep.applications.settings import IMAGENET, Settings, Sizes
from rdeep.applications.weights import Published
from rdeep.catalogue.layers import Normalization, Rescaling

_STAGES = (
    Stage(1, 16, 1),
    Stage(2, 24, 6, 2),
    Stage(2, 40, 6, 2, 5),
    Stage(3, 80, 6, 2),
    Stage(3, 112, 6, 1, 5),
    Stage(4, 192, 6, 2, 5),
    Stage(1, 320, 6),
)
"""The stages of B0."""
_HASHES = {
    "b0": ("902e53a9f72be733fc0bcb005b3ebbac", "50bc09e76180e00e4465e1a485ddc09d"),
    "b1": ("1d254153d4ab51201f1646940f018540", "74c4e6b3e1f6a1eea24c589628592432"),
    "b2": ("b15cce36ff4dcbd00b6dd88e7857a6ad", "111f8e2ac8aa800a7a99e3239f7bfb39"),
    "b3": ("ffd1fdc53d0ce67064dc6a9c7960ede0", "af6d107764bb5b1abb91932881670226"),
    "b4": ("18c95ad55216b8f92d7e70b3a046e2fc", "ebc24e6d6c33eaebbd558eafbeedf1ba"),
    "b5": ("ace28f2a6363774853a83a0b21b9421a", "38879255a25d3c92d5e44e04ae6cec6f"),
    "b6": ("165f6e37dce68623721b423839de8be5", "9ecce42647a20130c1f39a5d4cb75743"),
    "b7": ("8c03f828fec3ef71311cd463b6759d99", "cbcfe4450ddf6f3ad90b1b398090fe4a"),
}


def _plan(width: float, depth: float, torchvision_epsilon: float) -> Plan:
    stages = [
        Stage(
            math.ceil(each.depth * depth),
            rounded(each.filters * width),
            each.expansion,
            each.strides,
            each.size,
        )
        for each in _STAGES
    ]
    count = sum(each.depth for each in stages)
    return Plan(
        rounded(32 * width),
        rounded(1280 * width),
        stages,
        0.99,
        torchvision_epsilon,
        "dwconv",
        True,
        lambda number: number / count,
    )


def _body(key: str, plan: Plan) -> Callable[[Any, Settings], Any]:
    def features(x: Any, settings: Settings) -> Any:
        if settings.torchvision:
            return Builder(plan, settings).features(x)
        # The weights have a mean and a variance; without weights pixels are from 0 to 1.
        channels = x.shape[-1]
        normalization = Normalization()
        normalization.adapted.learn(
            mean=np.zeros(channels, np.float32), variance=np.ones(channels, np.float32)
        )
        x = normalization(Rescaling(1 / 255)(x))
        if _is_published(key, settings.weights):
            # As variances these files have the deviations: they were trained with pixels that
            # were divided by these, not by their roots.
            x = Rescaling([1 / math.sqrt(each) for each in DEVIATIONS])(x)
        return Builder(plan, settings).features(x)

    return features


def _is_published(key: str, weights: str | None) -> bool:
    """Return whether weights are those of Keras's authors, downloaded now or before."""
    if weights is None or weights == IMAGENET:
        return weights is not None
    with open(weights, "rb") as file:
        checksum = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    return checksum.hexdigest() in _HASHES[key]


def _efficientnet(
    key: str, width: float, depth: float, size: int, dropout: float, epsilon: float = 1e-5
) -> Application:
    plan = _plan(width, depth, epsilon)

    def published(settings: Settings) -> Published:
        ending = "" if settings.include_top else "_notop"
        # Keras keeps these, unlike all others, above the folder of its networks.
        origin = "https://storage.googleapis.com/keras-applications"
        file_hash = _HASHES[key][not settings.include_top]
        return Published(f"{origin}/efficientnet{key}{ending}.h5", file_hash)

    return Application(
        f"EfficientNet{key.upper()}",
        f"efficientnet{key}",
        f"Network that was searched for, {width:g} times as wide and {depth:g} times as deep.",
        _body(key, plan),
        published,
        None,
        "Tan, M. and Le, Q. V. (2019). EfficientNet: rethinking model scaling for convolutional "
        "neural networks. ICML.",
        top=top_of(dropout),
        sizes=Sizes(size),
        torchvision=torchvision_of(plan),
    )


EfficientNetB0 = function_of(_efficientnet("b0", 1.0, 1.0, 224, 0.2))
EfficientNetB1 = function_of(_efficientnet("b1", 1.0, 1.1, 240, 0.2))
EfficientNetB2 = function_of(_efficientnet("b2", 1.1, 1.2, 260, 0.3))
EfficientNetB3 = function_of(_efficientnet("b3", 1.2, 1.4, 300, 0.3))
EfficientNetB4 = function_of(_efficientnet("b4", 1.4, 1.8, 380, 0.4))
EfficientNetB5 = function_of(_efficientnet("b5", 1.6, 2.2, 456, 0.4, 1e-3))
EfficientNetB6 = function_of(_efficientnet("b6", 1.8, 2.6, 528, 0.5, 1e-3))
EfficientNetB7 = function_of(_efficientnet("b7", 2.0, 3.1, 600, 0.5, 1e-3))
preprocess_input = preprocessing_of(None)
