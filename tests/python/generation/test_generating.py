"""Sequences continued with and without what attention keeps: the same codes and numbers."""

import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential, layers, ops
from rdeep.errors import RdeepError
from rdeep.generation.kept import NotCausal
from rdeep.generation.networks import entry_of
from rdeep.generation.readers import reader_of
from rdeep.generation.sampling import Sampler

CODES, STEPS, SIZE = 11, 9, 8


class Positions(rdeep.Layer):
    """Token and position embeddings, as users write them."""

    def __init__(self, steps=STEPS):
        super().__init__()
        self.tokens = layers.Embedding(CODES, SIZE)
        self.places = layers.Embedding(steps, SIZE)

    def call(self, x):
        return self.tokens(x) + self.places(ops.arange(0, ops.shape(x)[-1], 1))


class Masked(rdeep.Layer):
    """Attention with a mask that is made by operations."""

    def __init__(self):
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, 4, use_attention_mask=True)

    def call(self, x):
        steps = ops.shape(x)[1]
        i, j = ops.arange(steps)[:, None], ops.arange(steps)
        mask = ops.reshape(ops.cast(i >= j, "float32"), (1, steps, steps))
        return self.attention([x, x, ops.broadcast_to(mask, (ops.shape(x)[0], steps, steps))])


class Constants(rdeep.Layer):
    """Sinusoidal positions, an array that stands in the graph."""

    def call(self, x):
        angles = np.arange(STEPS)[:, None] / 10.0 ** np.arange(SIZE)[None]
        return x + np.sin(angles).astype("float32")


def embedded(steps):
    x = Input((steps,), "int32")
    return x, layers.Embedding(CODES, SIZE)(x)


def attention(x):
    return x + layers.MultiHeadAttention(2, 4, use_causal_mask=True)(layers.LayerNormalization()(x))


def with_block(steps, *made):
    """Return a model of an embedding, some layers, and logits."""
    entry, x = embedded(steps)
    for layer in made:
        x = layer(x)
    return Model(entry, layers.Dense(CODES)(x), seed=4)


def transformer(steps=STEPS, **options):
    entry = Input((steps,), "int32")
    x = Positions()(entry)
    for _ in range(2):
        x = attention(x)
        y = layers.Dense(16, activation="gelu")(layers.LayerNormalization()(x))
        x = layers.Add()([x, layers.Dropout(0.3)(layers.Dense(SIZE)(y))])
    return Model(entry, layers.Dense(CODES)(layers.RMSNormalization()(x)), seed=4, **options)


CAUSAL = {
    "transformer": transformer,
    "open length": lambda: transformer(None),
    "masked by operations": lambda: with_block(STEPS, Masked()),
    "masked, open length": lambda: with_block(None, Masked()),
    "array": lambda: with_block(STEPS, Constants(), attention),
    "grouped": lambda: with_block(
        None, layers.GroupQueryAttention(4, 4, 2, use_causal_mask=True), layers.PReLU(shared_axes=1)
    ),
    "dot product": lambda: with_block(
        None, layers.Attention(use_causal_mask=True), layers.BatchNormalization()
    ),
    "additive": lambda: with_block(
        None, layers.AdditiveAttention(use_causal_mask=True), layers.UnitNormalization()
    ),
    "causal in its call": lambda: with_block(
        None,
        lambda x: layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True),
        lambda x: layers.GroupQueryAttention(
            4, 4, 2, use_causal_mask=True, use_gate=True, sliding_window=3
        )(x, x),
    ),
    "recurrent": lambda: with_block(
        None, layers.LSTM(8, return_sequences=True), layers.GRU(8, return_sequences=True)
    ),
    "convolution": lambda: with_block(
        None,
        layers.Conv1D(6, 3, padding="causal", activation="relu"),
        layers.Conv1D(6, 2, padding="causal", dilation_rate=2),
    ),
    "equations": lambda: with_block(
        None,
        layers.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"),
        layers.EinsumDense("abde,def->abf", (None, 5)),
        layers.TimeDistributed(layers.Dense(4, activation="softmax")),
    ),
    "padding": lambda: Sequential(
        [
            layers.Embedding(CODES, SIZE, mask_zero=True),
            layers.MultiHeadAttention(2, 4, use_causal_mask=True),
            layers.LSTM(6, return_sequences=True),
            layers.Dense(CODES, activation="softmax"),
        ],
        input_shape=(None,),
        seed=4,
    ),
    "submodel": lambda: with_block(
        None, layers.Identity(), (inner := with_inner()), layers.Dense(SIZE), inner
    ),
    "one-hot": lambda: Sequential(
        [layers.GRU(7, return_sequences=True), layers.Dense(CODES)],
        input_shape=(None, CODES),
        seed=4,
    ),
}


