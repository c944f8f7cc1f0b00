"""What R's `predict()` asks for."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.data.output_buffer import OutputBuffer
from rdeep.models import Model

# From this many values on, writing into R's memory is faster than reticulate's conversion.
_LARGE = 1 << 18


def predict(
    model: Model,
    x: object,
    batch_size: int | None = None,
    steps: int | None = None,
    callbacks: object = None,
) -> Any:
    """Return predictions, large ones as `OutputBuffer`; arguments as for `Model.predict`."""
    outputs = model.predict(x, batch_size, steps=steps, callbacks=callbacks)
    return _large_in_buffers(outputs)


def _large_in_buffers(outputs: Any) -> Any:
    if isinstance(outputs, dict):
        return {name: _large_in_buffers(each) for name, each in outputs.items()}
    if isinstance(outputs, (list, tuple)):
        return [_large_in_buffers(each) for each in outputs]
    return OutputBuffer(outputs) if outputs.size >= _LARGE else outputs


def prediction_facts(model: Model) -> dict[str, Any]:
    """Return what R must know before it hands over data: the inputs' names, which take text, draws.

    Parameters
    ----------
    model : Model
        The model.
    """
    return {
        "names": model.input_names if model.is_built else None,
        "text": model.text_inputs,
        "draws": model.draws_in_prediction,
    }


def predict_numbers(model: Model, x: np.ndarray, batch_size: int | None = None) -> Any:
    """Return predictions for an array of numbers, or `None` where R must look at more first.

    It must where the network takes text, and where it draws random numbers, for which R may have
    a seed to hand over.

    Parameters
    ----------
    model : Model
        The model.
    x : numpy.ndarray
        Finite numbers.
    batch_size : int, optional
        As for `Model.predict`.
    """
    if model.draws_in_prediction or any(model.text_inputs):
        return None
    return predict(model, x, batch_size)
