"""Speech models: recognition and keywords, on tones that stand for letters."""

import numpy as np
import pytest

from rdeep import layers, load_ready
from rdeep.errors import ArgumentError, DataError, FileError, RdeepWarning, StateError
from rdeep.seeds import set_random_seed
from rdeep.speech import SpeechModel, word_error_rate
from rdeep.speech.architectures import body_of, speech_network
from rdeep.speech.settings import SpeechSettings
from tones import RATE, tone, tones, write_wav

SMALL = {"model_rate": RATE, "mels": 16, "width": 24, "blocks": 1, "kernel": 5, "speed": 0.05}


def fitted_model(backend):
    set_random_seed(1)
    model = SpeechModel(backend=backend, epochs=25, batch_size=8, learning_rate=0.02, **SMALL)
    return model.fit(*tones(80), sample_rate=RATE, verbose=0)


@pytest.fixture(scope="module")
def of_torch():
    return fitted_model("torch")


def test_text_is_recognised_in_a_file_of_any_engine(of_torch, tmp_path):
    pytest.importorskip("soundfile")
    sounds, texts = tones(12, seed=2)
    assert word_error_rate(texts, of_torch.predict(sounds, sample_rate=RATE)) <= 0.1
    assert of_torch.scores["wer"] < 0.2 and of_torch.scores["cer"] < 0.2
    path = str(tmp_path / "speech.rdeep")
    of_torch.save(path)
    for engine in ("torch", "tensorflow", "numpy"):
        again = load_ready(path, engine)
        assert again.learned == of_torch.learned and again.settings == of_torch.settings
        found = again.recognise(sounds, RATE)
        wanted = of_torch.recognise(sounds, RATE)
        assert [each.text for each in found] == [each.text for each in wanted]
        np.testing.assert_allclose(
            [each.score for each in found], [each.score for each in wanted], rtol=1e-3, atol=1e-3
        )
    files = [write_wav(str(tmp_path / f"{row}.wav"), each) for row, each in enumerate(sounds)]
    assert of_torch.predict(files) == of_torch.predict(sounds, sample_rate=RATE)


def test_engines_train_alike():
    x, y = tones(16)
    losses = []
    for backend in ("torch", "tensorflow"):
        set_random_seed(3)
        model = SpeechModel(backend=backend, epochs=2, batch_size=8, **SMALL)
        model.fit(x, y, sample_rate=RATE, verbose=0)
        losses.append(model.histories[0].history["loss"])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-3)


def test_a_sound_of_another_rate_says_the_same(of_torch):
    pytest.importorskip("scipy")
    for rate in (11025, 16000, 44100):
        sounds = [tone("ab ca", 5, rate), tone("cb", 6, rate)]
        assert of_torch.predict(sounds, sample_rate=rate) == ["ab ca", "cb"]
        both = [np.stack([each, 0.5 * each], axis=1) for each in sounds]
        assert of_torch.predict(both, sample_rate=rate) == ["ab ca", "cb"]


def test_a_sound_says_the_same_whatever_is_beside_it(of_torch):
    sounds, _ = tones(6, seed=3)
    together = of_torch.predict(sounds, type="logits", sample_rate=RATE)
    for sound, logits in zip(sounds, together):
        alone = of_torch.predict([sound], type="logits", sample_rate=RATE)[0]
        np.testing.assert_allclose(alone, logits, atol=1e-4)
    # So does the network by itself, with its softmax, filled up or not.
    spectra = of_torch.predict(sounds, type="spectrogram", sample_rate=RATE)
    whole = of_torch.as_network().predict(spectra)
    np.testing.assert_allclose(whole.sum(axis=-1), 1.0, atol=1e-5)
    ends = [len(each) for each in together]
    assert (whole[np.argmin(ends), min(ends) :, 0] > 0.999).all()


def test_characters_are_found_when_they_are_said(of_torch):
    times = of_torch.predict([tone("ab", 1)], type="alignment", sample_rate=RATE)[0]
    assert [each for each, _, _ in times] == ["a", "b"]
    for (_, start, end), said in zip(times, (0.08, 0.205)):
        assert start < end and abs((start + end) / 2 - said - 0.06) < 0.1


def test_decoding_takes_the_words_it_is_given(of_torch):
    sounds, _ = tones(5, seed=4)
    for options in ({"words": ["ab", "ba"]}, {"words": "training", "bigram": 1.0}):
        found = of_torch.predict(sounds, sample_rate=RATE, **options)
        allowed = {"ab", "ba"} if "bigram" not in options else set(of_torch.learned.words)
        assert {word for text in found for word in text.split()} <= allowed
    free = of_torch.predict(sounds, sample_rate=RATE, words=None, beam_width=1)
    assert all(isinstance(text, str) for text in free)
    with pytest.raises(DataError, match="'words' has 'x' and 'z', which no transcript had"):
        of_torch.predict(sounds, sample_rate=RATE, words=["xz"])
    with pytest.raises(ArgumentError, match="no argument 'beams'"):
        of_torch.predict(sounds, sample_rate=RATE, beams=2)
    with pytest.raises(ArgumentError, match="'beam_width' must be a positive whole number"):
        of_torch.predict(sounds, sample_rate=RATE, beam_width=0)


