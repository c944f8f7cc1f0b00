"""Constructors take what Keras's take: each name of its modules, each argument, or a reason."""

from __future__ import annotations

import importlib
import inspect

import keras
import numpy as np
import pytest

import rdeep
from rdeep import initializers, layers, losses, optimizers
from rdeep.errors import RdeepError

KINDS = (
    *("layers", "losses", "metrics", "optimizers", "initializers", "regularizers"),
    *("callbacks", "constraints"),
)
QUANTIZED = "weights are not quantized"
CLASSES_WITHOUT = {
    "layers.ContrastLimitedAdaptiveHistogramEqualization": "not written yet",
    "layers.FlaxLayer": "there is no engine that computes by JAX",
    "layers.JaxLayer": "there is no engine that computes by JAX",
    "layers.TFSMLayer": "an engine's object, which R's layer_tfsm() wraps",
    "layers.TorchModuleWrapper": "an engine's object, which R's function of its name wraps",
    "optimizers.MultiOptimizer": "models of several optimizers are trained in phases",
    "optimizers.OptimizerMap": "models of several optimizers are trained in phases",
    "callbacks.CallbackList": "the session holds the callbacks",
    "callbacks.OrbaxCheckpoint": "a file format of JAX's",
    "callbacks.ProgbarLogger": "`verbose` says what is shown",
}
ARGUMENTS_WITHOUT = {
    "layers.Dense": {"quantization_config": QUANTIZED},
    "layers.EinsumDense": {
        "quantization_config": QUANTIZED,
        "gptq_unpacked_column_size": QUANTIZED,
    },
    "layers.Embedding": {"quantization_config": QUANTIZED},
    "layers.InputLayer": {"optional": "not written yet"},
    "layers.IntegerLookup": {"oov_method": "hashes are salted", "salt": "not written yet"},
    "layers.StringLookup": {"salt": "not written yet"},
    "callbacks.LambdaCallback": dict.fromkeys(
        (
            *("on_epoch_begin", "on_epoch_end", "on_train_begin", "on_train_end"),
            *("on_train_batch_begin", "on_train_batch_end"),
        ),
        "it takes any hook by its name",
    ),
}


def classes():
    for kind in KINDS:
        theirs, own = getattr(keras, kind), importlib.import_module(f"rdeep.{kind}")
        for name in dir(theirs):
            if name[0] != "_" and inspect.isclass(getattr(theirs, name)):
                yield f"{kind}.{name}", getattr(theirs, name), getattr(own, name, None)


def test_every_class_is_there():
    missing = {name for name, _, own in classes() if own is None}
    assert missing == set(CLASSES_WITHOUT)


def test_every_argument_is_there():
    missing = {}
    for name, theirs, own in classes():
        if own is None:
            continue
        wanted = [*inspect.signature(theirs.__init__).parameters][1:]
        found = inspect.signature(own).parameters
        lacking = {each for each in wanted if each not in found} - {"args", "kwargs"}
        if lacking:
            missing[name] = lacking
    assert missing == {name: set(reasons) for name, reasons in ARGUMENTS_WITHOUT.items()}


# Options that came late --------------------------------------------------------------------------

VECTORS = np.arange(12, dtype="float32").reshape(4, 3)


def model_of(*given, backend):
    return rdeep.Sequential(list(given), backend=backend)


@pytest.mark.parametrize("given", [VECTORS, [VECTORS], VECTORS.tolist()])
def test_embeddings_start_from_given_vectors(backend, given, tmp_path):
    given = np.array(given) if isinstance(given, list) and not hasattr(given[0], "shape") else given
    layer = layers.Embedding(4, 3, weights=given)
    model = model_of(rdeep.Input((2,), dtype="int32"), layer, backend=backend)
    np.testing.assert_array_equal(model.predict(np.array([[1, 3]]))[0], VECTORS[[1, 3]])
    model.save(tmp_path / "m.rdeep")
    again = rdeep.load_model(tmp_path / "m.rdeep")
    np.testing.assert_array_equal(again.get_weights()[0], VECTORS)


def test_given_vectors_that_do_not_fit_are_refused():
    with pytest.raises(RdeepError, match=r"'weights' must be an array of shape \(4, 3\)"):
        layers.Embedding(4, 3, weights=np.ones((3, 3)))


def test_weights_start_from_an_array(backend):
    start = initializers.Constant([1.0, 2.0, 3.0])
    dense = layers.Dense(3, kernel_initializer=start)
    found = model_of(rdeep.Input((2,)), dense, backend=backend).get_weights()[0]
    wanted = keras.initializers.Constant([1.0, 2.0, 3.0])((2, 3))
    np.testing.assert_array_equal(found, wanted)
    with pytest.raises(RdeepError, match=r"does not fit a weight of shape \(2, 4\)"):
        model_of(
            rdeep.Input((2,)), layers.Dense(4, kernel_initializer=start), backend=backend
        ).get_weights()


@pytest.mark.parametrize("name", ["AdamW", "SGD", "Muon"])
@pytest.mark.few_on_tensorflow("AdamW")
def test_weights_are_left_out_of_weight_decay(backend, name):
    x, y = np.ones((4, 2), "float32"), np.ones((4, 3), "float32")
    start = {"kernel_initializer": "ones", "bias_initializer": "ones"}
    found = []
    for module, sequential in ((optimizers, None), (keras.optimizers, keras.Sequential)):
        rule = getattr(module, name)(0.01, weight_decay=0.5)
        rule.exclude_from_weight_decay(var_names=["bias"])
        if sequential is None:
            model = model_of(rdeep.Input((2,)), layers.Dense(3, **start), backend=backend)
        else:
            model = sequential([keras.layers.Dense(3, **start)])
        model.compile(rule, "mse")
        model.fit(x, y, epochs=3, verbose=0)
        found.append(model.get_weights())
    for one, other in zip(*found):
        np.testing.assert_allclose(one, other, atol=2e-4)


def test_weights_are_left_out_by_themselves(backend):
    model = model_of(rdeep.Input((2,)), layers.Dense(3), backend=backend)
    before = model.get_weights()
    rule = optimizers.SGD(0.1, weight_decay=0.5)
    rule.exclude_from_weight_decay(var_list=[next(iter(model.graph.weights()))])
    model.compile(rule, losses.MeanSquaredError())
    x = np.zeros((4, 2), "float32")
    model.fit(x, np.zeros((4, 3), "float32"), epochs=1, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


def test_dropped_channels_are_computed_in_a_type_of_their_own(backend):
    layer = layers.SpatialDropout1D(0.5, dtype="float16")
    model = model_of(rdeep.Input((3, 2)), layer, layers.Dense(1), backend=backend)
    assert model.predict(np.ones((2, 3, 2))).dtype == np.float32
    alone = model_of(rdeep.Input((3, 2)), layer, backend=backend)
    x = np.full((1, 3, 2), 1 / 3, "float32")
    np.testing.assert_array_equal(alone.predict(x), x.astype("float16").astype("float32"))
