"""Networks that read spectrograms: a convolution that halves the time, then blocks.

A frame whose bands are all zero is not there: sounds of a batch are filled up with such frames.
What a network gives there says nothing, so that a sound's outputs do not depend on its company.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep import ops
from rdeep.catalogue import layers
from rdeep.errors import ArgumentError, setting
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models import Model
from rdeep.ready.own_network import apply_own
from rdeep.speech.settings import SpeechSettings

_CERTAIN = 30.0
"""The logit of the blank where there is no sound: its probability is one there."""
_PROBED = 1000


def body_of(asked: SpeechSettings) -> Callable[..., Any]:
    """Return the layers between spectrograms and the output layer.

    Parameters
    ----------
    asked : SpeechSettings
        The settings.
    """
    if asked.architecture == "conv":
        return convolutions(asked.width, asked.blocks or 6, asked.kernel, asked.dropout)
    return recurrent(
        asked.architecture, asked.width, asked.blocks or 2, asked.kernel, asked.dropout
    )


def speech_network(
    body: Any, bands: int, outputs: int, stride: int, pooled: bool, backend: str, device: str | None
) -> Model:
    """Return a network whose outputs are logits.

    Parameters
    ----------
    body : layers, or function of a tensor
        What is between spectrograms and the output layer.
    bands : int
        The bands of the spectrograms.
    outputs : int
        The logits of each step, the first of the blank; or of each class.
    stride : int
        How many frames there are to a step; 0 if there are no steps.
    pooled : bool
        Whether the logits are of the mean of all steps.
    backend, device : str
        Where it runs.
    """
    inputs = Input((None, bands))
    features = apply_own(body, inputs)
    if stride == 0:
        logits = layers.Dense(outputs, name="logits")(features)
        return Model(inputs, logits, "speech", backend, device)
    heard = _heard(inputs)[:, ::stride]
    if pooled:
        total = ops.sum(features * heard, axis=1)
        mean = total / ops.maximum(ops.sum(heard, axis=1), 1.0)
        logits = layers.Dense(outputs, name="logits")(mean)
    else:
        steps = layers.Dense(outputs, name="steps")(features) * heard
        blank = ops.pad((1.0 - heard) * _CERTAIN, ((0, 0), (0, 0), (0, outputs - 1)))
        logits = layers.Activation("linear", name="logits")(steps + blank)
    return Model(inputs, logits, "speech", backend, device)


def convolutions(width: int, blocks: int, kernel: int, dropout: float) -> Callable[..., Any]:
    """Return a network of convolutions with shortcuts.

    Parameters
    ----------
    width : int
        The channels.
    blocks : int
        How many convolutions follow the first one.
    kernel : int
        The steps that each of them sees.
    dropout : float
        The share of the channels that is left out in training.
    """

    def body(inputs: SymbolicTensor) -> Any:
        heard = _heard(inputs)[:, ::2]
        x = _front(inputs, width, kernel)
        for block in range(blocks):
            # Convolutions see what is beyond the end of a sound as zeros, whatever follows.
            y = layers.Conv1D(width, kernel, padding="same", name=f"conv_{block + 1}")(x * heard)
            y = layers.LayerNormalization(name=f"norm_{block + 1}")(y)
            y = layers.Activation("relu")(y)
            x = x + layers.Dropout(dropout)(y)
        return x

    return body


def recurrent(
    cell: str, width: int, blocks: int, kernel: int, dropout: float
) -> Callable[..., Any]:
    """Return a network of a convolution and recurrent layers in both directions.

    Parameters
    ----------
    cell : {"gru", "lstm"}
        The recurrent layer.
    width : int
        The channels, half of them of each direction.
    blocks : int
        How many recurrent layers there are.
    kernel : int
        The frames that the convolution sees.
    dropout : float
        The share of the channels that is left out in training.
    """
    layer = layers.GRU if cell == "gru" else layers.LSTM

    def body(inputs: SymbolicTensor) -> Any:
        heard = _heard(inputs)[:, ::2]
        x = _front(inputs, width, kernel)
        for block in range(blocks):
            x = layers.Masking()(layers.Dropout(dropout)(x) * heard)
            both = layers.Bidirectional(
                layer(width // 2, return_sequences=True), name=f"{cell}_{block + 1}"
            )
            x = layers.LayerNormalization(name=f"norm_{block + 1}")(both(x))
        return x

    return body


def _front(inputs: SymbolicTensor, width: int, kernel: int) -> Any:
    x = layers.Conv1D(width, kernel, strides=2, padding="same", name="front")(inputs)
    return layers.Activation("relu")(layers.LayerNormalization(name="front_norm")(x))


def _heard(inputs: SymbolicTensor) -> Any:
    """Return 1 for the frames of sounds, and 0 for those that fill up: `(batch, frames, 1)`."""
    return ops.cast(ops.max(ops.abs(inputs), axis=-1, keepdims=True) > 0, "float32")


def frames_per_step(body: Any, bands: int, may_pool: bool) -> int:
    """Return how many frames there are to a step of a network; 0 if it gives no steps.

    Parameters
    ----------
    body : layers, or function of a tensor
        What is between spectrograms and the output layer.
    bands : int
        The bands of the spectrograms.
    may_pool : bool
        Whether it may give one vector for the whole sound.
    """
    steps = []
    for frames in (_PROBED, _PROBED + 1):
        shape = apply_own(body, Input((frames, bands))).shape
        if len(shape) == 2 and may_pool:
            return 0
        steps.append(shape[1] if len(shape) == 3 else None)
    stride = 0 if not steps[0] else round(_PROBED / steps[0])
    if not stride or steps != [-(-_PROBED // stride), -(-(_PROBED + 1) // stride)]:
        raise ArgumentError(
            "'network' must give a vector for each step of the sound, of one or several frames.",
            argument="network",
            received=shape,
            hint=f"Its layers need {setting('padding', 'same')}, and recurrent ones "
            f"{setting('return_sequences', True)}.",
        )
    return stride
