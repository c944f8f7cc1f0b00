"""Densely connected networks: DenseNet121, DenseNet169 and DenseNet201."""

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
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    MaxPooling2D,
    ZeroPadding2D,
)

_GROWTH = 32
_HASHES = {
    "densenet121": ("9d60b8095a5708f2dcce2bca79d332c7", "30ee3e1110167f948a6b9946edeeb738"),
    "densenet169": ("d699b8f76981ab1b30698df4c175e90b", "b8c4d4c20dd625c148057b9ff1c1176b"),
    "densenet201": ("1ceb130c1ea1b78c3bf6114dbdfd8807", "c13680b51ded0fb44dff2d8f86ac8bb1"),
}


def _normalized(x: Any, name: str, settings: Settings, relu: str) -> Any:
    epsilon = 1e-5 if settings.torchvision else 1.001e-5
    return Activation("relu", name=relu)(BatchNormalization(epsilon=epsilon, name=name)(x))


def _block(x: Any, name: str, settings: Settings) -> Any:
    new = _normalized(x, f"{name}_0_bn", settings, f"{name}_0_relu")
    new = Conv2D(4 * _GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(new)
    new = _normalized(new, f"{name}_1_bn", settings, f"{name}_1_relu")
    new = Conv2D(_GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(new)
    return Concatenate(name=f"{name}_concat")([x, new])


def _transition(x: Any, name: str, settings: Settings) -> Any:
    x = _normalized(x, f"{name}_bn", settings, f"{name}_relu")
    x = Conv2D(x.shape[-1] // 2, 1, use_bias=False, name=f"{name}_conv")(x)
    return AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _body(*depths: int) -> Callable[[Any, Settings], Any]:
    """Return what computes the features, with so many blocks in each of the four stages."""

    def features(x: Any, settings: Settings) -> Any:
        x = ZeroPadding2D(3)(x)
        x = Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
        x = _normalized(x, "conv1_bn", settings, "conv1_relu")
        x = MaxPooling2D(3, strides=2, name="pool1")(ZeroPadding2D(1)(x))
        for stage, depth in enumerate(depths, 2):
            if stage > 2:
                x = _transition(x, f"pool{stage - 1}", settings)
            for block in range(1, depth + 1):
                x = _block(x, f"conv{stage}_block{block}", settings)
        return _normalized(x, "bn", settings, "relu")

    return features


def _torchvision(*depths: int) -> Callable[[Settings], dict[str, str]]:
    """Return what names torchvision's modules by our layers."""

    def modules(settings: Settings) -> dict[str, str]:
        found = {"conv1_conv": "features.conv0", "conv1_bn": "features.norm0"}
        for stage, depth in enumerate(depths, 1):
            for block in range(1, depth + 1):
                ours = f"conv{stage + 1}_block{block}"
                theirs = f"features.denseblock{stage}.denselayer{block}"
                for place in (1, 2):
                    found[f"{ours}_{place - 1}_bn"] = f"{theirs}.norm{place}"
                    found[f"{ours}_{place}_conv"] = f"{theirs}.conv{place}"
            if stage < len(depths):
                found[f"pool{stage + 1}_bn"] = f"features.transition{stage}.norm"
                found[f"pool{stage + 1}_conv"] = f"features.transition{stage}.conv"
        found["bn"] = "features.norm5"
        return {**found, "predictions": "classifier"} if settings.include_top else found

    return modules


def _densenet(name: str, *depths: int) -> Application:
    key = name.lower()
    return Application(
        name,
        key,
        f"Densely connected network of {name.removeprefix('DenseNet')} layers.",
        _body(*depths),
        kernels_of("densenet", key, _HASHES[key]),
        "torch",
        "Huang, G., Liu, Z., van der Maaten, L. and Weinberger, K. Q. (2017). Densely connected "
        "convolutional networks. CVPR.",
        torchvision=_torchvision(*depths),
    )


DenseNet121 = function_of(_densenet("DenseNet121", 6, 12, 24, 16))
DenseNet169 = function_of(_densenet("DenseNet169", 6, 12, 32, 32))
DenseNet201 = function_of(_densenet("DenseNet201", 6, 12, 48, 32))
preprocess_input = preprocessing_of("torch")
