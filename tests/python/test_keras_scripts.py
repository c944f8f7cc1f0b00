"""What scripts for Keras do that is of no one module: nested data, cloning, calls without state."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import rdeep as keras
from rdeep import callbacks, initializers, layers, ops, optimizers
from rdeep.errors import ArgumentError, DependencyError, StateError
from rdeep.graph.dot import dot_text
from rdeep.tree import map_structure

X = np.random.default_rng(1).normal(size=(6, 4)).astype("float32")
WORD = np.random.default_rng(2).normal(size=(6, 3)).astype("float32")


def array(value):
    return ops.convert_to_numpy(value)


def shapes(structure):
    return map_structure(lambda each: tuple(each.shape), structure)


# Nested inputs and outputs -----------------------------------------------------------------------

GIVEN = {"u": ((6, 2), [(6, 1)]), "v": (6, 3)}


def nested_model(backend):
    a, b, c = (keras.Input((4,), name="a"), keras.Input((4,)), keras.Input((3,)))
    hidden = layers.Concatenate()([a, b, c])
    first, second = layers.Dense(2, name="first")(hidden), layers.Dense(1, name="second")(hidden)
    third = layers.Dense(3, name="third")(hidden)
    outputs = {"u": (first, [second]), "v": third}
    return keras.Model({"p": [a, b], "q": {"c": c}}, outputs, backend=backend)


NESTED = {"p": [X, X], "q": {"c": WORD}}
TARGETS = {"u": (X[:, :2], [X[:, :1]]), "v": WORD}


def test_models_take_and_give_nested_data(backend, tmp_path):
    model = nested_model(backend)
    assert shapes(model(NESTED)) == shapes(model.predict(NESTED)) == GIVEN
    assert shapes(model.input) == {"p": [(None, 4)] * 2, "q": {"c": (None, 3)}}
    losses = {"u": ("mse", ["mae"]), "v": "mse"}
    metrics = {"u": ("mae", ["mse"]), "v": ["mae"]}
    model.compile("sgd", losses, metrics=metrics, loss_weights={"u": (1.0, [0.5]), "v": 2.0})
    history = model.fit(NESTED, TARGETS, verbose=0, validation_split=0.5).history
    assert {"first_mae", "second_mse", "third_mae", "val_loss"} <= set(history)
    model.fit(((NESTED, TARGETS) for _ in range(2)), steps_per_epoch=2, verbose=0)
    wanted = model.predict(NESTED)
    for name in ("m.rdeep", "m.keras"):
        model.save(tmp_path / name)
        found = keras.load_model(tmp_path / name).predict(NESTED)
        assert shapes(found) == GIVEN
        np.testing.assert_allclose(found["u"][1][0], wanted["u"][1][0], atol=1e-6)
    again = keras.Model.from_config(model.get_config())
    assert shapes(keras.models.clone_model(again)(NESTED)) == GIVEN
    entry = map_structure(lambda each: keras.Input(each.shape[1:]), NESTED)
    assert shapes(keras.Model(entry, model(entry)).predict(NESTED)) == GIVEN


def test_calls_of_classes_take_and_give_nested_data(backend):
    class Parts(layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, parts):
            return {"z": (self.dense(parts["p"][0]), parts["q"]["c"])}

    class Whole(keras.Model):
        def __init__(self):
            super().__init__(backend=backend)
            self.parts = Parts()

        def call(self, parts, training=False):
            return self.parts(parts)

    wanted, model = {"z": ((6, 2), (6, 3))}, Whole()
    assert shapes(model(NESTED)) == shapes(model.predict(NESTED)) == wanted
    model.compile("sgd", {"z": ("mse", None)})
    model.fit(NESTED, {"z": (X[:, :2], WORD)}, verbose=0)
    assert shapes(Parts()(NESTED)) == wanted


# Layers of models, and cloning -------------------------------------------------------------------


def small(**options):
    chain = [keras.Input((4,)), layers.Dense(3, name="one"), layers.BatchNormalization()]
    return keras.Sequential([*chain, layers.Dense(2, name="two")], **options)


def test_layers_of_a_model_are_of_their_classes():
    model = small()
    kinds = (layers.Dense, layers.BatchNormalization, layers.Dense)
    assert all(map(isinstance, model.layers, kinds))
    assert not isinstance(model.layers[0], layers.Dropout)
    dense = layers.Dense(2)
    chain = keras.Sequential([keras.Input((4,)), dense])
    assert dense in chain.layers and chain.layers[0].get_config()["name"] == "dense"


def test_layers_are_cloned_and_applied_by_functions():
    def renamed(layer):
        config = layer.get_config()
        return type(layer).from_config({**config, "name": f"{config['name']}_again"})

    inner = small(name="inner")
    entry = keras.Input((4,))
    model = keras.Model(entry, layers.Dense(1, name="last")(inner(entry)))
    flat = keras.models.clone_model(inner, clone_function=renamed)
    assert flat.layers[0].name == "one_again"
    whole = keras.models.clone_model(model, clone_function=renamed, recursive=True)
    assert "inner/one_again/kernel" in [w.path for w in whole.weights]
    seen = []

    def called(layer, *args, **kwargs):
        seen.append(layer.name)
        return 2.0 * layer(*args, **kwargs)

    doubled = keras.models.clone_model(keras.Model(entry, layers.Dense(1)(entry)))
    twice = keras.models.clone_model(doubled, call_function=called, input_tensors=[entry])
    assert len(seen) == 1
    for weights, other in zip(twice.weights, doubled.weights):
        weights.assign(other.numpy())
    np.testing.assert_allclose(twice.predict(X), 2 * doubled.predict(X), rtol=1e-6)


def test_models_are_layers_before_their_input_is_known(backend):
    def parts():
        return keras.Sequential([layers.Dense(3), layers.Dense(2)], backend=backend)

    model = keras.Sequential([parts(), layers.Dense(1)], backend=backend)
    assert [layer.named_after() for layer in model.layers] == ["sequential", "dense"]
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0)
    assert len(model.weights) == 6
    steps = np.stack([X, X], 1)
    by_steps = keras.Sequential([layers.TimeDistributed(parts())], backend=backend)
    assert by_steps.predict(steps).shape == (6, 2, 2)
    unbuilt = keras.Sequential([parts()])
    assert keras.models.clone_model(unbuilt).predict(X).shape == (6, 2)
    with pytest.raises(StateError, match="'sequential' was not applied to anything yet"):
        unbuilt.to_bytes()


# Layers of one's own -----------------------------------------------------------------------------


class Scaled(layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")

    def call(self, inputs):
        self.types = inputs.dtype, self.scale.dtype
        return inputs * self.scale


@pytest.mark.parametrize(
    ("dtype", "computed"),
    [
        (None, "float32"),
        ("float16", "float16"),
        (keras.DTypePolicy("mixed_bfloat16"), "bfloat16"),
        ({"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}, "float16"),
    ],
)
def test_layers_of_ones_own_compute_in_a_type(dtype, computed):
    layer = Scaled(name="own", trainable=True, activity_regularizer="l2", dtype=dtype)
    layer(X)
    assert layer.types == (computed, computed) and layer.compute_dtype == computed
    assert layer.variable_dtype == "float32"
    model = keras.Sequential([layer])
    assert model.predict(X).dtype == np.float32
    again = Scaled.from_config(layer.get_config())
    assert again.compute_dtype == computed


def test_layers_of_ones_own_refuse_what_they_do_not_know():
    with pytest.raises(ArgumentError, match="has no option 'other'"):
        Scaled(other=1)
    with pytest.raises(ArgumentError, match="'layer' must be a layer"):
        layers.Wrapper(1)

    class Twice(layers.Wrapper):
        def call(self, inputs):
            return 2.0 * self.layer(inputs)

    inner = layers.Dense(2)
    np.testing.assert_allclose(array(Twice(inner)(X)), 2 * array(inner(X)), rtol=1e-6)


def test_subclasses_of_layers_and_metrics_keep_what_is_theirs():
    class Narrow(layers.Dense):
        def __init__(self, units, share=0.5, **options):
            super().__init__(units, **options)
            self.share = share

    class Error(keras.metrics.MeanSquaredError):
        def __init__(self, name="error", **options):
            super().__init__(name=name, **options)

    assert Narrow(2, share=0.1).share == 0.1
    assert float(Error()([1.0], [3.0])) == 4.0


# Inputs, masks, types ----------------------------------------------------------------------------


def test_inputs_are_declared_with_their_batch():
    layer = layers.InputLayer(batch_shape=(2, 3), dtype=None, sparse=True)
    assert (layer.shape, layer.batch_size, layer.dtype) == ((3,), 2, "float32")
    tensor = keras.Input((3,), dtype="int32")
    assert layers.InputLayer(input_tensor=tensor).dtype == "int32"
    assert keras.Input(tensor=tensor) is tensor
    with pytest.raises(ArgumentError, match="not both"):
        layers.InputLayer((3,), batch_shape=(1, 3))
    with pytest.raises(ArgumentError, match="padded"):
        keras.Input((3,), ragged=True)


def test_masks_and_flags_go_by_position():
    x, mask = np.stack([X, X], 1), np.array([[True, False]] * 6)
    for layer in (layers.GlobalAveragePooling1D(), layers.BatchNormalization()):
        np.testing.assert_array_equal(array(layer(x, mask)), array(layer(x, mask=mask)))
    entry = keras.Input((2, 4))
    assert layers.GlobalAveragePooling1D()(entry, keras.Input((2,), dtype="bool")).shape == (
        None,
        4,
    )
    assert not np.array_equal(array(layers.Dropout(0.5, seed=1)(X, True)), X)


def test_numbers_of_64_bits_stay_so():
    third = np.array([[1 / 3]])
    assert layers.Rescaling(1 / 7, dtype="float64")(third)[0, 0] == (1 / 3) * (1 / 7)
    layer = layers.Normalization(dtype="float64")
    layer.adapt(np.array([[1.0], [2.0], [4.0]]))
    mean, variance = 7 / 3, 14 / 9
    found = layer(third)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found[0, 0], (1 / 3 - mean) / variance**0.5, rtol=1e-6)


def test_names_in_configurations_may_be_those_of_get():
    found = optimizers.get({"class_name": "adam", "config": {"learning_rate": 0.1}})
    assert isinstance(found, optimizers.Adam) and found.learning_rate == pytest.approx(0.1)
    assert keras.random.SeedGenerator.from_config({"seed": 3}).get_config()["seed"] == 3


def test_variances_count_the_axes_that_are_named():
    one = initializers.VarianceScaling(seed=1, input_axes=0, output_axes=[1, 2])
    drawn = one.draw((20, 30, 40), np.random.default_rng(0))
    assert drawn.std() == pytest.approx(20**-0.5, rel=0.05)
    with pytest.raises(Exception, match="has no axis"):
        layers.Dense(2, kernel_initializer=initializers.HeNormal(input_axes=[3], output_axes=[0]))(
            X
        )


# Without state -----------------------------------------------------------------------------------


def test_models_are_functions_of_their_weights(backend):
    model = small(backend=backend)
    before = model.get_weights()
    trained = [ops.convert_to_tensor(2 * v.numpy()) for v in model.trainable_variables]
    others = [ops.convert_to_tensor(v.numpy()) for v in model.non_trainable_variables]
    found, _ = model.stateless_call(trained, others, X)
    _, moved, losses = model.stateless_call(trained, others, X, training=True, return_losses=True)
    assert not np.array_equal(array(moved[0]), array(others[0])) and losses == []
    for one, other in zip(model.get_weights(), before):
        np.testing.assert_array_equal(one, other)
    for variable, value in zip(model.trainable_variables, trained):
        variable.assign(value)
    np.testing.assert_allclose(array(found), model.predict(X), atol=1e-6)
    with pytest.raises(ArgumentError, match="must have 6 values, not 1"):
        model.stateless_call(trained[:1], others, X)
    dense = layers.Dense(1, kernel_initializer="ones")
    dense.build((None, 4))
    found = dense.stateless_call([np.ones((4, 1)), np.ones(1)], [], X)[0]
    np.testing.assert_allclose(array(found)[:, 0], X.sum(1) + 1, atol=1e-5)


def test_optimizers_are_functions_of_what_they_keep(backend):
    variable = keras.Variable(np.ones(3, "float32"), backend=backend)
    rule, by_hand = optimizers.Adam(0.1), optimizers.Adam(0.1)
    rule.build([variable])
    names = ["iterations", "learning_rate", "momentum/variable", "velocity/variable"]
    assert [each.path for each in rule.variables] == names
    kept, values = [each.value for each in rule.variables], [variable.value]
    for _ in range(3):
        values, kept = rule.stateless_apply(kept, [2 * np.ones(3)], values)
    np.testing.assert_array_equal(variable.numpy(), 1.0)
    for _ in range(3):
        by_hand.apply([2 * np.ones(3)], [variable])
    np.testing.assert_allclose(array(values[0]), variable.numpy(), rtol=1e-6)
    assert (int(rule.iterations), int(array(kept[0]))) == (0, 3)


def test_autograd_of_torch_knows_the_weights():
    torch = pytest.importorskip("torch")
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, "relu"), layers.Dense(1)], backend="torch"
    )
    x, y = torch.from_numpy(X), torch.ones(6, 1)

    def forward(weights):
        return torch.relu(x @ weights[0] + weights[1]) @ weights[2] + weights[3]

    weights = [v.value for v in model.trainable_variables]
    by_model = torch.autograd.grad(((model(x) - y) ** 2).mean(), weights)
    loss = ((forward(weights) - y) ** 2).mean()
    by_hand = torch.autograd.grad(loss, weights, create_graph=True)
    for one, other in zip(by_model, by_hand):
        torch.testing.assert_close(one, other)
    fast = [w - 0.1 * g for w, g in zip(weights, by_hand)]
    outer = ((forward(fast) - y) ** 2).mean()
    meta = torch.autograd.grad(outer, model.trainable_variables, retain_graph=True)
    outer.backward()
    for variable, gradient in zip(model.trainable_variables, meta):
        torch.testing.assert_close(variable.value.grad, gradient)


# For people to look at ---------------------------------------------------------------------------


def test_pictures_are_described_for_graphviz(monkeypatch, tmp_path):
    entry = keras.Input((4,))
    model = keras.Model(entry, layers.Dense(1)(small(name="inner")(entry)))
    text = dot_text(model, expand_nested=True, show_shapes=True, show_layer_names=True)
    assert 'label="inner"' in text and '"0" -> "1.0"' in text and '"1.3" -> "2"' in text
    assert r"two (Dense)\ninput: (None, 3)\noutput: (None, 2)" in text
    monkeypatch.setitem(sys.modules, "pydot", None)
    with pytest.raises(DependencyError, match="need pydot") as caught:
        keras.utils.plot_model(model, tmp_path / "m.png")
    assert "pip install" in str(caught.value.hint)
    with pytest.raises(ArgumentError, match="'rankdir' must be one of"):
        dot_text(model, rankdir="up")


def test_loops_show_how_far_they_are(capsys):
    bar = keras.utils.Progbar(2, verbose=2, stateful_metrics=["rate"])
    bar.add(1, [("loss", 1.0), ("rate", 1.0)])
    bar.add(1, [("loss", 0.5), ("rate", 2.0)])
    assert capsys.readouterr().out == "2/2 - loss: 0.7500 - rate: 2.0000\n"
    bar = keras.utils.Progbar(None, width=4)
    bar.update(3, finalize=True)
    assert capsys.readouterr().out.startswith("\r3/? [....]")


def test_histories_are_callbacks_too():
    model, kept = small(), callbacks.History()
    model.compile("sgd", "mse")
    found = model.fit(X, X[:, :2], epochs=2, verbose=0, callbacks=[kept])
    assert kept.epoch == [0, 1] and kept.history == found.history


def test_what_says_who_reads_data_has_no_effect():
    series = keras.utils.timeseries_dataset_from_array(X, None, 2, format="tf")
    assert next(series.open(0))[0].shape == (5, 2, 4)
    parts = keras.utils.split_dataset(X, 0.5, preferred_backend="torch")
    assert [str(part) for part in parts] == ["<dataset: 3 samples>"] * 2
