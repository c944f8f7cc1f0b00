"""EfficientNet and ConvNeXt: files of their weights, what they learned of pixels, their options."""

from __future__ import annotations

import hashlib

import keras
import numpy as np
import pytest

import rdeep
from comparing import keras_network, weights_of
from rdeep import applications
from rdeep.applications import efficientnet
from rdeep.catalogue.layers import LayerScale
from rdeep.testing import layer_checks

FEATURES = {"include_top": False, "pooling": "avg", "input_shape": (32, 32, 3)}
X = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 3)).astype("float32")


def close(found, expected):
    largest = np.abs(expected).max()
    np.testing.assert_allclose(found / largest, expected / largest, atol=1e-4)


@pytest.mark.parametrize(("name", "check"), list(layer_checks(LayerScale)))
def test_features_are_scaled(name, check):
    check()


def test_a_scaled_network_is_read_from_its_file(tmp_path):
    x = rdeep.Input((4, 3))
    model = rdeep.Model(x, LayerScale(0.5)(x))
    model.save(tmp_path / "model.rdeep")
    ones = np.ones((1, 4, 3), "float32")
    assert (rdeep.load_model(tmp_path / "model.rdeep").predict(ones) == 0.5).all()


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".keras", ".weights.h5", ".h5"])
def test_files_of_convnext_are_read(ending, tmp_path):
    theirs = keras_network("ConvNeXtTiny", **FEATURES)
    path = str(tmp_path / f"network{ending}")
    (theirs.save_weights if ending == ".weights.h5" else theirs.save)(path)
    model = applications.ConvNeXtTiny(weights=path, **FEATURES)
    close(model.predict(X), np.asarray(theirs(X, training=False)))


@pytest.mark.slow
def test_known_files_of_efficientnet_divide_pixels_by_their_deviations(tmp_path, monkeypatch):
    theirs = keras_network("EfficientNetB0", **FEATURES)
    learned = theirs.layers[2]
    deviations = np.array(efficientnet.DEVIATIONS, "float32")
    learned.adapt_mean.assign([0.485, 0.456, 0.406])
    learned.adapt_variance.assign(deviations)
    theirs.save(path := str(tmp_path / "network.h5"))
    stem = keras.Model(theirs.layers[3].input, theirs.output)
    mean = np.array([0.485, 0.456, 0.406])

    def expected(divisor):
        return np.asarray(stem(((X / 255 - mean) / divisor).astype("float32"), training=False))

    close(
        applications.EfficientNetB0(weights=path, **FEATURES).predict(X), expected(deviations**0.5)
    )
    with open(path, "rb") as file:
        checksum = hashlib.md5(file.read(), usedforsecurity=False).hexdigest()
    monkeypatch.setitem(efficientnet._HASHES, "b0", ("", checksum))
    close(applications.EfficientNetB0(weights=path, **FEATURES).predict(X), expected(deviations))


def test_pixels_may_be_prepared_outside():
    names = {}
    for prepares in (True, False):
        model = applications.EfficientNetV2B0(
            weights=None, include_preprocessing=prepares, **FEATURES
        )
        names[prepares] = {type(layer.record).__name__ for layer in model.graph.layers}
    assert names[True] - names[False] == {"Rescaling", "Normalization"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [n for n in dir(keras.applications) if n.startswith(("ConvNeXt", "EfficientNet"))]
)
def test_weights_and_dropout_are_keras(name):
    keras.backend.clear_session()
    size = {"input_shape": (64, 64, 3), "weights": None}
    theirs, ours = (getattr(each, name)(**size) for each in (keras.applications, applications))
    shapes = {k.replace("_", ""): w.shape for k, w in ours.graph.weights().items()}
    assert shapes == {k.replace("_", ""): w.shape for k, w in weights_of(theirs).items()}
    dropped = {
        layer.name: layer.record.rate
        for layer in ours.graph.layers
        if type(layer.record).__name__ == "Dropout"
    }
    expected = {e.name: e.rate for e in theirs.layers if isinstance(e, keras.layers.Dropout)}
    assert dropped == pytest.approx(expected)
