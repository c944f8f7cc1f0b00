"""From probabilities to text: searches, alignments and error rates, beside all alternatives."""

import itertools

import numpy as np
import pytest

from rdeep.errors import ArgumentError, DataError
from rdeep.speech import word_error_rate
from rdeep.speech.alignment import alignment, log_probability
from rdeep.speech.alphabet import Alphabet, steps_needed
from rdeep.speech.augmentation import Augmentation
from rdeep.speech.decoding import WordList, beam_search, greedy
from rdeep.speech.features import LogMel, normalized
from rdeep.speech.recognition import log_softmax

ALPHABET = Alphabet(["a", "b"])


def all_texts(log):
    """Return the probability of every text, from all alignments one by one."""
    found = {}
    for path in itertools.product(range(log.shape[1]), repeat=len(log)):
        text = ALPHABET.decode(path)
        score = np.exp(sum(log[step, label] for step, label in enumerate(path)))
        found[text] = found.get(text, 0.0) + score
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_likeliest_text_is_found(seed):
    log = log_softmax(2 * np.random.default_rng(seed).normal(size=(6, 3)))
    texts = all_texts(log)
    assert beam_search(log, ALPHABET, 60) == max(texts, key=texts.get)
    for text in ("", "a", "ab", "abb", "bab"):
        found = log_probability(log, ALPHABET.encode(text))
        np.testing.assert_allclose(np.exp(found), texts[text])
    listed = {text: p for text, p in texts.items() if text in ("ab", "bb", "")}
    assert beam_search(log, ALPHABET, 60, WordList(["ab", "bb"])) == max(listed, key=listed.get)


def test_an_alignment_is_the_likeliest_one():
    log = log_softmax(2 * np.random.default_rng(3).normal(size=(6, 3)))
    codes = ALPHABET.encode("aab")
    paths = [
        path for path in itertools.product(range(3), repeat=6) if ALPHABET.decode(path) == "aab"
    ]
    best = max(paths, key=lambda path: sum(log[step, label] for step, label in enumerate(path)))
    runs = [(label, len(list(group))) for label, group in itertools.groupby(best)]
    ends = np.cumsum([length for _, length in runs])
    wanted = [(end - length, end) for (label, length), end in zip(runs, ends) if label]
    np.testing.assert_array_equal(alignment(log, codes), wanted)
    assert alignment(log, ALPHABET.encode("")).shape == (0, 2)
    assert steps_needed(codes) == 4


def test_words_in_a_row_and_their_pairs():
    alphabet = Alphabet([" ", "a", "b"])
    steps = [2, 0, 1, 3, 0]
    log = log_softmax(8.0 * np.eye(4)[steps])
    assert greedy(log, alphabet) == beam_search(log, alphabet, 8) == "a b"
    assert beam_search(log, alphabet, 8, WordList(["a", "b"])) == "a b"
    assert beam_search(log, alphabet, 8, WordList(["aa"])) == "aa"
    # The last step may be either: what followed "a" before decides.
    log[3] = np.log([0.02, 0.02, 0.47, 0.49])
    pairs = WordList(["a", "b"], {("<s>", "a"): 5, ("a", "a"): 9, ("a", "b"): 1})
    assert beam_search(log, alphabet, 8, pairs) == "a b"
    assert beam_search(log, alphabet, 8, pairs, pair_weight=0.5) == "a a"


def test_error_rates_count_the_fewest_mistakes():
    assert word_error_rate("one two three", "one too three four") == 2 / 3
    assert word_error_rate(["a b", "c"], ["a b", "c"]) == 0
    assert word_error_rate("a", "a b c") == 2.0
    assert word_error_rate(["kitten"], ["sitting"], unit="character") == 3 / 6
    assert word_error_rate(["a  b", ""], [" a b", ""], unit="character") == 0
    with pytest.raises(DataError, match="must have as many texts, not 1 and 2"):
        word_error_rate("a", ["a", "b"])
    with pytest.raises(DataError, match="'estimate' must be text: row 0 is missing"):
        word_error_rate(["a"], [None])
    with pytest.raises(DataError, match="'truth' has no word"):
        word_error_rate([""], ["a"])
    with pytest.raises(ArgumentError, match="'unit' must be"):
        word_error_rate("a", "a", unit="letter")


def test_features_are_those_of_the_layer():
    """They are the logarithms of powers in the same bands, whatever the loudness."""
    sound = np.random.default_rng(1).normal(size=4000)
    features = LogMel(8000, 20)
    found = features(sound)
    assert found.shape == (features.frames(4000), 20)
    np.testing.assert_allclose(found, features(100 * sound + 3), atol=1e-4)
    np.testing.assert_allclose(found.mean(axis=0), np.log(features.noise), atol=0.5)
    whole = normalized(found)
    np.testing.assert_allclose(whole.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(whole.std(axis=0), 1, atol=0.05)


def test_augmentation_keeps_what_it_must():
    features = LogMel(8000, 20)
    spectrum = features(np.random.default_rng(1).normal(size=8000))
    random = np.random.default_rng(2)
    plain = Augmentation(features, 0.0, 0.0, 0.0, 0)(spectrum, 1, 200, random)
    np.testing.assert_allclose(plain, normalized(spectrum), atol=1e-6)
    change = Augmentation(features, 0.3, 1.0, 0.2, 4)
    for _ in range(20):
        found = change(spectrum, 90, 105, random)
        assert 90 <= len(found) <= 105 and found.shape[1] == 20
        # No frame is all zeros: that would say that it is not there.
        assert np.isfinite(found).all() and (np.abs(found).max(axis=1) > 0).all()
