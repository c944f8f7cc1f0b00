"""Texts to words, a vocabulary, and what is refused, by row."""

import numpy as np
import pytest

from rdeep.errors import DataError
from rdeep.ready import BadRows
from rdeep.text.explaining import spans
from rdeep.text.reading import read_texts
from rdeep.text.words import Lexicon, pairs, vocabulary, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It’s 3.5 €, ÉMILE!", ["it's", "3", ".", "5", "€", ",", "émile", "!"]),
        ("e\u0301te\u0301", ["été"]),
        ("_so_ (he) said—‘no’", ["_", "so", "_", "(", "he", ")", "said", "—", "‘", "no", "’"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("Привет, МИР", ["привет", ",", "мир"]),
        ("東京に行く", ["東", "京", "に", "行", "く"]),
        ("a\u00a0b\u200bc\nd\ufeff", ["a", "bc", "d"]),
        ("\U0001f600ok", ["\U0001f600", "ok"]),
    ],
)
def test_words_of_any_script(text, found):
    assert words(text) == found


def test_case_counts_if_asked():
    assert words("Miss miss", lowercase=False) == ["Miss", "miss"]


def test_a_vocabulary_is_by_frequency_then_by_alphabet():
    documents = [["b", "a"], ["a", "c"], ["a", "b", "b"]]
    assert vocabulary(documents, 2, 1, False) == (("a", "b"), (3, 2))
    assert vocabulary(documents, 10, 2, True) == (("a", "b"), (3, 2))
    assert vocabulary([["x", "y"]] * 2, 10, 1, True)[0] == ("x", "y", "x y")
    assert pairs(["a"]) == []
    assert Lexicon(("a", "b"), False).numbers(["b", "z", "a"]) == [3, 1, 2]
    assert Lexicon(("a", "a a"), True).numbers(["a", "a", "z"]) == [2, 2, 3]


def test_spans_are_where_words_are():
    text = "‘Don’t,’ said É.—Ah!"
    found = spans(text)
    assert [word for word, _, _ in found] == ["Don’t", "said", "É", "Ah"]
    assert all(text[begin:end] == word for word, begin, end in found)


def test_texts_that_cannot_be_used_are_named_by_row():
    bad = BadRows("fail", "texts")
    x = ["ok", None, "", " \n", 3.5, float("nan"), b"caf\xe9", b"caf\xc3\xa9", "\ud800"]
    assert read_texts(x, bad) == ["ok", "", "", "", "", "", "", "café", ""]
    with pytest.raises(DataError) as error:
        bad.kept(len(x))
    for said in ("row 1: it is missing", "row 2: it is empty", "row 3: it holds nothing but bl"):
        assert said in str(error.value)
    bad = BadRows("fail", "texts")
    read_texts([b"caf\xe9", "ok"], bad)
    with pytest.raises(DataError, match=r"row 0: it is not UTF-8 \(byte 0xE9 at 4\)"):
        bad.kept(2)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ("one", "a sequence of texts"),
        (3, "a sequence of texts"),
        ([], "no texts"),
        (np.array([["a", "b"]]), "one column"),
    ],
)
def test_what_is_no_sequence_of_texts_is_refused(x, message):
    with pytest.raises(DataError, match=message):
        read_texts(x, BadRows("fail", "texts"))


def test_a_column_of_texts_may_be_a_matrix():
    assert read_texts(np.array([["a"], ["b"]]), BadRows("fail", "texts")) == ["a", "b"]
