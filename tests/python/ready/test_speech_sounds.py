"""Sounds and transcripts that cannot be used, each named for what is wrong with it."""

import numpy as np
import pytest

from rdeep.errors import ArgumentError, DataError, RdeepWarning
from rdeep.ready import BadRows
from rdeep.speech import SpeechModel
from rdeep.speech.features import LogMel
from rdeep.speech.sounds import read_sounds, resampled
from tones import RATE, tone, tones, write_wav

SMALL = {"model_rate": RATE, "mels": 16, "width": 4, "blocks": 1, "kernel": 3, "epochs": 1}
FEATURES = LogMel(RATE, 16)


def prepared(x, y, on_bad="fail", **options):
    model = SpeechModel(backend="torch", on_bad=on_bad, **{**SMALL, **options})
    model.prepare(x, y, sample_rate=RATE)
    return model


def test_bad_files_are_named(tmp_path):
    pytest.importorskip("soundfile")
    at = lambda name: str(tmp_path / name)  # noqa: E731
    good = write_wav(at("good.wav"), tone("ab", 1))
    content = (tmp_path / "good.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.wav").write_bytes(b"this is no sound")
    (tmp_path / "empty.wav").write_bytes(b"")
    write_wav(at("nothing.wav"), np.zeros(0))
    write_wav(at("silent.wav"), np.zeros(4000))
    write_wav(at("short.wav"), tone("ab", 1)[700:900])
    cases = {
        "absent.wav": "there is no such file",
        "cut.wav": "it is truncated",
        "text.wav": "cannot be read as a sound",
        "empty.wav": "the file is empty",
        "nothing.wav": "it has no samples",
        "silent.wav": "it is silent",
        "short.wav": r"it lasts only 0\.025 seconds",
    }
    for name, reason in cases.items():
        bad = BadRows("fail", "sounds")
        read_sounds([good, at(name)], None, FEATURES, bad)
        with pytest.raises(DataError, match=rf"^1 of 2 sounds .* row 1 \('.*{name}'\): .*{reason}"):
            bad.kept(2)
    files = [good, *map(at, cases)]
    with pytest.warns(RdeepWarning, match="7 of 8 sounds were left out: row 1 .* and 2 more"):
        model = prepared(files, ["ab"] * 8, on_bad="drop", validation=0.0)
    assert model.learned.words == ("ab",)


def test_bad_samples_and_transcripts_are_named():
    x, y = tones(8)
    odd = x[0].copy()
    odd[5] = np.nan
    cases = [
        (odd, "ab", "it has samples that are missing or not finite"),
        (None, "ab", "it is missing"),
        (np.zeros((2, 2, 2)), "ab", "it is neither a vector nor a matrix"),
        ("what", None, "its outcome is missing"),
        (x[0], "  ", "its transcript is empty"),
        (x[0], 3.5, "its transcript is 3.5, not text"),
        (tone("a", 1), "abc" * 9, "its 0.27 seconds are too short for its transcript of 27 "),
    ]
    for sound, text, reason in cases:
        with pytest.raises(DataError, match=f"1 of 9 sounds cannot be used: row 8.*: {reason}"):
            prepared([*x, sound], [*y, text], task="text")
        with pytest.warns(RdeepWarning, match=f"1 of 9 sounds was left out: row 8.*: {reason}"):
            prepared([*x, sound], [*y, text], "drop", task="text")


def test_arguments_are_checked():
    x, y = tones(4)
    model = SpeechModel(backend="torch", **SMALL)
    with pytest.raises(ArgumentError, match="'sample_rate' must say how many samples"):
        model.fit(x, y)
    for rate in (0, -16000, 8000.5, "fast"):
        with pytest.raises(ArgumentError, match="'sample_rate' must be"):
            model.fit(x, y, sample_rate=rate)
    with pytest.raises(DataError, match="'y' has 3 values, but there are 4 sounds"):
        model.fit(x, y[:3], sample_rate=RATE)
    with pytest.raises(DataError, match="'x' has no sound"):
        model.fit([], [], sample_rate=RATE)
    with pytest.raises(DataError, match="one class only"):
        SpeechModel(task="class", backend="torch").fit(x, ["a"] * 4, sample_rate=RATE)
    with pytest.raises(ArgumentError, match="on_bad"):
        SpeechModel(on_bad="skip")


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_files_of_all_depths_hold_the_same(subtype, tmp_path):
    soundfile = pytest.importorskip("soundfile")
    sound = np.stack([tone("ab", 1), tone("ab", 1)], axis=1)
    path = str(tmp_path / "a.wav")
    soundfile.write(path, sound, RATE, subtype)
    found = read_sounds([path], None, FEATURES, BadRows("fail", "sounds"))[0]
    np.testing.assert_allclose(found, sound[:, 0], atol=0.01 if subtype == "PCM_U8" else 1e-5)


def test_other_formats_are_read(tmp_path):
    soundfile = pytest.importorskip("soundfile")
    for name in ("a.flac", "a.ogg"):
        path = str(tmp_path / name)
        soundfile.write(path, tone("abc", 1), RATE)
        assert read_sounds([path], None, FEATURES, BadRows("fail", "sounds"))[0] is not None
    content = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(content[: len(content) // 2])
    bad = BadRows("fail", "sounds")
    read_sounds([str(tmp_path / "a.flac")], None, FEATURES, bad)
    assert 0 in bad


def test_a_rate_becomes_another():
    pytest.importorskip("scipy")
    for rate in (11025, 22050, 48000):
        wave = np.sin(2 * np.pi * 440 * np.arange(rate) / rate).astype(np.float32)
        found = resampled(wave, rate, RATE)
        wanted = np.sin(2 * np.pi * 440 * np.arange(len(found)) / RATE)
        assert abs(len(found) - RATE) <= 2
        np.testing.assert_allclose(found[200:-200], wanted[200:-200], atol=0.02)
