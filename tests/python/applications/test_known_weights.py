"""The weights of known networks: files of Keras's, of torchvision's and our own, and downloads."""

from __future__ import annotations

import hashlib

import keras
import numpy as np
import pytest
from safetensors.numpy import save_file

from comparing import keras_network, weights_of
from rdeep import applications
from rdeep.applications import weights
from rdeep.errors import ArgumentError, DataError, FileError

SHAPE = {"input_shape": (32, 32, 3)}
X = np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 3)).astype("float32")


@pytest.fixture(scope="module")
def theirs():
    """A network of Keras's with a classifier, and its features."""
    whole = keras_network("DenseNet121", classes=1000, **SHAPE)
    return whole, np.asarray(whole(X, training=False))


@pytest.fixture(scope="module")
def files(theirs, tmp_path_factory):
    """Files of its weights, by their kinds."""
    folder = tmp_path_factory.mktemp("weights")
    model, _ = theirs
    paths = {name: str(folder / name) for name in ("a.keras", "a.weights.h5", "a.h5")}
    model.save(paths["a.keras"])
    model.save_weights(paths["a.weights.h5"])
    model.save(paths["a.h5"])
    paths["a.safetensors"] = str(folder / "a.safetensors")
    save_file(weights_of(model), paths["a.safetensors"])
    return paths


@pytest.mark.parametrize("kind", ["a.keras", "a.weights.h5", "a.h5", "a.safetensors"])
def test_files_are_read(kind, files, theirs):
    model = applications.DenseNet121(weights=files[kind], **SHAPE)
    np.testing.assert_allclose(model.predict(X), theirs[1], atol=1e-5)


def test_older_files_are_read_in_keras_order(theirs, tmp_path):
    import h5py

    model, expected = theirs
    with h5py.File(path := str(tmp_path / "older.h5"), "w") as file:
        names = [f"part/{number}" for number in range(len(model.layers))]
        file.attrs["layer_names"] = [name.encode() for name in names]
        for name, layer in zip(names, model.layers):
            group = file.create_group(name)
            paths = [f"{name}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [each.encode() for each in paths]
            for each, weight in zip(paths, layer.weights):
                group.create_dataset(each, data=weight.numpy())
    found = applications.DenseNet121(weights=path, **SHAPE).predict(X)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("kind", ["a.h5", pytest.param("a.keras", marks=pytest.mark.slow)])
def test_features_are_taken_of_files_with_a_classifier(kind, files, theirs):
    model = applications.DenseNet121(weights=files[kind], include_top=False, pooling="avg")
    layer = theirs[0].get_layer("avg_pool").output
    expected = np.asarray(keras.Model(theirs[0].inputs, layer)([X], training=False))
    np.testing.assert_allclose(model.predict(X), expected, atol=1e-5)


def test_other_weights_are_refused(files, tmp_path):
    for given in (
        {"weights": files["a.h5"], "classes": 3},
        {"weights": files["a.safetensors"], "classes": 3},
    ):
        with pytest.raises((ArgumentError, FileError)) as caught:
            applications.DenseNet121(**given, **SHAPE)
        assert caught.value.argument == "weights"
    (tmp_path / "odd.h5").write_text("odd")
    for path in (files["a.weights.h5"], str(tmp_path / "odd.h5")):
        for with_top in (True, False):
            with pytest.raises(FileError):
                applications.ResNet50(weights=path, include_top=with_top, **SHAPE)


def test_published_weights_are_downloaded_once_and_checked(files, theirs, tmp_path, monkeypatch):
    published = tmp_path / "published" / "densenet"
    published.mkdir(parents=True)
    name = "densenet121_weights_tf_dim_ordering_tf_kernels.h5"
    with open(files["a.h5"], "rb") as file:
        data = file.read()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "ORIGIN", f"file://{tmp_path}/published/")
    with pytest.raises(DataError, match="path of a copy as 'weights'") as caught:
        applications.DenseNet121()
    assert caught.value.argument == "weights"
    (published / name).write_bytes(data)
    with pytest.raises(DataError, match="checksum"):
        applications.DenseNet121()
    known = hashlib.md5(data, usedforsecurity=False).hexdigest()
    application = applications.DenseNet121.application
    kernels = weights.kernels_of("densenet", "densenet121", (known, known))
    monkeypatch.setattr(application, "published", kernels)
    model = applications.DenseNet121()
    (published / name).unlink()
    again = applications.DenseNet121()
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
