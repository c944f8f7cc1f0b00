"""Random operations in a user's layer: drawn at each step, the same on both engines."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep import Input, Layer, Model, load_model, ops, random
from rdeep.errors import ArgumentError

X = np.zeros((64, 3), "float32")


class Noise(Layer):
    """Returns random numbers of its input's shape."""

    def __init__(self, draw):
        super().__init__()
        self.draw, self.seeds = draw, random.SeedGenerator(3)

    def call(self, inputs):
        return self.draw(inputs, self.seeds) + inputs


DRAWS = {
    "normal": lambda x, seed: random.normal(ops.shape(x), 1.0, 2.0, seed=seed),
    "uniform": lambda x, seed: random.uniform((ops.shape(x)[0], 3), -1.0, 1.0, seed=seed),
    "truncated": lambda x, seed: random.truncated_normal(ops.shape(x), seed=seed),
    "integer": lambda x, seed: random.integer(ops.shape(x), 0, 4, dtype="float32", seed=seed),
    "dropout": lambda x, seed: random.dropout(x + 1.0, 0.5, seed=seed),
    "categorical": lambda x, seed: ops.cast(random.categorical(x, 3, seed=seed), "float32"),
}


def model(draw, backend):
    entry = Input((3,))
    return Model(entry, Noise(draw)(entry), backend=backend)


@pytest.mark.parametrize("name", list(DRAWS))
def test_engines_draw_the_same(name, tmp_path):
    found = [model(DRAWS[name], backend).predict(X) for backend in ("torch", "tensorflow")]
    np.testing.assert_allclose(*found, atol=1e-5)
    assert found[0].std() > 0.1
    kept = model(DRAWS[name], "torch")
    kept.save(tmp_path / "model.rdeep")
    np.testing.assert_allclose(load_model(tmp_path / "model.rdeep").predict(X), found[0])


def test_each_step_draws_anew(backend):
    noisy = model(DRAWS["normal"], backend)
    noisy.compile("sgd", "mse")
    losses = noisy.fit(X, X, epochs=4, batch_size=64, verbose=0).history["loss"]
    assert len({round(loss, 4) for loss in losses}) == 4
    assert np.mean(losses) == pytest.approx(5.0, rel=0.3)


def test_others_are_refused():
    with pytest.raises(ArgumentError, match=r"random_gamma\(\) cannot be used in a layer"):
        Noise(lambda x, seed: random.gamma(ops.shape(x), 1.0))(Input((3,)))
