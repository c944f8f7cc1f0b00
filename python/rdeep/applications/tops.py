"""What most networks have above their features."""

from __future__ import annotations

from typing import Any

from rdeep.applications.settings import Settings
from rdeep.catalogue.layers import Dense, GlobalAveragePooling2D, GlobalMaxPooling2D


def classified(x: Any, settings: Settings) -> Any:
    """Return the classes: the features' means, and a dense layer on them.

    Parameters
    ----------
    x : SymbolicTensor
        The features.
    settings : Settings
        What the network is built with.
    """
    x = GlobalAveragePooling2D(name="avg_pool")(x)
    activation = settings.classifier_activation
    return Dense(settings.classes, activation=activation, name="predictions")(x)


def pooled(x: Any, settings: Settings) -> Any:
    """Return the features as `pooling` says.

    Parameters
    ----------
    x : SymbolicTensor
        The features.
    settings : Settings
        What the network is built with.
    """
    if settings.pooling == "avg":
        return GlobalAveragePooling2D(name="avg_pool")(x)
    return GlobalMaxPooling2D(name="max_pool")(x) if settings.pooling == "max" else x


def pooled_unnamed(x: Any, settings: Settings) -> Any:
    """Return the features as `pooling` says, where Keras gives the layer no name.

    Parameters
    ----------
    x : SymbolicTensor
        The features.
    settings : Settings
        What the network is built with.
    """
    if settings.pooling == "avg":
        return GlobalAveragePooling2D()(x)
    return GlobalMaxPooling2D()(x) if settings.pooling == "max" else x
