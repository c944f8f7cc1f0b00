"""Residual networks that normalize first: ResNet50V2, ResNet101V2 and ResNet152V2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.resnet import HASHES, STACKS
from rdeep.applications.settings import Settings
from rdeep.applications.weights import kernels_of
from rdeep.catalogue.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    MaxPooling2D,
    ZeroPadding2D,
)


def _normalized(x: Any, name: str, relu: str) -> Any:
    x = BatchNormalization(epsilon=1.001e-5, name=name)(x)
    return Activation("relu", name=relu)(x)


def _block(x: Any, filters: int, stride: int, name: str, first: bool) -> Any:
    before = _normalized(x, f"{name}_preact_bn", f"{name}_preact_relu")
    shortcut = x
    if first:
        shortcut = Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(before)
    elif stride > 1:
        shortcut = MaxPooling2D(1, strides=stride)(x)
    x = Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(before)
    x = _normalized(x, f"{name}_1_bn", f"{name}_1_relu")
    x = ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_2_conv")(x)
    x = _normalized(x, f"{name}_2_bn", f"{name}_2_relu")
    x = Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return Add(name=f"{name}_out")([shortcut, x])


def _body(*depths: int) -> Callable[[Any, Settings], Any]:
    """Return what computes the features, with so many blocks in each of the four stacks."""

    def features(x: Any, settings: Settings) -> Any:
        x = ZeroPadding2D(3, name="conv1_pad")(x)
        x = Conv2D(64, 7, strides=2, name="conv1_conv")(x)
        x = ZeroPadding2D(1, name="pool1_pad")(x)
        x = MaxPooling2D(3, strides=2, name="pool1_pool")(x)
        for number, (stack, depth) in enumerate(zip(STACKS, depths)):
            for block in range(depth):
                # The last block of a stack makes the maps smaller, that of the last stack does not.
                stride = 2 if block == depth - 1 and stack != STACKS[-1] else 1
                x = _block(x, 64 * 2**number, stride, f"{stack}_block{block + 1}", block == 0)
        return _normalized(x, "post_bn", "post_relu")

    return features


def _resnet(name: str, *depths: int) -> Application:
    return Application(
        name,
        name.lower(),
        f"Residual network of {name[len('ResNet') : -2]} layers that normalizes first.",
        _body(*depths),
        kernels_of("resnet", name.lower(), HASHES[name.lower()]),
        "tf",
        "He, K., Zhang, X., Ren, S. and Sun, J. (2016). Identity mappings in deep residual "
        "networks. ECCV.",
    )


ResNet50V2 = function_of(_resnet("ResNet50V2", 3, 4, 6, 3))
ResNet101V2 = function_of(_resnet("ResNet101V2", 3, 4, 23, 3))
ResNet152V2 = function_of(_resnet("ResNet152V2", 3, 8, 36, 3))
preprocess_input = preprocessing_of("tf")