def with_inner():
    x = Input((None, SIZE))
    return Model(x, attention(x))


def all_logits(model, codes, cache, parts):
    """Return the logits after each part of some codes."""
    entry = entry_of(model.graph)
    reader, _ = reader_of(model, len(codes), codes.shape[1], 1, cache, entry)
    return [reader.logits(codes[:, :end], 0) for end in parts]


# Formulas are NumPy's on a CPU: few networks show what TensorFlow's may be compared with.
PAIRS = [(name, "torch") for name in CAUSAL] + [
    (name, "tensorflow") for name in ("transformer", "open length", "padding")
]


@pytest.mark.parametrize(("name", "backend"), PAIRS)
def test_what_is_kept_changes_no_number(name, backend):
    model = CAUSAL[name]().to_backend(backend)
    codes = np.random.default_rng(1).integers(1, CODES, (3, STEPS))
    parts = [3, 4, 6, 9]
    for kept, whole in zip(*(all_logits(model, codes, cache, parts) for cache in (True, False))):
        assert np.abs(whole).max() > 1e-3
        np.testing.assert_allclose(kept, whole, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["transformer", "padding", "one-hot"])
def test_the_same_codes_with_and_without(name, backend):
    model = CAUSAL[name]().to_backend(backend)
    prompts = [[1, 2, 3], [4, 5, 6, 7, 8], [9]]
    kept, whole, again = (
        model.generate(prompts, 14, seed=3, cache=cache) for cache in (True, False, True)
    )
    assert [len(codes) for codes in kept] == [17, 19, 15]
    for one, other, third, prompt in zip(kept, whole, again, prompts):
        assert one.tolist() == other.tolist() == third.tolist()
        assert one[: len(prompt)].tolist() == prompt
    assert model.generate(prompts, 14, seed=4)[0].tolist() != kept[0].tolist()
    # What a sequence gets depends on its place alone, not on the others.
    assert model.generate(prompts[0], 14, seed=3).tolist() == kept[0].tolist()


def test_engines_draw_the_same():
    model = transformer()
    found = [
        model.to_backend(backend).generate([1, 2], 7, seed=1, cache=cache).tolist()
        for backend in ("torch", "tensorflow", "numpy")
        for cache in (True, False)
    ]
    assert all(each == found[0] for each in found)


def test_greedy_takes_the_largest(backend):
    model = transformer(backend=backend)
    codes = [1, 2]
    for _ in range(12):
        window = np.array([codes[-STEPS:]])
        padded = np.pad(window, [(0, 0), (0, STEPS - window.shape[1])])
        codes.append(int(model.predict(padded)[0, window.shape[1] - 1].argmax()))
    found = model.generate(np.array([1, 2]), 12, temperature=0.0)
    assert found.dtype == np.int32
    assert found.tolist() == codes


@pytest.mark.parametrize("stride", [1, 3, STEPS])
def test_the_oldest_are_left_out_when_the_context_is_full(stride):
    for steps in (STEPS, None):
        model = transformer(steps, backend="torch")
        given = {"seed": 2, "stride": stride}
        kept, whole = (model.generate([1], 25, cache=cache, **given) for cache in (True, False))
        assert kept.tolist() == whole.tolist()
        # A prompt that is too long is read as if it had been generated.
        greedy = {"temperature": 0.0, "stride": stride}
        longer = model.generate([1], 25, **greedy)
        assert model.generate(longer[:15], 11, **greedy).tolist() == longer.tolist()


def test_sequences_end_with_the_context():
    model = transformer()
    found = model.generate([[1, 2, 3], [4]], 20, seed=1, stride=None)
    # The last code that is read gives one more.
    assert found.shape == (2, STEPS + 1)
    free = model.generate([[1, 2, 3], [4]], 20, seed=1)
    assert found[0].tolist() == free[0][: STEPS + 1].tolist()


def counting(codes=6):
    """Return a model that counts on."""
    model = Sequential([layers.Embedding(codes, codes)], input_shape=(None,))
    model.set_weights([20.0 * np.roll(np.eye(codes), 1, axis=1)])
    return model


