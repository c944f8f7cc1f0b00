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

NARROW = {"alpha": 0.25}
SHAPE = {"input_shape": (32, 32, 3), **NARROW}
X = np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 3)).astype("float32")


@pytest.fixture(scope="module")
def theirs():
    """A network of Keras's with a classifier, and its features."""
    whole = keras_network("MobileNet", **SHAPE)
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
    model = applications.MobileNet(weights=files[kind], **SHAPE)
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
    found = applications.MobileNet(weights=path, **SHAPE).predict(X)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("kind", ["a.h5", pytest.param("a.keras", marks=pytest.mark.slow)])
def test_features_are_taken_of_files_with_a_classifier(kind, files, theirs):
    model = applications.MobileNet(weights=files[kind], include_top=False, pooling="avg", **NARROW)
    layer = theirs[0].get_layer("conv_pw_13_relu").output
    features = np.asarray(keras.Model(theirs[0].inputs, layer)([X], training=False))
    expected = features.mean((1, 2))
    np.testing.assert_allclose(model.predict(X), expected, atol=1e-5)


def test_other_weights_are_refused(files, tmp_path):
    for given in (
        {"weights": files["a.h5"], "classes": 3},
        {"weights": files["a.safetensors"], "classes": 3},
    ):
        with pytest.raises((ArgumentError, FileError)) as caught:
            applications.MobileNet(**given, **SHAPE)
        assert caught.value.argument == "weights"
    (tmp_path / "odd.h5").write_text("odd")
    for path in (files["a.weights.h5"], str(tmp_path / "odd.h5")):
        for with_top in (True, False):
            with pytest.raises(FileError):
                applications.VGG16(weights=path, include_top=with_top, input_shape=(32, 32, 3))


def test_published_weights_are_downloaded_once_and_checked(files, theirs, tmp_path, monkeypatch):
    published = tmp_path / "published"
    published.mkdir()
    application = applications.MobileNet.application
    wrong = weights.Published("weights.h5", 32 * "0")
    monkeypatch.setattr(application, "published", lambda settings: wrong)
    with open(files["a.h5"], "rb") as file:
        data = file.read()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "ORIGIN", f"file://{published}/")
    with pytest.raises(DataError, match="path of a copy as 'weights'") as caught:
        applications.MobileNet(**NARROW)
    assert caught.value.argument == "weights"
    (published / "weights.h5").write_bytes(data)
    with pytest.raises(DataError, match="checksum"):
        applications.MobileNet(**NARROW)
    known = hashlib.md5(data, usedforsecurity=False).hexdigest()
    right = weights.Published("weights.h5", known)
    monkeypatch.setattr(application, "published", lambda settings: right)
    model = applications.MobileNet(**NARROW)
    (published / "weights.h5").unlink()
    again = applications.MobileNet(**NARROW)
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


class _Asked(Exception):
    """Stands for a download."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in dir(keras.applications) if n[:1].isupper()])
def test_published_files_are_those_that_keras_downloads(name, monkeypatch):
    def asked(*given, **options):
        raise _Asked({**dict(zip(("name", "origin"), given)), **options})

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", asked)
    monkeypatch.setattr(weights.Published, "fetch", lambda published: asked(published))
    for with_top in (True, False):
        requests = []
        for module in (applications, keras.applications):
            with pytest.raises(_Asked) as caught:
                getattr(module, name)(include_top=with_top)
            requests.append(caught.value.args[0])
        found, expected = requests
        published = found["name"]
        address = published.place if "://" in published.place else weights.ORIGIN + published.place
        assert address == expected["origin"]
        assert published.file_hash == expected.get("file_hash")
