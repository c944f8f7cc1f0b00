"""Sequences continued by a model, one code at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.catalogue.options import Count, Flag, Number, checked
from rdeep.errors import (
    ArgumentError,
    StateError,
    setting,
    worded,
)
from rdeep.generation.networks import checked_graph, entry_of
from rdeep.generation.prompts import check_codes, prompts_of
from rdeep.generation.readers import GenerativeModel, reader_of
from rdeep.generation.sampling import Sampler
from rdeep.generation.tokens import as_tokenizer, is_text, stops_of
from rdeep.graph.network import Graph
from rdeep.interrupts import interrupts
from rdeep.seeds import stream

__all__ = ["generate"]


def generate(
    model: GenerativeModel,
    /,
    prompt: Any,
    max_new_tokens: int = 100,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int | None = None,
    *,
    tokenizer: Any = None,
    stop: Any = None,
    stride: int | None = 1,
    strip_prompt: bool = False,
    cache: bool = True,
) -> Any:
    """Continue prompts by a model that predicts the next code of a sequence.

    The model reads codes `(batch, steps)`, or one-hot codes, and its first output has logits or
    probabilities of the next code: after each step, `(batch, steps, vocabulary)`, or after the last
    one, `(batch, vocabulary)`. Each new code is drawn from `softmax(logits / temperature)`, of the
    codes that `top_k` and `top_p` leave, and read in turn.

    With `cache=True` each code is read once: the attention's keys and values, and the states of
    recurrent layers, are kept. That can be done where all other layers go position by position,
    and attention is causal (`use_causal_mask=True`, or an attention mask that is). The numbers are
    those of the whole computation.

    Prompts of several lengths are read side by side, from their first codes on; each gets
    `max_new_tokens` new ones. Where an embedding has `mask_zero=True`, the code 0 is padding: it is
    never drawn, and prompts cannot have it.

    Parameters
    ----------
    prompt : array, list, or str
        The codes to begin with, or several sequences of them; text, or several texts, if there is
        a `tokenizer`.
    max_new_tokens : int
        How many codes to draw for each prompt.
    temperature : float
        What logits are divided by: below 1 the probable becomes more probable; 0 always takes the
        most probable code.
    top_k : int, optional
        How many of the most probable codes may be drawn.
    top_p : float, optional
        Nucleus sampling: only the smallest set of the most probable codes whose probabilities sum
        to at least this may be drawn, above 0 and at most 1.
    seed : int, optional
        What is drawn from; by default the next of the process's stream.
    tokenizer : object, optional
        What turns text into codes and back: a vocabulary (a list of characters or words, in the
        order of their codes, or a dict from them to codes), an adapted `TextVectorization` or
        `StringLookup` layer, a pair of functions, or an object with `encode` and `decode`.
    stop : int, str, or list of them, optional
        Codes or texts after which a sequence ends; in a list also lists of codes, runs of them.
    stride : int or None
        What happens where a sequence is longer than the model's context, the number of codes that
        it reads at most: each time, so many of the oldest are left out, and the others are read
        anew. 1 keeps as much as possible, more is faster. With `None` sequences end there.
    strip_prompt : bool
        Whether to return the new codes alone.
    cache : bool
        Whether to read each code once.

    Returns
    -------
    array, list of array, str, or list of str
        As the prompt: codes as int32, of which several sequences are an array if they have one
        length, else a list.

    References
    ----------
    Holtzman, A., Buys, J., Du, L., Forbes, M. and Choi, Y. (2020). The curious case of neural text
    degeneration. arXiv:1904.09751.

    Examples
    --------
    A model that has learned to count on:

    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.layers import Embedding
    >>> model = Sequential([Embedding(5, 5)], input_shape=(None,))
    >>> model.set_weights([10.0 * np.roll(np.eye(5), 1, axis=1)])
    >>> model.generate([0, 1], max_new_tokens=4, temperature=0.0).tolist()
    [0, 1, 2, 3, 4, 0]
    """
    count = checked(Count(), max_new_tokens, "max_new_tokens")
    cache = checked(Flag(), cache, "cache")
    strip_prompt = checked(Flag(), strip_prompt, "strip_prompt")
    stride = None if stride is None else checked(Count(), stride, "stride")
    choice = _Choice(
        checked(Number(0.0), temperature, "temperature"),
        None if top_k is None else checked(Count(), top_k, "top_k"),
        None if top_p is None else checked(Number(0.0, 1.0, open_low=True), top_p, "top_p"),
        stream.next() if seed is None else checked(Count(0), seed, "seed"),
    )
    graph = checked_graph(model)
    by = None if tokenizer is None else as_tokenizer(tokenizer)
    prompts, alone = prompts_of(prompt, by)
    check_codes(prompts, graph)
    stops = stops_of(stop, by)
    with interrupts.held():
        texts = _Texts(prompts, count, stops)
        _continue(model, graph, texts, choice, stride, cache)
    found = texts.found(strip_prompt)
    if is_text(prompt):
        assert by is not None
        written = [by.decode([int(code) for code in codes]) for codes in found]
        return written[0] if alone else written
    if alone:
        return found[0]
    return np.stack(found) if len({len(codes) for codes in found}) == 1 else found


@dataclass(frozen=True)
class _Choice:
    """How codes are drawn."""

    temperature: float
    top_k: int | None
    top_p: float | None
    seed: int


class _Texts:
    """Sequences that grow: all are read to the same length, prompts that are longer lie ahead."""

    def __init__(
        self, prompts: Sequence[np.ndarray], count: int, stops: Sequence[tuple[int, ...]]
    ) -> None:
        self.sizes = np.array([len(each) for each in prompts])
        self.ends = self.sizes + count
        self.stops = stops
        self.codes = np.zeros((len(prompts), int(self.ends.max())), np.int32)
        for row, each in enumerate(prompts):
            self.codes[row, : len(each)] = each

    def growing(self, length: int) -> list[int]:
        """Return which sequences get their next code at a length."""
        return [
            row
            for row, (size, end) in enumerate(zip(self.sizes, self.ends))
            if size <= length < end
        ]

    def set_codes(self, rows: Sequence[int], length: int, codes: np.ndarray) -> None:
        """Write the next code of some sequences, which may end with it."""
        for row, code in zip(rows, codes):
            self.codes[row, length] = code
            for stop in self.stops:
                first = length + 1 - len(stop)
                if first >= self.sizes[row] and tuple(self.codes[row, first : length + 1]) == stop:
                    self.ends[row] = length + 1

    def end_at(self, length: int) -> None:
        """End all sequences that are longer than a length."""
        self.ends = np.minimum(self.ends, np.maximum(length, self.sizes))

    def found(self, strip_prompt: bool) -> list[np.ndarray]:
        """Return the sequences."""
        starts = self.sizes if strip_prompt else np.zeros_like(self.sizes)
        return [self.codes[row, a:b] for row, (a, b) in enumerate(zip(starts, self.ends))]


def _continue(
    model: GenerativeModel,
    graph: Graph,
    texts: _Texts,
    choice: _Choice,
    stride: int | None,
    cache: bool,
) -> None:
    """Draw codes until all sequences have ended."""
    length = int(texts.sizes.min())
    entry = entry_of(graph)
    rows, total = texts.codes.shape
    reader, context = reader_of(model, rows, total - 1, length, cache, entry)
    longest = int(texts.sizes.max())
    if context is not None:
        _check_context(context, stride, longest)
    window = _Window(context, stride)
    sampler = Sampler(choice.temperature, choice.top_k, choice.top_p, choice.seed, rows)
    to_logits, padded = _as_logits(), bool(graph.masked_tensors([False]))
    while length < texts.ends.max():
        if context is not None and stride is None and length > context:
            texts.end_at(context + 1)
            break
        interrupts.check()
        found = reader.logits(texts.codes[:, :length], window.start(length))
        drawing = texts.growing(length)
        if drawing:
            logits = _checked_logits(to_logits(found), padded)[drawing]
            texts.set_codes(drawing, length, sampler.draw(logits, drawing))
        length += 1


class _Window:
    """Where the context begins, of sequences of a length."""

    def __init__(self, context: int | None, stride: int | None) -> None:
        self.context, self.stride = context, stride

    def start(self, length: int) -> int:
        """Return the place of the first code that is read."""
        if self.context is None or self.stride is None or length <= self.context:
            return 0
        return -(-(length - self.context) // self.stride) * self.stride


def _check_context(context: int, stride: int | None, longest: int) -> None:
    if stride is None and longest > context:
        raise ArgumentError(
            f"The prompt has {longest} codes, and the model reads {context}.",
            argument="prompt",
            received=longest,
            expected=worded(f"at most {context} codes"),
            hint=worded(f"With {setting('stride', 1)} the last {context} of them are read."),
        )
    if stride is not None and stride > context:
        raise ArgumentError(
            f"'stride' must be at most the model's context of {context} codes, not {stride}.",
            argument="stride",
            received=stride,
            expected=worded(f"a whole number from 1 to {context}"),
        )


def _as_logits() -> Callable[[np.ndarray], np.ndarray]:
    """Return what makes logits of a network's outputs, which may be probabilities."""
    decided: list[bool] = []

    def to_logits(outputs: np.ndarray) -> np.ndarray:
        wide = outputs.astype(np.float64)
        if not decided:
            sums = wide.sum(axis=-1)
            decided.append(bool(np.all(wide >= 0.0) and np.allclose(sums, 1.0, atol=1e-3)))
        if not decided[0]:
            return wide
        with np.errstate(divide="ignore"):
            return np.log(wide)

    return to_logits


def _checked_logits(logits: np.ndarray, padded: bool) -> np.ndarray:
    if np.isnan(logits).any() or np.isposinf(logits).any():
        raise StateError(
            "The model's logits are no numbers: nothing can be drawn from them.",
            hint=worded("Look at its weights, and at how it was trained."),
        )
    if padded:
        logits[:, 0] = -np.inf
    return logits