def test_sequences_end_where_they_are_told():
    model = counting()
    assert model.generate([0], 20, stop=3, seed=1).tolist() == [0, 1, 2, 3]
    assert model.generate([3], 20, stop=[9, 3], seed=1).tolist() == [3, 4, 5, 0, 1, 2, 3]
    assert model.generate("ab", 20, tokenizer=list("abcdef"), stop="ef", seed=1) == "abcdef"
    found = model.generate(["a", "cd"], 3, tokenizer=list("abcdef"), seed=1, strip_prompt=True)
    assert found == ["bcd", "efa"]
    mixed = model.generate([[0], [4]], 4, stop=[2], seed=1)
    assert [codes.tolist() for codes in mixed] == [[0, 1, 2], [4, 5, 0, 1, 2]]


class Halves:
    """A tokenizer of somebody else's."""

    def encode(self, text):
        return [ord(each) - ord("a") for each in text]

    def decode(self, codes):
        return "".join(chr(code + ord("a")) for code in codes)


TOKENIZERS = {
    "characters": (list("abcdef"), "bc", "bcdef"),
    "words": (["one", "two", "three", "four", "five", "six"], "one two", "one two three four five"),
    "codes by token": ({"x": 0, "b": 1, "c": 2, "d": 3, "e": 4, "f": 5}, "bc", "bcdef"),
    "functions": ((Halves().encode, Halves().decode), "bc", "bcdef"),
    "object": (Halves(), "bc", "bcdef"),
    "layer": (layers.StringLookup(vocabulary=list("bcdef")), "bc", "bcdef"),
    "text layer": (
        layers.TextVectorization(vocabulary=["b", "c", "d", "e"], split="character"),
        "bc",
        "bcde",
    ),
    "array": (np.array(list("abcdef")), "bc", "bcdef"),
}


@pytest.mark.parametrize("name", TOKENIZERS)
def test_text_becomes_codes_and_text_again(name):
    tokenizer, prompt, expected = TOKENIZERS[name]
    given = 2 if name == "text layer" else 3
    assert counting().generate(prompt, given, temperature=0.0, tokenizer=tokenizer) == expected
    assert counting().generate([prompt] * 2, given, temperature=0.0, tokenizer=tokenizer) == (
        [expected] * 2
    )


def test_one_prediction_for_a_whole_context():
    model = Sequential(
        [layers.Embedding(CODES, 4), layers.LSTM(6), layers.Dense(CODES, activation="softmax")],
        input_shape=(5,),
        seed=1,
    )
    found = model.generate([1, 2, 3, 4, 5], 4, temperature=0.0, cache=False).tolist()
    for place in range(4):
        shares = model.predict(np.array([found[place : place + 5]]))
        assert found[place + 5] == shares[0].argmax()
    with pytest.raises(RdeepError, match="reads exactly 5 codes"):
        model.generate([1, 2], 4, cache=False)


# Sampling ---------------------------------------------------------------------------------------

LOGITS = np.log([[0.05, 0.4, 0.15, 0.3, 0.1]])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((1.0, None, None), [0.05, 0.4, 0.15, 0.3, 0.1]),
        ((1.0, 2, None), [0, 4 / 7, 0, 3 / 7, 0]),
        ((1.0, None, 0.7), [0, 4 / 7, 0, 3 / 7, 0]),
        ((1.0, None, 0.71), [0, 0.4 / 0.85, 0.15 / 0.85, 0.3 / 0.85, 0]),
        ((1.0, None, 1e-9), [0, 1, 0, 0, 0]),
        ((1.0, 3, 0.9), [0, 0.4 / 0.85, 0.15 / 0.85, 0.3 / 0.85, 0]),
        ((1.0, 3, 0.8), [0, 4 / 7, 0, 3 / 7, 0]),
        ((0.5, None, None), (np.array([0.05, 0.4, 0.15, 0.3, 0.1]) ** 2 / 0.285).tolist()),
        ((1e-300, None, None), [0, 1, 0, 0, 0]),
    ],
)
def test_which_codes_may_be_drawn(options, expected):
    sampler = Sampler(*options, 1, 1)
    np.testing.assert_allclose(sampler.probabilities(LOGITS)[0], expected, atol=1e-9)


def test_codes_are_drawn_with_their_probabilities():
    rows = 4000
    sampler = Sampler(1.0, None, None, 5, rows)
    found = sampler.draw(np.repeat(LOGITS, rows, axis=0), range(rows))
    shares = np.bincount(found, minlength=5) / rows
    np.testing.assert_allclose(shares, [0.05, 0.4, 0.15, 0.3, 0.1], atol=0.03)


# What is refused --------------------------------------------------------------------------------


def bidirectional():
    return with_block(None, layers.MultiHeadAttention(2, 4))


