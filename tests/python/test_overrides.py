"""Classes of the user's own: what they override is honoured, or refused when they are made."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from rdeep import Input, Layer, Metric, Model, Sequential, load_model, ops
from rdeep.callbacks import Callback
from rdeep.catalogue.overrides import REFUSED
from rdeep.constraints import MaxNorm
from rdeep.errors import ArgumentError, RdeepWarning
from rdeep.extending import Layer as CatalogueLayer
from rdeep.extending import Metric as CatalogueMetric
from rdeep.initializers import Constant
from rdeep.layers import BatchNormalization, Dense, Dropout
from rdeep.losses import MeanSquaredError
from rdeep.optimizers import Optimizer
from rdeep.regularizers import L2
from rdeep.schedules import ExponentialDecay

X = np.random.default_rng(1).normal(size=(32, 4)).astype("float32")
Y = X.sum(1, keepdims=True)


def doing_nothing(self, *args, **kwargs):
    return None


BASES = {
    "model": [Model, Sequential],
    "layer": [Layer],
    "catalogue layer": [CatalogueLayer],
    "loss": [MeanSquaredError],
    "metric": [CatalogueMetric],
    "stateful metric": [Metric],
    "optimizer": [Optimizer],
    "constraint": [MaxNorm],
    "regularizer": [L2],
    "initializer": [Constant],
    "schedule": [ExponentialDecay],
}


@pytest.mark.parametrize("kind", BASES)
def test_what_is_never_called_is_refused(kind):
    for base in BASES[kind]:
        for name in REFUSED[kind]:
            with pytest.raises(ArgumentError, match=rf"_Own overrides {name}\(\)") as caught:
                type("_Own", (base,), {name: doing_nothing})
            assert caught.value.hint


@pytest.mark.parametrize("base", [Layer, Model])
def test_how_a_class_is_saved_is_spoken_of(base):
    for name in ("save_own_variables", "load_own_variables", "save_assets", "load_assets"):
        with pytest.warns(RdeepWarning, match=rf"{name}\(\), which rdeep does not call"):
            type("_Own", (base,), {name: doing_nothing})


def test_misspelt_callbacks_are_refused():
    with pytest.raises(ArgumentError, match="on_epoch_finish") as caught:
        type("Own", (Callback,), {"on_epoch_finish": doing_nothing})
    assert "on_epoch" in caught.value.hint

    class Older(Callback):
        seen = 0

        def on_batch_end(self, batch, logs):
            self.seen += 1

    model = Sequential([Dense(1)], input_shape=(4,))
    model.compile("sgd", "mse")
    older = Older()
    model.fit(X, Y, verbose=0, batch_size=8, callbacks=older)
    assert older.seen == 4


class TwoLayers(Model):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.first, self.normal = Dense(units, "relu"), BatchNormalization()
        self.dropout = Dropout(0.5)

    def build(self, input_shape):
        self.last = Dense(1, name=f"last_of_{input_shape[-1]}")

    def call(self, inputs, training=False):
        hidden = self.normal(self.first(inputs))
        return self.last(self.dropout(hidden) if training else hidden * 1.0)


def test_call_of_a_model_is_honoured(backend, tmp_path):
    model = TwoLayers(8, backend=backend, name="two")
    assert not model.is_built
    model.compile("adam", "mse", metrics=["mae"])
    history = model.fit(X, Y, epochs=3, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0] * 2
    kernel, _ = model.first._ownership.owner.weights_of(model.first).values()
    assert kernel.shape == (4, 8)
    expected = model.predict(X)
    assert np.array_equal(expected, model.predict(X))
    model.save(path := str(tmp_path / "model.rdeep"))
    for same in (load_model(path), copy.deepcopy(model), model.copy(), model.to_backend(backend)):
        np.testing.assert_allclose(same.predict(X), expected, rtol=1e-5, atol=1e-6)
    assert model.clone().count_params() == model.count_params()
    inner = Input((4,))
    np.testing.assert_allclose(
        Model(inner, model(inner), backend=backend).predict(X), expected, rtol=1e-5, atol=1e-6
    )


def test_models_of_several_inputs_and_outputs(backend):
    class Both(Model):
        def __init__(self, **options):
            super().__init__(**options)
            self.a, self.b = Dense(2, name="a"), Dense(3, name="b")

        def call(self, inputs):
            total = ops.concatenate([inputs["left"], inputs["right"]], axis=-1)
            return self.a(total), self.b(inputs["left"])

    model = Both(backend=backend)
    one, two = model.predict({"left": X, "right": X[:, :2]})
    assert one.shape == (32, 2) and two.shape == (32, 3)
    assert [layer.name for layer in model.layers if layer.weights] == ["a", "b"]


def test_what_contradicts_itself_is_refused():
    with pytest.raises(ArgumentError, match="Sequential is the chain"):
        type("Own", (Sequential,), {"call": doing_nothing})
    x = Input((4,))
    own = type("Own", (Model,), {"call": lambda self, inputs: inputs})
    with pytest.raises(ArgumentError, match="takes no 'inputs'"):
        own(x, x)
    with pytest.raises(ArgumentError, match="must return what it computed"):
        type("Own", (Model,), {"call": doing_nothing})().predict(X)

    class Wrong(Layer):
        def call(self, inputs):
            return inputs[:, :2]

        def compute_output_shape(self, input_shape):
            return input_shape

    with pytest.warns(RdeepWarning, match=r"compute_output_shape\(\) of Wrong says .* counts"):
        assert Wrong()(x).shape == (None, 2)

    class Right(Wrong):
        def compute_output_shape(self, input_shape):
            return (input_shape[0], 2)

    assert Right()(x).shape == (None, 2)


def test_a_metric_starts_again_where_it_started():
    class Mean(Metric):
        def __init__(self, start):
            super().__init__("mean")
            self.total, self.start = self.add_variable(()), start

        def update_state(self, y_true, y_pred):
            self.total.assign_add(ops.mean(y_pred))

        def result(self):
            return self.total

        def reset_state(self):
            self.total.assign(self.start)

    model = Sequential([Dense(1)], input_shape=(4,))
    model.compile("sgd", "mse", metrics=[Mean(0.0)])
    assert "mean" in model.evaluate(X, Y, return_dict=True)
    with pytest.raises(ArgumentError, match=r"reset_state\(\) of mean"):
        model.compile("sgd", "mse", metrics=[Mean(5.0)])
