"""Models of text: fitted, predicted from, saved, and explained, on both engines."""

import os
import subprocess
import sys

import numpy as np
import pytest
from tests.python.ready.text_folders import bert_arrays, bert_config, write_encoder

from rdeep import layers, load_ready
from rdeep.errors import ArgumentError, DataError, FileError, RdeepWarning, ShapeError, StateError
from rdeep.seeds import set_random_seed
from rdeep.text import TextModel
from rdeep.text.bert import weights_by_name
from rdeep.text.folder import read_folder


def reviews(count=60):
    rng = np.random.default_rng(1)
    nouns, good, bad = ["film", "book", "song"], ["fine", "lovely"], ["dull", "bad"]
    y = rng.integers(0, 2, count)
    texts = [
        f"This {rng.choice(nouns)} is {rng.choice(good if each else bad)}, I say." for each in y
    ]
    return texts, np.where(y == 1, "up", "down").tolist()


NEW = ["A fine film", "a DULL song!"]


@pytest.fixture(scope="module", params=["torch", "tensorflow"])
def fitted(request):
    set_random_seed(1)
    return TextModel(backend=request.param, epochs=8, learning_rate=0.05).fit(*reviews())


def test_a_fitted_model_predicts_and_comes_back_from_its_file(fitted, tmp_path):
    assert fitted.predict(NEW, "class").tolist() == ["up", "down"]
    assert fitted.scores["accuracy"] == 1.0
    found = fitted.predict(NEW)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    assert fitted.embeddings(NEW).shape == (2, 64)
    path = str(tmp_path / "text.rdeep")
    fitted.save(path)
    for engine in ("torch", "tensorflow", "numpy"):
        again = load_ready(path, engine)
        np.testing.assert_allclose(again.predict(NEW), found, atol=1e-5)
        np.testing.assert_allclose(again.embeddings(NEW), fitted.embeddings(NEW), atol=1e-5)
    assert again.vocabulary_data() == fitted.vocabulary_data()
    whole = fitted.as_network().predict(fitted.numbers_of(NEW))
    np.testing.assert_allclose(whole, found, atol=1e-5)


def test_predictions_do_not_depend_on_what_stands_beside(fitted):
    alone = fitted.predict(NEW[:1])
    beside = fitted.predict([*NEW, "fine " * 60])
    np.testing.assert_allclose(beside[:1], alone, atol=1e-6)


def test_words_are_explained(fitted):
    found = fitted.explain(["A fine, fine film", "dull!"])
    assert found["row"] == [0, 0, 0, 1] and found["word"] == ["a", "fine", "film", "dull"]
    assert found["count"][1] == 2 and found["place"][1] == 3
    assert found["level"] == ["up"] * 3 + ["down"]
    assert found["effect"][1] == max(found["effect"][:3]) > 0.1
    against = fitted.explain(["A fine film"], level="down")
    assert against["effect"][1] < -0.1
    with pytest.raises(ArgumentError, match="no class 'sideways'"):
        fitted.explain(["a"], level="sideways")


@pytest.mark.parametrize("architecture", ["cnn", "lstm", "transformer"])
def test_architectures_learn_and_padding_changes_nothing(architecture):
    model = TextModel(
        architecture=architecture,
        backend="torch",
        epochs=20,
        patience=10,
        learning_rate=0.01,
        batch_size=8,
        units=8,
        embedding_size=8,
    )
    texts, y = reviews()
    model.fit(texts, y)
    assert np.mean(model.predict(texts, "class") == np.array(y)) > 0.9
    beside = model.predict([*NEW, "fine " * 60])[:2]
    np.testing.assert_allclose(model.predict(NEW[:1]), beside[:1], atol=1e-5)
    assert model.predict(NEW, "embedding").shape[0] == 2


