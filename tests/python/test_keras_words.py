"""What Keras's scripts ask of layers, metrics, optimizers and structures by Keras's names."""

from __future__ import annotations

import importlib.util
import inspect
from collections import OrderedDict

import keras
import numpy as np
import pytest

import rdeep
from rdeep import dtype_policies, layers, metrics, mixed_precision, ops, optimizers, tree
from rdeep.catalogue.registry import from_config, records
from rdeep.engines.objective import Objective, OutputPlan
from rdeep.errors import ArgumentError, RdeepWarning, ShapeError, StateError

X = np.random.default_rng(3).normal(size=(16, 4)).astype(np.float32)
Y = X.sum(-1, keepdims=True)


def test_steps_by_hand_heed_all_options(backend):
    def value(optimizer, gradients, start=(1.0, 2.0)):
        variable = rdeep.Variable(list(start), backend=backend)
        for gradient in gradients:
            optimizer.apply([np.full(2, gradient, np.float32)], [variable])
        return variable.numpy()

    scaled = optimizers.SGD(1.0, loss_scale_factor=4.0)
    assert scaled.scale_loss(2.0) == 8.0
    np.testing.assert_allclose(value(scaled, [1.0]), [0.75, 1.75])
    rates = iter([0.1, 0.2])
    np.testing.assert_allclose(
        value(optimizers.SGD(learning_rate=lambda: next(rates)), [1.0, 1.0]),
        [0.7, 1.7],
        rtol=1e-6,
    )
    averaged = optimizers.SGD(1.0, use_ema=True, ema_momentum=0.9)
    value(averaged, [1.0, 1.0])
    averaged.finalize_variable_values()
    np.testing.assert_allclose(
        averaged.rule.__dict__["_steps"].variables[0].numpy(), [-0.1, 0.9], rtol=1e-6
    )
    dynamic = optimizers.LossScaleOptimizer(optimizers.Adam(0.5), initial_scale=8.0)
    assert dynamic.scale_loss(2.0) == 16.0
    found = value(dynamic, [8.0, np.inf, 16.0, -4.0])
    assert dynamic.loss_scale == 4.0
    expected = value(optimizers.Adam(0.5), [1.0, 4.0, -1.0])
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_variables_of_one_name_are_told_apart(backend):
    kept, left = (rdeep.Variable(2.0, backend=backend) for _ in range(2))
    named = rdeep.Variable(2.0, name="exclude", backend=backend)
    for excluded in ({"var_list": [left]}, {"var_names": ["exclude"]}):
        optimizer = optimizers.SGD(1.0, weight_decay=0.5)
        optimizer.exclude_from_weight_decay(**excluded)
        optimizer.apply([np.float32(0.0)] * 3, [kept, left, named])
    values = [float(each.numpy()) for each in (kept, left, named)]
    assert values == [0.5, 1.0, 1.0]


def test_a_rate_may_be_a_function(backend):
    asked = []

    def rate():
        asked.append(1)
        return 0.1

    model = rdeep.Sequential([rdeep.Input((4,)), layers.Dense(1)], backend=backend)
    model.compile(optimizers.SGD(learning_rate=rate), "mse")
    history = model.fit(X, Y, batch_size=8, epochs=2, verbose=0)
    assert len(asked) >= 4 and history.history["loss"][1] < history.history["loss"][0]
    with pytest.raises(StateError, match="no file can hold"):
        model.optimizer.to_data()
    with pytest.raises(ArgumentError, match="must return a number"):
        rdeep.Sequential([rdeep.Input((4,)), layers.Dense(1)]).compile(
            optimizers.SGD(lambda: -1.0), "mse"
        )


def test_weighted_metrics_have_names_of_their_own():
    plan = OutputPlan("a", rdeep.losses.MeanSquaredError())
    plan.metrics, plan.weighted_metrics = [metrics.MeanSquaredError()], [metrics.MeanSquaredError()]
    names = ["mean_squared_error", "weighted_mean_squared_error"]
    assert Objective([plan], [None]).metric_names() == names


@pytest.mark.parametrize("loss", [["mse", ["mae"]], {"a": ["mse"], "b": "mae"}])
def test_a_loss_may_be_alone_in_a_list(loss):
    x = rdeep.Input((4,))
    model = rdeep.Model(x, {"a": layers.Dense(1)(x), "b": layers.Dense(1)(x)})
    model.compile("sgd", loss)
    logs = model.train_on_batch(X, {"a": Y, "b": Y}, return_dict=True)
    assert set(logs) == {"loss", "a_loss", "b_loss"}