WRONG = {
    "temperature": (counting, {"temperature": -1.0}, "temperature"),
    "top_p": (counting, {"top_p": 0.0}, "top_p"),
    "top_p above 1": (counting, {"top_p": 1.5}, "top_p"),
    "top_k": (counting, {"top_k": 0}, "top_k"),
    "new tokens": (counting, {"max_new_tokens": 0}, "max_new_tokens"),
    "empty": (counting, {"prompt": []}, "is empty"),
    "one empty": (counting, {"prompt": [[1], []]}, "Prompt 2 is empty"),
    "no text": (counting, {"prompt": "abc"}, "needs a 'tokenizer'"),
    "unknown": (counting, {"prompt": "aX", "tokenizer": list("abcdef")}, "has 'X'"),
    "unknown end": (
        counting, {"prompt": "a", "stop": "X", "tokenizer": list("abcdef")}, "'stop' has 'X'",
    ),
    "text and codes": (counting, {"prompt": ["a", 1], "tokenizer": list("ab1def")}, "not 1 beside"),
    "rows of text": (
        counting, {"prompt": np.array([["a"]]), "tokenizer": list("abcdef")}, "beside text",
    ),
    "no codes": (counting, {"prompt": "a", "tokenizer": (lambda text: text, str)}, "not 'a'"),
    "few tokens": (counting, {"prompt": "b", "tokenizer": ["a", "b"]}, "drew the code 2"),
    "beyond": (counting, {"prompt": [1, 6]}, "has the code 6, and the model reads codes from 0 to"),
    "below": (counting, {"prompt": [-1]}, "has the code -1"),
    "fraction": (counting, {"prompt": [0.5]}, "whole numbers"),
    "tokenizer": (counting, {"tokenizer": 3}, "'tokenizer' must be"),
    "twice": (counting, {"tokenizer": ["a", "a"]}, "'a' twice"),
    "stop": (counting, {"stop": -1}, "'stop' must be"),
    "padding": (CAUSAL["padding"], {"prompt": [1, 0]}, "padding"),
    "stride": (transformer, {"stride": 10}, "at most the model's context of 9"),
    "too long": (
        transformer, {"prompt": [1] * 12, "stride": None}, "has 12 codes, and the model reads 9",
    ),
    "attention": (bidirectional, {}, "attends to later steps"),
    "pooling": (lambda: with_block(STEPS, layers.AveragePooling1D(1)), {}, "may mix steps"),
    "backwards": (
        lambda: with_block(None, layers.LSTM(3, return_sequences=True, go_backwards=True)),
        {},
        "from the first on",
    ),
    "both ways": (
        lambda: with_block(None, layers.Bidirectional(layers.LSTM(3, return_sequences=True))),
        {},
        "may mix steps",
    ),
    "no vocabulary": (
        lambda: Sequential([layers.Embedding(5, 1)], input_shape=(4,)), {}, "logits of shape",
    ),
    "images": (
        lambda: Sequential([layers.Conv2D(3, 3)], input_shape=(8, 8, 1)), {}, "reads codes",
    ),
    "unreadable": (
        lambda: Sequential([layers.Embedding(5, 7)], input_shape=(4,)),
        {},
        "gives logits of 7 codes, and reads 5",
    ),
    "stateful": (
        lambda: with_block(None, layers.LSTM(3, return_sequences=True, stateful=True)),
        {},
        "keep states",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_is_refused(name):
    make, options, message = WRONG[name]
    with pytest.raises(RdeepError, match=message):
        make().generate(**{"prompt": [1], "max_new_tokens": 2, **options})


def test_what_is_not_causal_can_be_computed_as_a_whole():
    with pytest.raises(NotCausal, match="cache=False"):
        bidirectional().generate([1], 3)
    assert len(bidirectional().generate([1], 3, cache=False)) == 4
    # Of a fixed length, zeros after the prompt would be read too.
    fixed = with_block(STEPS, layers.MultiHeadAttention(2, 4))
    with pytest.raises(RdeepError, match="reads exactly 9 codes"):
        fixed.generate([1], 3, cache=False)
    assert len(fixed.generate([1] * STEPS, 3, cache=False)) == STEPS + 3


def test_logits_that_are_no_numbers_are_refused():
    model = counting()
    model.set_weights([np.full((6, 6), np.nan)])
    with pytest.raises(RdeepError, match="no numbers"):
        model.generate([1], 3)


def test_the_stream_of_seeds_is_what_codes_are_drawn_from():
    model = transformer()
    rdeep.set_random_seed(8)
    found = [model.generate([1], 9).tolist() for _ in range(2)]
    rdeep.set_random_seed(8)
    assert [rdeep.generate(model, [1], 9).tolist() for _ in range(2)] == found
    assert found[0] != found[1]
