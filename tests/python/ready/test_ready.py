"""What ready-made models have in common, on a small one that is made here."""

from typing import ClassVar

import numpy as np
import pytest

from rdeep import layers
from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.errors import ArgumentError, DataError, FileError, RdeepWarning
from rdeep.graph.tensor import Input
from rdeep.models import Model
from rdeep.ready import (
    BadRows,
    Inner,
    Learned,
    LearnedOutcome,
    ReadyModel,
    Settings,
    Stage,
    all_or_nothing,
    held_out_rows,
)
from rdeep.ready.outcome import learned_outcome, note_missing
from rdeep.ready.own_network import apply_own
from rdeep.ready.reading import is_ready, read
from rdeep.seeds import set_random_seed


class ToySettings(Settings):
    units: int = option(options.Count(), 4, "Hidden units.")


class ToyLearned(Learned):
    outcome: LearnedOutcome = option(Inner(LearnedOutcome), doc="What is predicted.")
    width: int = option(options.Count(), doc="How many columns there are.")


class Toy(ReadyModel):
    kind = "toy"
    settings_class = ToySettings
    learned_class = ToyLearned
    array_types: ClassVar = {"residuals": ("F64", 1)}

    def fit(self, x, y, verbose=0):
        self.prepare(x, y)
        self.train(verbose)
        return self

    @all_or_nothing
    def prepare(self, x, y):
        self.check_trains()
        outcome = learned_outcome(y)
        self.learned = ToyLearned(outcome, x.shape[1])
        held = held_out_rows(len(x), self.settings.validation, outcome.encode(y))
        inputs = Input((x.shape[1],))
        hidden = apply_own(self.own_network or layers.Dense(self.settings.units), inputs)
        outputs = layers.Dense(outcome.units)(hidden)
        self.networks = [Model(inputs, outputs, "toy", self.backend, self.device)]
        self._data = (x, outcome.encode(y), held)

    def stage(self, number):
        x, y, held = self._data
        outcome = self.learned.outcome
        return Stage(
            self.networks[0],
            x[~held],
            y[~held],
            "adam",
            outcome.loss(),
            16,
            self.settings.epochs or 5,
            metrics=outcome.metrics(),
            validation=(x[held], y[held]),
        )

    def finished(self):
        x, y, held = self._data
        self.scores = self.learned.outcome.scores(y[held], self.network.predict(x[held]))
        self.arrays = {"residuals": np.zeros(3)}

    def output_activation(self):
        return layers.Activation("softmax") if self.learned.outcome.is_class else None

    def predict(self, x):
        return self.learned.outcome.response(self.network.predict(x))


def data():
    x = np.random.default_rng(1).normal(size=(120, 3)).astype(np.float32)
    return x, ["high" if value > 0 else "low" for value in x[:, 0]]


@pytest.fixture
def fitted(backend):
    set_random_seed(1)
    return Toy(backend=backend, epochs=40, learning_rate=0.01).fit(*data())


def test_a_fitted_model_predicts_scores_and_comes_back_from_its_file(fitted, tmp_path):
    x, _ = data()
    assert fitted.scores["accuracy"] > 0.8
    assert len(fitted.histories) == 1 and fitted.histories[0].epoch
    path = str(tmp_path / "toy.rdeep")
    fitted.annotations = {"ready": {"call": "deep_toy(x)", "facts": {"outcome": "y"}}}
    fitted.save(path)
    assert is_ready(path)
    for engine in ("torch", "tensorflow", "numpy"):
        again = read(path, {"toy": Toy}.get, engine)
        np.testing.assert_allclose(again.predict(x), fitted.predict(x), atol=1e-5)
        assert again.scores == fitted.scores and again.annotations == fitted.annotations
        assert again.settings == fitted.settings and again.learned == fitted.learned
        np.testing.assert_array_equal(again.arrays["residuals"], np.zeros(3))
    whole = fitted.as_network().predict(x)
    np.testing.assert_allclose(whole, fitted.predict(x), atol=1e-5)