def test_layers_say_their_types():
    plain, mixed = layers.Dense(2), layers.Dense(2, dtype="mixed_bfloat16")
    said = [(d.dtype, d.compute_dtype, d.variable_dtype, d.dtype_policy) for d in (plain, mixed)]
    theirs = [keras.layers.Dense(2), keras.layers.Dense(2, dtype="mixed_bfloat16")]
    assert said == [
        (d.dtype, d.compute_dtype, d.variable_dtype, d.dtype_policy.name) for d in theirs
    ]
    assert mixed.dtype_policy.name == "mixed_bfloat16" == mixed.replace(units=3).dtype_policy
    assert from_config("layer", mixed.to_data()).dtype_policy == mixed.dtype_policy
    ours, expected = (each.get_config()["dtype"] for each in (mixed, theirs[1]))
    assert ours == expected
    assert layers.Dense.from_config(mixed.get_config()).dtype_policy == mixed.dtype_policy
    model = rdeep.Sequential([layers.Dense(1)])
    assert (model.dtype, model.compute_dtype, model.dtype_policy) == ("float32",) * 3


def test_policies_are_objects():
    policy = rdeep.DTypePolicy("mixed_float16")
    assert (policy.name, policy.compute_dtype, policy.variable_dtype) == (
        *("mixed_float16", "float16", "float32"),
    )
    assert dtype_policies.deserialize(dtype_policies.serialize(policy)) == policy
    before = mixed_precision.global_policy()
    mixed_precision.set_global_policy(policy)
    assert rdeep.config.dtype_policy().name == policy.name
    mixed_precision.set_global_policy(before)


def test_no_layer_hides_its_weights():
    hidden = []
    for name, cls in records("layer").items():
        for case in cls.cases():
            if hasattr(keras.layers, name):
                shapes = case.shapes if hasattr(case, "shapes") else ()
                layer = cls(**case.options)
                declared = layer.weights(*((None, *shape) for shape in shapes))
                hidden += [(name, w.name) for w in declared if hasattr(cls, w.name)]
    assert not hidden


def test_layers_say_the_shapes_of_outputs():
    attention = layers.MultiHeadAttention(2, 3)
    shapes = {"query_shape": (None, 5, 4), "value_shape": (None, 6, 4)}
    assert attention.compute_output_shape(**shapes) == (None, 5, 4)
    assert attention.compute_output_shape(*shapes.values()) == (None, 5, 4)
    attention.build(**shapes)
    assert len(attention.weights) == 8
    assert layers.Add().compute_output_shape([(None, 3), (None, 3)]) == (None, 3)
    spec = layers.Conv1D(2, 3).compute_output_spec(rdeep.KerasTensor((None, 7, 4)))
    assert spec.shape == (None, 5, 2) and isinstance(spec, rdeep.KerasTensor)
    conv = layers.Conv1D(2, 3)
    conv.build((None, 7, 4))
    conv.bias.assign(np.ones(2))
    np.testing.assert_array_equal(conv.bias.numpy(), np.ones(2))
    mask = layers.Masking().compute_mask(np.ones((1, 2, 3)), mask=None)
    assert np.asarray(mask).shape == (1, 2)


def test_layers_refuse_what_their_input_spec_excludes():
    class Narrow(rdeep.Layer):
        def __init__(self, **spec):
            super().__init__()
            self.input_spec = rdeep.InputSpec(**spec)

        def call(self, inputs):
            return inputs

    for spec, words in (
        ({"ndim": 3}, "3 dimensions"),
        ({"min_ndim": 3}, "at least 3"),
        ({"max_ndim": 1}, "at most 1"),
        ({"axes": {-1: 5}}, "size 5 along the axis -1"),
        ({"shape": (None, 5)}, "the shape"),
    ):
        with pytest.raises(ShapeError, match=words):
            Narrow(**spec)(rdeep.Input((4,)))
    with pytest.raises(ArgumentError, match="type 'int32'"):
        Narrow(dtype="int32")(rdeep.Input((4,)))
    assert Narrow(shape=(None, 4), axes={1: 4})(rdeep.Input((4,))).shape == (None, 4)
    again = layers.InputSpec.from_config(rdeep.InputSpec(ndim=2).get_config())
    assert again.ndim == 2


def test_metrics_show_what_they_added_up(backend):
    metric = metrics.BinaryAccuracy()
    assert [float(each.numpy()) for each in metric.variables] == [0.0, 0.0]
    metric.update_state([[1.0], [0.0]], [[0.9], [0.8]])
    assert [float(each.numpy()) for each in metric.variables] == [1.0, 2.0]


