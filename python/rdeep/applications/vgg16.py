"""Networks of convolutions one after another: VGG16, and what it shares with VGG19."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.settings import Settings
from rdeep.applications.tops import pooled_unnamed
from rdeep.applications.weights import kernels_of
from rdeep.catalogue.layers import (
    AdaptiveAveragePooling2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
    Permute,
)

_FILTERS = (64, 128, 256, 512, 512)


def _top(x: Any, settings: Settings) -> Any:
    if settings.torchvision:
        # There the classifier takes 7 by 7 maps, laid out one after another.
        x = Permute((3, 1, 2))(AdaptiveAveragePooling2D(7)(x))
    x = Flatten(name="flatten")(x)
    for name in ("fc1", "fc2"):
        x = Dense(4096, activation="relu", name=name)(x)
        if settings.torchvision:
            x = Dropout(0.5)(x)
    activation = settings.classifier_activation
    return Dense(settings.classes, activation=activation, name="predictions")(x)


def vgg(name: str, depths: tuple[int, ...], hashes: tuple[str, str]) -> Application:
    """Return a network of five blocks of convolutions.

    Parameters
    ----------
    name : str
        Keras's name of it.
    depths : tuple of int
        How many convolutions each block has.
    hashes : tuple of str
        The checksums of Keras's weights, with the classifier and without.
    """
    folder = name.lower()

    def features(x: Any, settings: Settings) -> Any:
        for block, (depth, filters) in enumerate(zip(depths, _FILTERS), 1):
            for number in range(1, depth + 1):
                x = Conv2D(
                    filters, 3, activation="relu", padding="same", name=f"block{block}_conv{number}"
                )(x)
            x = MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
        return x

    return Application(
        name,
        folder,
        f"Network of {name.removeprefix('VGG')} layers with weights, one after another.",
        features,
        kernels_of(folder, folder, hashes),
        "caffe",
        "Simonyan, K. and Zisserman, A. (2015). Very deep convolutional networks for large-scale "
        "image recognition. ICLR.",
        top=_top,
        pooled=pooled_unnamed,
        torchvision=_torchvision(depths),
    )


def _torchvision(depths: tuple[int, ...]) -> Callable[[Settings], dict[str, str]]:
    def modules(settings: Settings) -> dict[str, str]:
        found, place = {}, 0
        for block, depth in enumerate(depths, 1):
            for number in range(1, depth + 1):
                found[f"block{block}_conv{number}"] = f"features.{place}"
                # An activation stands behind each.
                place += 2
            place += 1
        if settings.include_top:
            found |= {"fc1": "classifier.0", "fc2": "classifier.3", "predictions": "classifier.6"}
        return found

    return modules


VGG16 = function_of(
    vgg(
        "VGG16",
        (2, 2, 3, 3, 3),
        ("64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc"),
    )
)
preprocess_input = preprocessing_of("caffe")
