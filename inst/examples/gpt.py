"""A character GPT that writes like the text it was trained on, such as Jane Austen's novels.

    Rscript -e 'writeLines(janeaustenr::austen_books()$text, "austen.txt")'
    python gpt.py austen.txt [torch|tensorflow] [steps]

1,500 steps take some minutes on a laptop.
"""

import sys
from pathlib import Path

import numpy as np

import rdeep
from rdeep import Input, Model, layers, losses, ops, optimizers, schedules

path = sys.argv[1]
backend = sys.argv[2] if len(sys.argv) > 2 else "torch"
steps = int(sys.argv[3]) if len(sys.argv) > 3 else 1500
context, batch_size = 96, 32

# Codes, in the order of the characters.
text = Path(path).read_text(encoding="utf-8")
characters = sorted(set(text))
code_of = {character: code for code, character in enumerate(characters)}
codes = np.array([code_of[character] for character in text], "int32")

# Windows that begin anywhere; what is to be predicted is always the next character.
starts = np.random.default_rng(1).integers(len(codes) - context, size=steps * batch_size)
places = starts[:, None] + np.arange(context)
x, y = codes[places], codes[places + 1]


class TokenAndPosition(rdeep.Layer):
    """What a character is, and where it stands."""

    def __init__(self, vocabulary, context, width):
        super().__init__()
        self.context = context
        self.tokens = layers.Embedding(vocabulary, width)
        self.positions = layers.Embedding(context, width)

    def call(self, x):
        """Return the sum of both embeddings."""
        return self.tokens(x) + self.positions(ops.arange(0, self.context))


def gpt(vocabulary, context, width=96, heads=4, blocks=3, rate=0.1):
    """Return the network: each block attends to what came before, then thinks about it."""
    entry = Input((context,), dtype="int32")
    x = TokenAndPosition(vocabulary, context, width)(entry)
    for _ in range(blocks):
        y = layers.LayerNormalization()(x)
        y = layers.MultiHeadAttention(heads, width // heads, use_causal_mask=True)(y)
        x = x + layers.Dropout(rate)(y)
        y = layers.LayerNormalization()(x)
        y = layers.Dense(4 * width, activation="gelu")(y)
        x = x + layers.Dropout(rate)(layers.Dense(width)(y))
    logits = layers.Dense(vocabulary)(layers.LayerNormalization()(x))
    return Model(entry, logits, backend=backend)


rdeep.set_random_seed(1)
model = gpt(len(characters), context)
model.summary()
rate = schedules.CosineDecay(
    1e-4, decay_steps=steps, warmup_target=3e-3, warmup_steps=min(100, steps // 10)
)
model.compile(
    optimizers.AdamW(rate, weight_decay=0.01),
    loss=losses.SparseCategoricalCrossentropy(from_logits=True),
)
history = model.fit(x, y, epochs=1, batch_size=batch_size)

prompt = "It is a truth universally acknowledged"
for options in (
    {"temperature": 0.0},
    {"temperature": 0.7},
    {"temperature": 1.0, "top_p": 0.9},
    {"temperature": 1.0, "top_k": 5},
):
    print("\n---", options)
    print(model.generate(prompt, 300, **options, tokenizer=characters, seed=1))
