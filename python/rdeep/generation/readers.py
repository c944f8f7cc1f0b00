"""How a model reads texts: bit by bit with what it keeps, or the whole text for each code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from rdeep.engines import registry as backends
from rdeep.engines.contract import Network, Source
from rdeep.errors import StateError, format_shape, setting, worded
from rdeep.generation.decoder import Decoder
from rdeep.generation.kept import Kernel, NotCausal, TooLong
from rdeep.graph.network import Graph


class GenerativeModel(Protocol):
    """What generation asks of a model."""

    backend: str

    @property
    def graph(self) -> Graph:
        """The graph; a `StateError` if the input's shape is not known yet."""

    @property
    def network(self) -> Network:
        """The network on its engine, built at the first call."""

    def get_named_weights(self) -> dict[str, np.ndarray]:
        """Return the weights by name."""

    def draws_from(self) -> Source:
        """Return what a prediction draws from."""


class Reader(Protocol):
    """What gives the logits after texts of one length."""

    def logits(self, codes: np.ndarray, start: int) -> np.ndarray:
        """Return the logits of what follows.

        Parameters
        ----------
        codes : array
            The texts' codes, a row for each.
        start : int
            Where the context begins, of which the last code is the texts' last.
        """


class CachedReader:
    """Reads each code once: keys, values and states of those before are kept.

    Parameters
    ----------
    decoder : Decoder
        The network.
    entry : function
        Returns codes as the network's input.
    """

    def __init__(self, decoder: Decoder, entry: Callable[[np.ndarray], np.ndarray]) -> None:
        self.decoder, self.entry = decoder, entry
        self.start = self.end = 0

    def logits(self, codes: np.ndarray, start: int) -> np.ndarray:
        """Return the logits of what follows the codes."""
        if start != self.start:
            # Every code has another position now.
            self.decoder.restart()
            self.start = self.end = start
        new = codes[:, self.end :]
        self.end = codes.shape[1]
        with np.errstate(all="ignore"):
            found = self.decoder.read(self.entry(new))
            return np.asarray(self.decoder.kernel.ops.convert_to_numpy(found[:, -1]))


class WholeReader:
    """Reads the whole context for each code, by the network as it predicts.

    Parameters
    ----------
    model : GenerativeModel
        The model.
    size : int or None
        How many codes it reads, where it reads no fewer.
    entry : function
        Returns codes as the network's input.
    """

    def __init__(
        self, model: GenerativeModel, size: int | None, entry: Callable[[np.ndarray], np.ndarray]
    ) -> None:
        self.model, self.size, self.entry = model, size, entry

    def logits(self, codes: np.ndarray, start: int) -> np.ndarray:
        """Return the logits of what follows the codes."""
        found = self.outputs(codes[:, start:])
        return found if found.ndim == 2 else found[:, codes.shape[1] - start - 1]

    def outputs(self, codes: np.ndarray) -> np.ndarray:
        """Return what the network gives for texts, padded with zeros to its size.

        Parameters
        ----------
        codes : array
            The texts' codes.
        """
        if self.size is not None:
            codes = np.pad(codes, [(0, 0), (0, self.size - codes.shape[1])])
        given = self.entry(codes)
        return self.model.network.predict([given], len(codes), self.model.draws_from())[0]


def reader_of(
    model: GenerativeModel,
    rows: int,
    length: int,
    shortest: int,
    cache: bool,
    entry: Callable[[np.ndarray], np.ndarray],
) -> tuple[Reader, int | None]:
    """Return how a model reads texts, and how many codes it reads at most.

    Parameters
    ----------
    model : GenerativeModel
        The model.
    rows, length : int
        How many texts there are, and how long they become.
    shortest : int
        How many codes are read first.
    cache : bool
        Whether each code is read once.
    entry : function
        Returns codes as the network's input.
    """
    graph = model.graph.network
    size = graph.inputs[0].shape[1]
    context = size
    decoder: Decoder | None = None
    reason: NotCausal | None = None
    try:
        decoder, context = _decoder(model, graph, rows, length if size is None else size)
        context = context if size is None else size
    except NotCausal as error:
        reason = error
    if cache:
        if decoder is None:
            assert reason is not None
            raise reason
        return CachedReader(decoder, entry), context
    reader = WholeReader(model, size, entry)
    if size is not None and shortest < size and decoder is None:
        _check_padding(reader, size, graph)
    return reader, context


def _decoder(
    model: GenerativeModel, graph: Graph, rows: int, length: int
) -> tuple[Decoder, int | None]:
    weights, kernel = model.get_named_weights(), _kernel(model)
    try:
        return Decoder(graph, weights, kernel, rows, length), None
    except TooLong as error:
        return Decoder(graph, weights, kernel, rows, error.longest), error.longest


def _kernel(model: GenerativeModel) -> Kernel:
    """Return what formulas are computed on: NumPy, whose small operations cost least on a CPU."""
    if model.backend != "torch" or model.network.device.startswith("cpu"):
        return Kernel(backends.load("numpy").ops, np.asarray)
    ops = backends.load("torch").ops
    near = model.network.parameters()[0]  # type: ignore[attr-defined]
    return Kernel(ops, lambda array: ops.operand(array, near))


def _check_padding(reader: WholeReader, size: int, graph: Graph) -> None:
    """Refuse that what comes after a text changes what the model says of it."""
    rows = reader.outputs(np.zeros((1, size), np.int32))
    if rows.ndim == 3 and size > 1:
        limit = rows.shape[-1]
        one = np.arange(size, dtype=np.int32)[None] % limit
        other = one.copy()
        half = size // 2
        other[:, half:] = (other[:, half:] + 1) % limit
        a, b = (reader.outputs(codes)[:, :half] for codes in (one, other))
        if np.allclose(a, b, atol=1e-5 * (1.0 + float(np.abs(a).max(initial=0.0)))):
            return
    raise StateError(
        f"The model reads exactly {size} codes, so that a prompt must have as many: its input has "
        f"the shape {format_shape(graph.inputs[0].shape)}, and what it says of a code depends on "
        "those after it.",
        argument="prompt",
        expected=worded(f"prompts of {size} codes"),
        hint=worded(
            f"With causal layers, such as attention with {setting('use_causal_mask', True)}, "
            "shorter prompts can be continued."
        ),
    )