def test_files_of_other_kinds_are_named_for_what_they_are(fitted, tmp_path):
    from rdeep import load_model, load_ready

    path = str(tmp_path / "toy.rdeep")
    fitted.save(path)
    with pytest.raises(FileError, match="load_ready"):
        load_model(path)
    with pytest.raises(FileError, match="no such kind of model"):
        load_ready(path)
    with pytest.raises(FileError, match=r"ending '.rdeep'"):
        fitted.save(str(tmp_path / "toy.keras"))
    network = str(tmp_path / "network.rdeep")
    fitted.as_network().save(network)
    with pytest.raises(FileError, match="load_model"):
        load_ready(network)


def test_one_brings_layers_of_ones_own(backend):
    for network in (
        [layers.Dense(5, activation="relu"), layers.Dense(2)],
        lambda tensor: layers.Dense(2)(tensor),
        layers.Dense(2),
    ):
        model = Toy(network=network, backend=backend, epochs=1).fit(*data())
        assert model.network.layers[-2].units == 2
    with pytest.raises(ArgumentError, match="'network' must be a model, a layer"):
        Toy(network=3)


def test_a_failed_fit_leaves_the_model_as_it_was():
    model = Toy(backend="torch", epochs=1).fit(*data())
    x, _ = data()
    with pytest.raises(DataError, match="one class only"):
        model.fit(x, ["a"] * len(x))
    assert model.predict(x).shape == (120, 2)


def test_settings_are_checked():
    with pytest.raises(ArgumentError, match=r"^'epochs' must be a positive whole number"):
        Toy(epochs=0)
    with pytest.raises(ArgumentError, match="no argument 'epoch'"):
        Toy(epoch=3)
    with pytest.raises(ArgumentError, match="validation"):
        Toy(validation=1.0)


def test_bad_rows_are_named_or_counted():
    bad = BadRows("fail", "images")
    for row in range(7):
        bad.add(row, "it is empty", f"{row}.png")
    with pytest.raises(DataError, match=r"7 of 9 images cannot be used: row 0 .*; and 2 more"):
        bad.kept(9)
    bad.on_bad = "drop"
    with pytest.warns(RdeepWarning, match="7 of 9 images were left out: row 0"):
        assert bad.kept(9).tolist() == [7, 8]
    with pytest.raises(DataError, match="7 of 7"):
        bad.kept(7)
    with pytest.raises(ArgumentError, match="'on_bad'"):
        BadRows("skip", "images")


def test_an_outcome_is_a_class_or_a_number():
    assert learned_outcome([3, 10, 3]).levels == ("3", "10")
    assert learned_outcome([True, False]).levels == ("False", "True")
    with pytest.warns(RdeepWarning, match="nowhere 'c'"):
        assert learned_outcome(["b", "a"], levels=["b", "a", "c"]).levels == ("b", "a")
    number = learned_outcome([1.0, 2.5, 4.0])
    assert not number.is_class and number.units == 1
    np.testing.assert_allclose(number.response(number.encode([4.0])[:, None]), [4.0], rtol=1e-6)
    with pytest.raises(DataError, match="not fitted to"):
        learned_outcome(["a", "b"]).encode(["z"])
    with pytest.raises(DataError, match="nothing to predict"):
        learned_outcome([1.5, 1.5])


def test_all_words_for_a_missing_outcome_are_known():
    na = type("NAType", (), {"__ne__": lambda self, other: self, "__bool__": lambda self: 1 / 0})()
    bad = BadRows("drop", "images")
    note_missing([None, float("nan"), na, np.datetime64("NaT"), "a", 1], bad)
    assert [row for row in range(6) if row in bad] == [0, 1, 2, 3]


def test_held_out_samples_are_spread_over_classes_and_groups_stay_whole():
    classes = np.repeat([0, 1, 2], [60, 30, 10])
    held = held_out_rows(100, 0.2, classes)
    assert held.sum() == 20 and np.bincount(classes[held]).tolist() == [12, 6, 2]
    groups = np.repeat(np.arange(10), 10)
    held = held_out_rows(100, 0.2, groups=groups)
    assert set(held.reshape(10, 10).mean(axis=1)) == {0.0, 1.0}
    assert held_out_rows(2, 0.9).sum() == 1 and not held_out_rows(5, 0.0).any()