def test_numbers_have_intervals():
    texts, _ = reviews(90)
    y = [1.5 + ("fine" in text) + 2.0 * ("lovely" in text) for text in texts]
    model = TextModel(backend="torch", epochs=10, learning_rate=0.05, validation=0.3)
    model.fit(texts, y)
    assert model.scores["r_squared"] > 0.8
    found = model.predict(texts, "interval", level=0.8)
    assert found.shape == (90, 3) and (found[:, 1] <= found[:, 0]).all()
    assert np.mean((found[:, 1] <= y) & (y <= found[:, 2])) > 0.6
    np.testing.assert_allclose(found[:, 0], model.predict(texts))
    with pytest.raises(ArgumentError, match="needs 99 held-out texts; there are 27"):
        model.predict(texts, "interval", level=0.99)
    with pytest.raises(ArgumentError, match="for numbers, not 'prob'"):
        model.predict(texts, "prob")
    assert model.explain(texts[:1])["level"][0] is None


def test_seeds_repeat():
    def once():
        set_random_seed(3)
        return TextModel(backend="torch", epochs=2).fit(*reviews()).predict(NEW)

    np.testing.assert_array_equal(once(), once())


# What cannot be used --------------------------------------------------------------------------


def test_bad_texts_are_refused_or_left_out():
    texts, y = reviews()
    texts[3], texts[5], y[7] = None, "  ", None
    with pytest.raises(DataError, match=r"3 of 60 texts cannot be used: row 3: it is missing; r"):
        TextModel(backend="torch", epochs=1).fit(texts, y)
    model = TextModel(backend="torch", epochs=1, on_bad="drop")
    with pytest.warns(RdeepWarning, match="3 of 60 texts were left out"):
        model.fit(texts, y)
    with pytest.warns(RdeepWarning, match=r"2 of 4 texts were left out: row 1.*; row 3: it holds"):
        found = model.predict(["fine", "", "dull", " "])
    assert np.isnan(found[[1, 3]]).all() and not np.isnan(found[[0, 2]]).any()
    with pytest.warns(RdeepWarning):
        assert model.predict(["fine", None], "class")[1] is None
    strict = TextModel(backend="torch", epochs=1).fit(*reviews())
    with pytest.warns(RdeepWarning, match=r"1 text has no word that the model knows \(row 1\)"):
        assert not np.isnan(strict.predict(["fine", "zzz"])).any()


def test_outcomes_that_cannot_be_learned_are_refused():
    texts, y = reviews(12)
    model = TextModel(backend="torch", epochs=1)
    with pytest.raises(DataError, match="one class only"):
        model.fit(texts, ["up"] * 12)
    with pytest.raises(DataError, match="12 texts, but 'y' has 11"):
        model.fit(texts, y[1:])
    with pytest.warns(RdeepWarning, match="nowhere 'gone'"):
        model.prepare(texts, y, levels=["down", "gone", "up"])
    with pytest.raises(StateError, match="not fitted"):
        TextModel(backend="torch").predict(NEW)


def test_long_texts_are_cut_and_counted_once():
    texts, y = reviews()
    model = TextModel(backend="torch", epochs=1, max_length=6)
    with pytest.warns(RdeepWarning, match="60 of 60 texts are longer than 6 words"):
        model.fit(texts, y)
    assert model.numbers_of(texts[:1]).shape == (1, 16)
    model = TextModel(backend="torch", epochs=1).fit(texts, y)
    model._said_cut = False
    with pytest.warns(RdeepWarning, match="1 of 1 text is longer than 5000 words"):
        model.predict(["fine " * 6000])
    assert model.predict(["fine " * 6000]) is not None


def test_settings_that_do_not_go_together():
    with pytest.raises(ArgumentError, match="'architecture' and 'encoder' say the same"):
        TextModel(architecture="cnn", encoder="a")
    with pytest.raises(ArgumentError, match="for an encoder, and there is none"):
        TextModel(freeze=False)
    with pytest.raises(ArgumentError, match="keep_encoder"):
        TextModel(encoder="a", freeze=False, keep_encoder=False)
    with pytest.raises(ArgumentError, match="architecture"):
        TextModel(architecture="rnn")


def test_one_brings_layers_of_ones_own():
    texts, y = reviews()
    own = [layers.Conv1D(4, 2, padding="same"), layers.GlobalMaxPooling1D()]
    model = TextModel(network=own, backend="torch", epochs=1).fit(texts, y)
    assert model.embeddings(NEW).shape == (2, 4)
    model = TextModel(network=layers.Dense(3), backend="torch", epochs=1).fit(texts, y)
    assert model.embeddings(NEW).shape == (2, 3)
    sequence = lambda tensor: layers.Reshape((-1, 1, 1))(tensor)  # noqa: E731
    with pytest.raises(ShapeError, match="one vector a text"):
        TextModel(network=sequence, backend="torch", epochs=1).fit(texts, y)


