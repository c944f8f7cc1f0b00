"""Residual networks: ResNet50, ResNet101 and ResNet152."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
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

REFERENCE = (
    "He, K., Zhang, X., Ren, S. and Sun, J. (2016). Deep residual learning for image recognition. "
    "CVPR."
)
STACKS = ("conv2", "conv3", "conv4", "conv5")
HASHES = {
    "resnet50": ("2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626"),
    "resnet101": ("f1aeb4b969a6efcfb50fad2f0c20cfc5", "88cf7a10940856eca736dc7b7e228a21"),
    "resnet152": ("100835be76be38e30d865e96f2aaae62", "ee4c566cf9a93f14d82f913c2dc6dd0c"),
    "resnet50v2": ("3ef43a0b657b3be2300d5770ece849e0", "fac2f116257151a9d068a22e544a4917"),
    "resnet101v2": ("6343647c601c52e1368623803854d971", "c0ed64b8031c3730f411d2eb4eea35b5"),
    "resnet152v2": ("a49b44d1979771252814e80f8ec446f9", "ed17cf2e0169df9d443503ef94b23b33"),
}


def _normalized(x: Any, name: str, settings: Settings) -> Any:
    epsilon = 1e-5 if settings.torchvision else 1.001e-5
    return BatchNormalization(epsilon=epsilon, name=name)(x)


def _convolved(x: Any, name: str, settings: Settings, *sizes: int, **options: Any) -> Any:
    # In torchvision no convolution has a bias: a normalization follows each.
    x = Conv2D(*sizes, use_bias=not settings.torchvision, name=f"{name}_conv", **options)(x)
    return _normalized(x, f"{name}_bn", settings)


def _block(x: Any, filters: int, stride: int, name: str, first: bool, settings: Settings) -> Any:
    # Keras strides in the first convolution, torchvision in the second ("ResNet v1.5").
    one, two = (1, stride) if settings.torchvision else (stride, 1)
    shortcut = x
    if first:
        shortcut = _convolved(x, f"{name}_0", settings, 4 * filters, 1, strides=stride)
    x = _convolved(x, f"{name}_1", settings, filters, 1, strides=one)
    x = Activation("relu", name=f"{name}_1_relu")(x)
    if two > 1:
        x = ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = _convolved(
        x, f"{name}_2", settings, filters, 3, strides=two, padding="valid" if two > 1 else "same"
    )
    x = Activation("relu", name=f"{name}_2_relu")(x)
    x = _convolved(x, f"{name}_3", settings, 4 * filters, 1)
    x = Add(name=f"{name}_add")([shortcut, x])
    return Activation("relu", name=f"{name}_out")(x)


def _body(*depths: int) -> Callable[[Any, Settings], Any]:
    """Return what computes the features, with so many blocks in each of the four stacks."""

    def features(x: Any, settings: Settings) -> Any:
        x = ZeroPadding2D(3, name="conv1_pad")(x)
        x = _convolved(x, "conv1", settings, 64, 7, strides=2)
        x = Activation("relu", name="conv1_relu")(x)
        x = ZeroPadding2D(1, name="pool1_pad")(x)
        x = MaxPooling2D(3, strides=2, name="pool1_pool")(x)
        for number, (stack, depth) in enumerate(zip(STACKS, depths)):
            for block in range(depth):
                stride = 2 if number > 0 and block == 0 else 1
                name = f"{stack}_block{block + 1}"
                x = _block(x, 64 * 2**number, stride, name, block == 0, settings)
        return x

    return features


def _torchvision(*depths: int) -> Callable[[Settings], dict[str, str]]:
    """Return what names torchvision's modules by our layers."""

    def modules(settings: Settings) -> dict[str, str]:
        found = {"conv1_conv": "conv1", "conv1_bn": "bn1"}
        for number, (stack, depth) in enumerate(zip(STACKS, depths), 1):
            for block in range(depth):
                ours, theirs = f"{stack}_block{block + 1}", f"layer{number}.{block}"
                if block == 0:
                    found[f"{ours}_0_conv"] = f"{theirs}.downsample.0"
                    found[f"{ours}_0_bn"] = f"{theirs}.downsample.1"
                for place in (1, 2, 3):
                    found[f"{ours}_{place}_conv"] = f"{theirs}.conv{place}"
                    found[f"{ours}_{place}_bn"] = f"{theirs}.bn{place}"
        return {**found, "predictions": "fc"} if settings.include_top else found

    return modules


def _resnet(name: str, *depths: int) -> Application:
    return Application(
        name,
        name.lower(),
        f"Residual network of {name.removeprefix('ResNet')} layers.",
        _body(*depths),
        kernels_of("resnet", name.lower(), HASHES[name.lower()]),
        "caffe",
        REFERENCE,
        torchvision=_torchvision(*depths),
    )


ResNet50 = function_of(_resnet("ResNet50", 3, 4, 6, 3))
ResNet101 = function_of(_resnet("ResNet101", 3, 4, 23, 3))
ResNet152 = function_of(_resnet("ResNet152", 3, 8, 36, 3))
preprocess_input = preprocessing_of("caffe")
