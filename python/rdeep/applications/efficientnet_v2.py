"""EfficientNetV2s, from B0 to B3 and from S to L: smaller and faster to train."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.convnext import INCLUDE_PREPROCESSING
from rdeep.applications.efficient import (
    DEVIATIONS,
    MEANS,
    Builder,
    Plan,
    Stage,
    top_of,
    torchvision_of,
)
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.settings import Settings, Sizes
from rdeep.applications.weights import Published
from rdeep.catalogue.layers import Normalization, Rescaling


def _fused(depth: int, filters: int, expansion: int = 4, strides: int = 2) -> Stage:
    return Stage(depth, filters, expansion, strides, fused=True)


_B0 = (
    *(_fused(1, 16, 1, 1), _fused(2, 32), _fused(2, 48)),
    *(Stage(3, 96, 4, 2), Stage(5, 112, 6), Stage(8, 192, 6, 2)),
)
_S = (
    *(_fused(2, 24, 1, 1), _fused(4, 48), _fused(4, 64)),
    *(Stage(6, 128, 4, 2), Stage(9, 160, 6), Stage(15, 256, 6, 2)),
)
_M = (
    *(_fused(3, 24, 1, 1), _fused(5, 48), _fused(5, 80)),
    *(Stage(7, 160, 4, 2), Stage(14, 176, 6), Stage(18, 304, 6, 2), Stage(5, 512, 6)),
)
_L = (
    *(_fused(4, 32, 1, 1), _fused(7, 64), _fused(7, 96)),
    *(Stage(10, 192, 4, 2), Stage(19, 224, 6), Stage(25, 384, 6, 2), Stage(7, 640, 6)),
)
_HASHES = {
    "b0": ("21ecbf6da12460d5c40bb2f29ceb2188", "893217f2bb855e2983157299931e43ff"),
    "b1": ("069f0534ff22adf035c89e2d9547a9dc", "0e80663031ca32d657f9caa404b6ec37"),
    "b2": ("424e49f28180edbde1e94797771950a7", "1dfe2e7a5d45b6632553a8961ea609eb"),
    "b3": ("1f1fc43bd98a6e4fd8fdfd551e02c7a0", "f6abf7b5849ac99a89b50dd3fd532856"),
    "s": ("e1d88a8495beba45748fedd0cecbe016", "af0682fb74e8c54910f2d4393339c070"),
    "m": ("a3bf6aa3276309f4fc6a34aa114c95cd", "1b8dc055df72dde80d614482840fe342"),
    "l": ("27e6d408b53c7ebc868fefa357689935", "b0b66b5c863aef5b46e8608fe1711615"),
}


def _nearest(filters: float) -> int:
    # Unlike in the first family, these may be more than a tenth below what was wanted.
    return max(8, int(filters + 4) // 8 * 8)


def _plan(stem: int, stages: tuple[Stage, ...], width: float, depth: float) -> Plan:
    found = [
        Stage(
            math.ceil(each.depth * depth),
            _nearest(each.filters * width),
            each.expansion,
            each.strides,
            each.size,
            each.fused,
        )
        for each in stages
    ]
    # Keras counts the blocks before the network is made deeper.
    count = sum(each.depth for each in stages)
    return Plan(
        _nearest(stem * width),
        _nearest(1280 * width),
        found,
        0.9,
        1e-3,
        "dwconv2",
        False,
        lambda number: number / count,
    )


def _body(key: str, plan: Plan) -> Callable[[Any, Settings], Any]:
    def features(x: Any, settings: Settings) -> Any:
        if settings["include_preprocessing"] and not settings.torchvision:
            if key.startswith("b") and x.shape[-1] == 3:
                variance = [each**2 for each in DEVIATIONS]
                x = Normalization(mean=list(MEANS), variance=variance)(Rescaling(1 / 255)(x))
            else:
                x = Rescaling(1 / 128, offset=-1.0)(x)
        return Builder(plan, settings).features(x)

    return features


def _efficientnet(
    key: str,
    size: int,
    stages: tuple[Stage, ...] = _B0,
    stem: int = 32,
    width: float = 1.0,
    depth: float = 1.0,
) -> Application:
    plan = _plan(stem, stages, width, depth)
    name = f"efficientnetv2-{key}"

    def published(settings: Settings) -> Published:
        ending = "" if settings.include_top else "_notop"
        file_hash = _HASHES[key][not settings.include_top]
        return Published(f"efficientnet_v2/{name}{ending}.h5", file_hash)

    return Application(
        f"EfficientNetV2{key.upper()}",
        name,
        "Network that was searched for, to be small and fast to train.",
        _body(key, plan),
        published,
        None,
        "Tan, M. and Le, Q. V. (2021). EfficientNetV2: smaller models and faster training. ICML.",
        top=top_of(0.2),
        sizes=Sizes(size),
        more={"include_preprocessing": INCLUDE_PREPROCESSING},
        order=(
            *("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes"),
            *("classifier_activation", "include_preprocessing", "name"),
        ),
        # Torchvision has the larger ones alone.
        torchvision=None if key.startswith("b") else torchvision_of(plan),
        torchvision_preprocessing="tf" if key == "l" else "torch",
    )


EfficientNetV2B0 = function_of(_efficientnet("b0", 224))
EfficientNetV2B1 = function_of(_efficientnet("b1", 240, depth=1.1))
EfficientNetV2B2 = function_of(_efficientnet("b2", 260, width=1.1, depth=1.2))
EfficientNetV2B3 = function_of(_efficientnet("b3", 300, width=1.2, depth=1.4))
EfficientNetV2S = function_of(_efficientnet("s", 384, _S, 24))
EfficientNetV2M = function_of(_efficientnet("m", 480, _M, 24))
EfficientNetV2L = function_of(_efficientnet("l", 480, _L, 32))
preprocess_input = preprocessing_of(None)