# Encoders -------------------------------------------------------------------------------------


def films(count=48):
    rng = np.random.default_rng(2)
    y = rng.integers(0, 2, count)
    texts = [f"{'the' if i % 2 else 'a'} {'good' if e else 'bad'} film" for i, e in enumerate(y)]
    return texts, y.tolist()


def test_a_frozen_encoder_is_kept_or_referred_to(backend, tmp_path):
    pytest.importorskip("tokenizers")
    folder = write_encoder(tmp_path / "encoder")
    kept = TextModel(encoder=folder, backend=backend, learning_rate=0.02, epochs=30).fit(*films())
    assert kept.embeddings(["good film"]).shape == (1, 8)
    found = kept.predict(["a good film", "bad"])
    assert found[0, 1] > 0.5 > found[1, 1]
    whole = kept.as_network().predict(kept.numbers_of(["a good film", "bad"]))
    np.testing.assert_allclose(whole, found, atol=1e-4)
    path, referred = str(tmp_path / "a.rdeep"), str(tmp_path / "b.rdeep")
    kept.save(path)
    set_random_seed(7)
    model = TextModel(encoder=folder, keep_encoder=False, backend=backend, epochs=1).fit(*films())
    model.save(referred)
    assert os.path.getsize(referred) < os.path.getsize(path)
    again = load_ready(referred, "numpy")
    expected = model.predict(["a good film"])
    np.testing.assert_allclose(again.predict(["a good film"]), expected, atol=1e-5)
    os.rename(folder, tmp_path / "moved")
    np.testing.assert_allclose(
        load_ready(path, "numpy").predict(["a good film", "bad"]), found, atol=1e-4
    )
    again = load_ready(referred, "numpy")
    with pytest.raises(FileError, match=r"encoder is not in .* any more"):
        again.predict(["a good film"])
    again.find_encoder(str(tmp_path / "moved"))
    np.testing.assert_allclose(again.predict(["a good film"]), expected, atol=1e-5)
    other = write_encoder(tmp_path / "other", arrays=bert_arrays(np.random.default_rng(4)))
    with pytest.raises(FileError, match="not the one that the model was fitted with"):
        again.find_encoder(other)
    with pytest.raises(ArgumentError, match="refers to no encoder"):
        kept.find_encoder(other)


def test_an_encoder_is_trained_further(backend, tmp_path):
    pytest.importorskip("tokenizers")
    folder = write_encoder(
        tmp_path / "encoder",
        bert_config(layers=1),
        bert_arrays(np.random.default_rng(3), layers=1),
    )
    model = TextModel(encoder=folder, freeze=False, backend=backend, learning_rate=0.01, epochs=5)
    model.fit(*films())
    losses = model.histories[0].history["loss"]
    assert losses[-1] < losses[0]
    before = weights_by_name(read_folder(folder))["block0_inner/kernel"]
    assert abs(model.network.get_named_weights()["block0_inner/kernel"] - before).max() > 0.005
    path = str(tmp_path / "tuned.rdeep")
    model.save(path)
    again = load_ready(path, "numpy")
    np.testing.assert_allclose(again.predict(["bad film"]), model.predict(["bad film"]), atol=1e-5)
    assert again.embeddings(["bad film"]).shape == (1, 8)
    with pytest.warns(RdeepWarning, match="no word that the model knows"):
        model.predict(["zzz"])


def test_tokenizers_leave_forks_alone(tmp_path):
    pytest.importorskip("tokenizers")
    folder = write_encoder(tmp_path / "encoder")
    code = (
        "import os, sys\n"
        "from rdeep.text.folder import read_folder\n"
        "from rdeep.text.pieces import Tokenizer\n"
        f"folder = read_folder({folder!r})\n"
        "tokenizer = Tokenizer(folder.tokenizer, folder.shape)\n"
        "tokenizer.numbers(['a good film'] * 50, 16)\n"
        "child = os.fork()\n"
        "tokenizer.numbers(['a good film'] * 50, 16)\n"
        "if child: os.waitpid(child, 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "fork" not in done.stderr