def test_tensors_are_repeated_as_often_as_another_says(backend):
    x = rdeep.Input((3,))
    rows = ops.tile(np.ones((1, 2), np.float32), (ops.shape(x)[0], 1))
    model = rdeep.Model(x, ops.concatenate([x, rows], axis=-1), backend=backend)
    assert np.asarray(ops.convert_to_numpy(model(np.ones((5, 3), np.float32)))).shape == (5, 5)
    with pytest.raises(ArgumentError, match="'repeats'"):
        ops.tile(np.ones(3), -1)


def test_a_step_need_not_call_its_model(backend):
    class Idle(rdeep.Model):
        def __init__(self):
            super().__init__(backend=backend)
            self.dense = layers.Dense(1)

        def call(self, inputs):
            return self.dense(inputs)

        def train_step(self, data):
            return {"loss": ops.mean(data[0]) * float("nan")}

    model = Idle()
    model.compile("sgd", "mse")
    with pytest.warns(RdeepWarning):
        history = model.fit(X, Y, epochs=3, verbose=0, on_nan="stop")
    assert "loss" not in history.history


STRUCTURE = {"b": [1, (2, None)], "a": OrderedDict([("z", 3), ("y", 4)])}


def test_structures_are_taken_apart_as_in_keras():
    for name in ("flatten", "flatten_with_path", "lists_to_tuples"):
        assert getattr(tree, name)(STRUCTURE) == getattr(keras.tree, name)(STRUCTURE)
    doubled = tree.map_structure(lambda x: x and 2 * x, STRUCTURE)
    assert doubled == keras.tree.map_structure(lambda x: x and 2 * x, STRUCTURE)
    assert tree.pack_sequence_as(STRUCTURE, tree.flatten(STRUCTURE)) == STRUCTURE
    assert tree.map_structure_up_to({"a": 0, "b": 0}, len, STRUCTURE) == {"a": 2, "b": 2}
    assert tree.map_shape_structure(len, {"a": (None, 3)}) == {"a": 2}
    tree.assert_same_paths([1, 2], (3, 4))
    for check in (tree.assert_same_structure, lambda a, b: tree.map_structure(max, a, b)):
        with pytest.raises(ValueError, match="don't have the same"):
            check([1, 2], (1, 2))
    with pytest.raises(ArgumentError, match="leaves"):
        tree.pack_sequence_as([1, 2], [1])
    with pytest.raises(ArgumentError, match="same paths"):
        tree.assert_same_paths([1], [1, 2])


def test_files_keep_what_steps_by_hand_came_to(backend, tmp_path):
    def network():
        return rdeep.Sequential([rdeep.Input((4,)), layers.Dense(1)], backend=backend, seed=1)

    def step(model):
        def loss():
            return model.compute_loss(X, Y, model(X, training=True))

        variables = model.trainable_variables
        model.optimizer.apply(rdeep.gradients_of(loss, variables), variables)

    model = network()
    optimizer = optimizers.AdamW(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    model.compile(optimizer, "mse")
    step(model)
    step(model)
    model.save(tmp_path / "a.rdeep")
    again = rdeep.load_model(tmp_path / "a.rdeep")
    assert int(again.optimizer.iterations) == 2
    for each in (model, again):
        step(each)
    for ours, theirs in zip(model.get_weights(), again.get_weights()):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert again.optimizer.excluded.paths == {"dense/bias"}


@pytest.mark.parametrize("engine", ["torch", "tensorflow"])
def test_models_are_exported(engine, tmp_path):
    model = rdeep.Sequential([rdeep.Input((4,)), layers.Dense(1)], backend=engine)
    expected = model.predict(X, verbose=0)
    path = tmp_path / "exported"
    model.export(path)
    if engine == "torch":
        import torch

        found = torch.export.load(path).module()(torch.from_numpy(X)).detach().numpy()
    else:
        import tensorflow as tf

        loaded = tf.saved_model.load(str(path))
        found = np.asarray(loaded.serve(X))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    with pytest.raises(ArgumentError, match="'format' must be"):
        model.export(path, format="none")
    with pytest.raises(StateError, match="input shape is not known"):
        rdeep.Sequential([layers.Dense(1)]).export(path)
    if importlib.util.find_spec("onnx") is None:
        with pytest.raises(ImportError, match="needs 'onnx'"):
            model.export(path, format="onnx")


def test_callbacks_are_called_without_logs():
    for cls in records("callback").values():
        hooks = [getattr(cls, name) for name in dir(cls) if name.startswith("on_")]
        for hook in filter(inspect.isfunction, hooks):
            logs = inspect.signature(hook).parameters.get("logs")
            assert logs is None or logs.default is not logs.empty, hook
    rdeep.callbacks.Callback().on_epoch_end(0)
