"""How long a small GPT takes for 256 characters, with and without the cache.

    OMP_NUM_THREADS=1 python benchmarks/generating.py [torch|tensorflow|numpy ...]

The time is that of the processor, the least of three: others who compute beside it disturb less.
"""

import sys
import time

import numpy as np

import rdeep
from rdeep import Input, Model, layers, ops

CONTEXT, WIDTH, BLOCKS, VOCABULARY = 256, 192, 4, 80


class TokenAndPosition(rdeep.Layer):
    """What a character is, and where it stands."""

    def __init__(self):
        super().__init__()
        self.tokens = layers.Embedding(VOCABULARY, WIDTH)
        self.positions = layers.Embedding(CONTEXT, WIDTH)

    def call(self, x):
        """Return the sum of both."""
        return self.tokens(x) + self.positions(ops.arange(0, CONTEXT))


def gpt(backend):
    """Return a small GPT."""
    entry = Input((CONTEXT,), dtype="int32")
    x = TokenAndPosition()(entry)
    for _ in range(BLOCKS):
        y = layers.LayerNormalization()(x)
        x = x + layers.MultiHeadAttention(6, WIDTH // 6, use_causal_mask=True)(y)
        y = layers.LayerNormalization()(x)
        y = layers.Dense(4 * WIDTH, activation="gelu")(y)
        x = x + layers.Dense(WIDTH)(y)
    logits = layers.Dense(VOCABULARY)(layers.LayerNormalization()(x))
    return Model(entry, logits, backend=backend, seed=1)


def seconds(model, **options):
    """Return how long the processor works for 256 characters."""
    start = time.process_time()
    found = model.generate([1], CONTEXT - 1, seed=1, **options)
    return time.process_time() - start, found


for backend in sys.argv[1:] or ("torch", "tensorflow", "numpy"):
    model = gpt(backend)
    model.generate([1, 2], 3, cache=False)
    cached, found = min((seconds(model) for _ in range(3)), key=lambda each: each[0])
    whole, same = seconds(model, cache=False)
    assert np.array_equal(found, same)
    print(f"{backend}: {cached:.2f} s with the cache, {whole:.2f} s without: {whole / cached:.1f}")
