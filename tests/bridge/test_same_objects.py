"""A model made by R's functions is the core's own, with the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

import rdeep
from rdeep import Sequential
from rdeep.layers import LSTM, Conv2D, Dense, Dropout, Flatten, MaxPooling2D

SHAPES = {"dense": (4,), "conv": (8, 8, 1), "lstm": (5, 3)}
IN_R = {
    "dense": "layer_dense(8, activation = 'relu') |> layer_dropout(0.2) |>"
    " layer_dense(3, activation = 'softmax')",
    "conv": "layer_conv_2d(4, c(3, 3), activation = 'relu') |> layer_max_pooling_2d(c(2, 2)) |>"
    " layer_flatten() |> layer_dense(3, activation = 'softmax')",
    "lstm": "layer_lstm(6) |> layer_dense(3, activation = 'softmax')",
}


def in_python(kind):
    return {
        "dense": lambda: [Dense(8, "relu"), Dropout(0.2), Dense(3, "softmax")],
        "conv": lambda: [
            Conv2D(4, (3, 3), activation="relu"),
            MaxPooling2D((2, 2)),
            Flatten(),
            Dense(3, "softmax"),
        ],
        "lstm": lambda: [LSTM(6), Dense(3, "softmax")],
    }[kind]()


def data(kind):
    """Numbers that both languages compute alike: no random generator is involved."""
    shape = SHAPES[kind]
    n = 40
    x = np.sin(np.arange(n * int(np.prod(shape)), dtype=np.float64)).reshape(n, *shape)
    return x, np.arange(n) % 3


def define_data(r, kind):
    size = ", ".join(str(d) for d in reversed(SHAPES[kind]))
    dims = len(SHAPES[kind]) + 1
    order = ", ".join(str(i) for i in range(dims, 0, -1))
    count = 40 * int(np.prod(SHAPES[kind]))
    # R fills arrays with the first index fastest: reverse the dimensions, then turn them.
    r(f"x <- aperm(array(sin(0:({count} - 1)), c({size}, 40)), c({order}))")
    r("y <- 0:39 %% 3")


@pytest.mark.parametrize("kind", list(SHAPES))
def test_r_and_python_give_identical_numbers(r, kind, backend):
    x, y = data(kind)
    rdeep.set_random_seed(5)
    model = Sequential(in_python(kind), input_shape=SHAPES[kind], backend=backend)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=3, batch_size=16, verbose=0).history
    predicted = model.predict(x)

    define_data(r, kind)
    shape = ", ".join(str(d) for d in SHAPES[kind])
    r("set_random_seed(5)")
    r(
        f"model <- keras_model_sequential(input_shape = c({shape}), backend = '{backend}') |> "
        + IN_R[kind]
    )
    r("model |> compile('adam', 'sparse_categorical_crossentropy', metrics = 'accuracy')")
    r("history <- fit(model, x, y, epochs = 3, batch_size = 16, verbose = 0)")
    assert list(r("history$metrics$loss")) == history["loss"]
    assert list(r("history$metrics$accuracy")) == history["accuracy"]
    np.testing.assert_array_equal(np.asarray(r("predict(model, x)")), predicted.astype(float))


def test_what_r_holds_is_the_model_itself(r):
    r("model <- keras_model_sequential(input_shape = 2, name = 'mine') |> layer_dense(1)")
    r("builtins <- reticulate::import('builtins')")
    r("reticulate::py_set_attr(builtins, 'from_r', reticulate::r_to_py(model))")
    import builtins

    model = builtins.from_r
    assert type(model) is Sequential
    assert model.name == "mine"
    model.set_weights([np.full((2, 1), 3.0), np.array([1.0])])
    assert list(r("predict(model, matrix(c(1, 2), 1))")) == [10.0]


def test_r_draws_between_do_not_change_the_seed_of_the_core(r):
    losses = []
    for draws in (0, 1, 2000):
        r("set_random_seed(3)")
        r(f"invisible(runif({draws}))")
        r("model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)")
        losses.append(list(r("as.vector(get_weights(model)[[1]])")))
    rdeep.set_random_seed(3)
    expected = Sequential([Dense(1)], input_shape=2).get_weights()[0].ravel().astype(float)
    for got in losses:
        assert got == list(expected)


def test_set_seed_governs_when_it_was_called_last(r):
    def draw():
        r("model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)")
        return list(r("as.vector(get_weights(model)[[1]])"))

    r("set_random_seed(3)")
    core = draw()
    r("set.seed(3)")
    first = draw()
    r("set.seed(3)")
    assert draw() == first
    assert first != core


def test_a_file_written_by_r_is_read_by_python(r, tmp_path):
    path = tmp_path / "model.rdeep"
    define_data(r, "dense")
    r("model <- keras_model_sequential(input_shape = 4) |> layer_dense(3, activation = 'softmax')")
    r("model |> compile('sgd', 'sparse_categorical_crossentropy')")
    r("history <- fit(model, x, y, epochs = 1, verbose = 0)")
    r(f"save_model(model, '{path}')")
    model = rdeep.load_model(str(path), backend="tensorflow")
    x, _ = data("dense")
    np.testing.assert_allclose(model.predict(x), np.asarray(r("predict(model, x)")), atol=1e-6)


def test_errors_of_the_core_are_conditions_of_r(r):
    r("caught <- tryCatch(layer_dense(units = -1), error = identity)")
    assert "'units' must be a positive whole number, not -1." in r("conditionMessage(caught)")[0]
    assert list(r("class(caught)"))[:2] == ["rdeep_error_argument", "rdeep_error"]
