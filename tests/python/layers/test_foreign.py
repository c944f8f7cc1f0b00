"""Layers that are an engine's own objects, and layers in turn."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import torch

from rdeep import Input, Model, Sequential
from rdeep.catalogue import layers as L
from rdeep.engines.tensorflow.foreign import TFSMLayer
from rdeep.engines.torch.foreign import TorchModuleWrapper
from rdeep.errors import ArgumentError, BackendError, FileError, ShapeError
from rdeep.graph.pipeline import Pipeline


def test_a_torch_module_is_trained_in_a_model(rng, tmp_path):
    module = torch.nn.Sequential(
        torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3), torch.nn.Dropout(0.1)
    )
    before = module[0].weight.detach().numpy().copy()
    model = Sequential([TorchModuleWrapper(module), L.Dense(1)], (4,), backend="torch")
    assert not model.is_savable and Sequential([L.Dense(1)], (4,)).is_savable
    x, y = rng.normal(size=(16, 4)).astype("float32"), rng.normal(size=(16, 1))
    assert model.output_shapes[0] == (None, 1)
    expected = module.eval()(torch.from_numpy(x)).detach().numpy()
    kernel, bias = model.get_weights()[-2:]
    np.testing.assert_allclose(model.predict(x), expected @ kernel + bias, atol=1e-5)
    np.testing.assert_array_equal(model.get_weights()[0], before)
    model.compile("sgd", "mse")
    model.fit(x, y, epochs=2, verbose=0)
    assert not np.allclose(module[0].weight.detach().numpy(), before)
    assert not np.allclose(module[1].running_mean.numpy(), 0)
    with pytest.raises(BackendError, match="a file of rdeep cannot hold"):
        model.save(str(tmp_path / "a.rdeep"))


def test_a_torch_module_runs_on_torch_alone():
    x = Input((4,))
    y = TorchModuleWrapper(torch.nn.Linear(4, 2), name="mine")(x)
    with pytest.raises(BackendError, match=r"'mine'.* cannot be built on TensorFlow"):
        Model(x, y, backend="tensorflow").predict(np.zeros((1, 4)))


def test_what_is_no_fitting_module_is_refused():
    with pytest.raises(ArgumentError, match=r"must be a torch\.nn\.Module"):
        TorchModuleWrapper(3)
    with pytest.raises(ShapeError, match="the module cannot take an input of shape"):
        TorchModuleWrapper(torch.nn.Linear(4, 2))(Input((3,)))
    with pytest.raises(ShapeError, match="needs 'output_shape'"):
        TorchModuleWrapper(torch.nn.Linear(4, 2))(Input((None, 4)))
    given = TorchModuleWrapper(torch.nn.Linear(4, 2), output_shape=(None, 2))
    assert given(Input((None, 4))).shape == (None, None, 2)


def test_a_saved_model_is_trained_in_a_model(tmp_path, rng):
    theirs = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="tanh")])
    theirs.export(str(tmp_path / "saved"), verbose=False)
    x, y = rng.normal(size=(8, 4)).astype("float32"), rng.normal(size=(8, 1))
    model = Sequential([TFSMLayer(tmp_path / "saved"), L.Dense(1)], (4,), backend="tensorflow")
    kernel, bias = model.get_weights()[-2:]
    expected = theirs(x) @ kernel + bias
    np.testing.assert_allclose(model.predict(x), expected, atol=1e-5)
    before = model.get_weights()
    model.compile("sgd", "mse")
    model.fit(x, y, epochs=1, verbose=0)
    assert not np.allclose(before[0], model.get_weights()[0])
    with pytest.raises(BackendError, match="a file of rdeep cannot hold"):
        model.save(str(tmp_path / "a.rdeep"))
    with pytest.raises(BackendError, match="cannot be built on torch"):
        Sequential([TFSMLayer(tmp_path / "saved")], (4,), backend="torch").predict(x)
    with pytest.raises(ArgumentError, match="endpoint"):
        TFSMLayer(str(tmp_path / "saved"), "other")


def test_a_folder_without_a_saved_model_is_refused(tmp_path):
    with pytest.raises(FileError, match="is not the folder of a SavedModel"):
        TFSMLayer(str(tmp_path))


def test_a_pipeline_applies_layers_in_turn(backend, rng, tmp_path):
    x = rng.normal(size=(6, 3, 4)).astype("float32")
    pipeline = Pipeline([L.ReLU(0.5), L.Flatten(), L.Dense(2)], name="all")
    inputs = Input((3, 4))
    model = Model(inputs, pipeline(inputs), backend=backend, seed=1)
    kernel, bias = model.get_weights()
    expected = np.clip(x, 0, 0.5).reshape(6, 12) @ kernel + bias
    np.testing.assert_allclose(model.predict(x), expected, atol=1e-5)
    model.compile("sgd", "mse")
    model.fit(x, np.ones((6, 2)), epochs=1, verbose=0)
    assert not np.allclose(model.get_weights()[0], kernel)
    with pytest.raises(ArgumentError, match="'layers' must be a list of layers"):
        Pipeline([3])