def test_keywords_are_told_apart():
    random = np.random.default_rng(1)
    words = [str(each) for each in random.choice(["ab", "ba", "cb"], 45)]
    sounds = [tone(word, row) for row, word in enumerate(words)]
    set_random_seed(1)
    options = {**SMALL, "architecture": "gru"}
    model = SpeechModel(
        task="class", backend="torch", epochs=12, batch_size=8, learning_rate=0.02, **options
    ).fit(sounds, words, sample_rate=RATE, verbose=0)
    assert model.scores["accuracy"] > 0.8 and model.outcome_data["levels"] == ["ab", "ba", "cb"]
    new = [tone("ba", 100), tone("cb", 101)]
    assert model.predict(new, sample_rate=RATE) == ["ba", "cb"]
    prob = model.predict(new, type="prob", sample_rate=RATE)
    np.testing.assert_allclose(prob.sum(axis=1), 1.0)
    with pytest.warns(RdeepWarning, match="1 of 3 sounds was left out: row 1: it is silent"):
        parts = model.predict(
            [new[0], np.zeros(8000), new[1]], type="prob", sample_rate=RATE, on_bad="drop"
        )
    np.testing.assert_allclose(parts[[0, 2]], prob, atol=1e-5)
    assert np.isnan(parts[1]).all()
    with pytest.raises(StateError, match="tells keywords apart"):
        model.recognise(new, RATE)


def test_one_brings_layers_of_ones_own():
    x, y = tones(12)
    own = [
        layers.Conv1D(8, 5, strides=4, padding="same", activation="relu"),
        layers.GRU(8, return_sequences=True),
    ]
    model = SpeechModel(network=own, backend="torch", epochs=1, model_rate=RATE, mels=16)
    model.fit(x, y, sample_rate=RATE, verbose=0)
    assert model.learned.frames_per_step == 4
    pooled = SpeechModel(
        network=[layers.Conv1D(8, 5), layers.GlobalMaxPooling1D()],
        task="class",
        backend="torch",
        epochs=1,
        model_rate=RATE,
    ).fit(x, y, sample_rate=RATE, verbose=0)
    assert pooled.predict(x, type="prob", sample_rate=RATE).shape == (12, len(set(y)))
    for wrong in (layers.Conv1D(8, 5), layers.GRU(8), [layers.Conv1D(8, 5, strides=2)]):
        with pytest.raises(ArgumentError, match="'network' must give a vector for each step"):
            SpeechModel(network=wrong, backend="torch").fit(x, y, sample_rate=RATE)


@pytest.mark.parametrize("architecture", ["conv", "gru", "lstm"])
def test_networks_are_the_same_on_all_engines_however_far_sounds_are_filled_up(architecture):
    asked = SpeechSettings(architecture=architecture, width=6, blocks=2, kernel=3)
    x = np.random.default_rng(1).normal(size=(2, 12, 5)).astype(np.float32)
    x[1, 8:] = 0
    outputs = []
    for backend in ("torch", "numpy"):
        set_random_seed(1)
        network = speech_network(body_of(asked), 5, 4, 2, False, backend, None)
        outputs.append(network.predict(x))
        np.testing.assert_allclose(network.predict(x[1:, :8]), outputs[-1][1:, :4], atol=1e-5)
    np.testing.assert_allclose(outputs[0], outputs[1], atol=1e-5)
    np.testing.assert_allclose(outputs[0][1, 4:], [[30, 0, 0, 0]] * 2, atol=1e-5)


def test_groups_are_held_out_whole():
    x, y = tones(20)
    groups = np.repeat(["p", "q", "r", "s"], 5)
    model = SpeechModel(backend="torch", epochs=1, validation=0.25, **SMALL)
    model.prepare(x, y, sample_rate=RATE, groups=groups)
    assert model._held.reshape(4, 5).all(axis=1).sum() == 1 and model._held.sum() == 5
    with pytest.raises(DataError, match="'groups' has 3 values, but there are 20 sounds"):
        model.prepare(x, y, sample_rate=RATE, groups=["a", "b", "c"])


def test_a_file_that_does_not_go_together_is_refused(of_torch, tmp_path):
    path = str(tmp_path / "odd.rdeep")
    learned = of_torch.learned
    changed = ("a", "a", *learned.characters[2:])
    for characters, reason in ((("a", "b"), "outputs are not"), (changed, "characters, each once")):
        try:
            of_torch.learned = type(learned)(characters=characters, frames_per_step=2)
            of_torch.save(path, overwrite=True)
        finally:
            of_torch.learned = learned
        with pytest.raises(FileError, match=reason):
            load_ready(path)
