"""InceptionResNetV2: a residual network of blocks of convolutions side by side."""

from __future__ import annotations

from collections.abc import Sequence
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
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    MaxPooling2D,
    Rescaling,
)

Size = int | tuple[int, int]
_BRANCHES: dict[str, list[list[tuple[int, Size]]]] = {
    "block35": [[(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)]],
    "block17": [[(192, 1)], [(128, 1), (160, (1, 7)), (192, (7, 1))]],
    "block8": [[(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))]],
}
"""The filters and windows of each branch of a residual block."""


def _convolved(
    x: Any, filters: int, size: Size, strides: int = 1, padding: str = "same", name: str = ""
) -> Any:
    names = [f"{name}{ending}" if name else None for ending in ("", "_bn", "_ac")]
    x = Conv2D(filters, size, strides=strides, padding=padding, use_bias=False, name=names[0])(x)
    x = BatchNormalization(scale=False, name=names[1])(x)
    return Activation("relu", name=names[2])(x)


def _chain(x: Any, sizes: Sequence[tuple[int, Size]]) -> Any:
    for filters, size in sizes:
        x = _convolved(x, filters, size)
    return x


def _halved(x: Any, filters: int) -> Any:
    return _convolved(x, filters, 3, strides=2, padding="valid")


def _residual(x: Any, kind: str, number: int, scale: float, activated: bool = True) -> Any:
    name = f"{kind}_{number}"
    branches = [_chain(x, sizes) for sizes in _BRANCHES[kind]]
    new = Concatenate(name=f"{name}_mixed")(branches)
    new = Conv2D(x.shape[-1], 1, padding="same", name=f"{name}_conv")(new)
    x = Add()([x, Rescaling(scale)(new)])
    return Activation("relu", name=f"{name}_ac")(x) if activated else x


def _body(x: Any, settings: Settings) -> Any:
    x = _convolved(_halved(x, 32), 32, 3, padding="valid")
    x = MaxPooling2D(3, strides=2)(_convolved(x, 64, 3))
    x = _convolved(_convolved(x, 80, 1, padding="valid"), 192, 3, padding="valid")
    x = MaxPooling2D(3, strides=2)(x)
    branches = [_chain(x, each) for each in ([(96, 1)], [(48, 1), (64, 5)])]
    branches += [_chain(x, [(64, 1), (96, 3), (96, 3)])]
    mean = AveragePooling2D(3, strides=1, padding="same")(x)
    x = Concatenate(name="mixed_5b")([*branches, _convolved(mean, 64, 1)])
    for number in range(1, 11):
        x = _residual(x, "block35", number, 0.17)
    branches = [_halved(x, 384), _halved(_chain(x, [(256, 1), (256, 3)]), 384)]
    x = Concatenate(name="mixed_6a")([*branches, MaxPooling2D(3, strides=2)(x)])
    for number in range(1, 21):
        x = _residual(x, "block17", number, 0.1)
    branches = [_halved(_convolved(x, 256, 1), filters) for filters in (384, 288)]
    branches += [_halved(_chain(x, [(256, 1), (288, 3)]), 320)]
    x = Concatenate(name="mixed_7a")([*branches, MaxPooling2D(3, strides=2)(x)])
    for number in range(1, 10):
        x = _residual(x, "block8", number, 0.2)
    x = _residual(x, "block8", 10, 1.0, activated=False)
    return _convolved(x, 1536, 1, name="conv_7b")


InceptionResNetV2 = function_of(
    Application(
        "InceptionResNetV2",
        "inception_resnet_v2",
        "Residual network of blocks of convolutions side by side.",
        _body,
        kernels_of(
            "inception_resnet_v2",
            "inception_resnet_v2",
            ("e693bd0210a403b3192acc6073ad2e96", "d19885ff4a710c122648d3b5c3b684e4"),
        ),
        "tf",
        "Szegedy, C., Ioffe, S., Vanhoucke, V. and Alemi, A. (2017). Inception-v4, "
        "Inception-ResNet and the impact of residual connections on learning. AAAI.",
        pooled=pooled_unnamed,
        sizes=Sizes(299, least=75),
    )
)
preprocess_input = preprocessing_of("tf")
