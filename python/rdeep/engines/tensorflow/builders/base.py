"""What builders of layers share."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import keras
import tensorflow as tf

from rdeep.catalogue import activations
from rdeep.catalogue.activations import Activation
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Layer
from rdeep.engines.native_forms import forms_of
from rdeep.engines.tensorflow import ops
from rdeep.engines.tensorflow.sampling import RandomState

NativeForm = Callable[[Any, "BuildContext"], "list[keras.layers.Layer] | None"]
"""Returns the Keras layers to apply in turn; `None` for options that they do not have.

The last of them holds the weights.
"""
NATIVE: dict[type[Layer], NativeForm] = forms_of("tensorflow")
"""The native forms: of layers whose formula would be slower, or which Keras has itself."""
Form = TypeVar("Form", bound=NativeForm)
_OWN = "rdeep_"


_SAFE_NAME = re.compile(r"[A-Za-z0-9._/-]+")


def keras_name(name: str) -> str:
    """Return a name that Keras and TensorFlow allow; other names become other names.

    Parameters
    ----------
    name : str
        The layer's name; within another layer it comes after that layer's and a slash.
    """
    if _SAFE_NAME.fullmatch(name) and "__" not in name:
        return name.replace("/", "__")
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    # What tells it from other names that look the same now.
    return f"{safe}_{zlib.crc32(name.encode()):08x}"


@dataclass(frozen=True)
class BuildContext:
    """Where a layer stands: its name in the graph and the network's random state."""

    name: str
    random: RandomState

    @property
    def keras_name(self) -> str:
        """The name that the Keras layer gets: Keras allows no slashes, TensorFlow no spaces."""
        return keras_name(self.name)

    def beside(self, suffix: str) -> str:
        """Return a name for a Keras layer that belongs to this one."""
        return f"{self.keras_name}__{suffix}"


def native_form(*records: type[Layer]) -> Callable[[Form], Form]:
    """Enter a function as the native form of some layers.

    Parameters
    ----------
    *records : type
        The layers' records.
    """

    def enter(form: Form) -> Form:
        NATIVE.update(dict.fromkeys(records, form))
        return form

    return enter


def common(record: Any, context: BuildContext) -> dict[str, Any]:
    """Return the options that every Keras layer takes."""
    return {"name": context.keras_name, "trainable": record.trainable}


def keras_options(record: Any, *left_out: str) -> dict[str, Any]:
    """Return a record's options as the Keras layer of the same name takes them.

    Weights are set once the network is built, so that Keras need not draw them: they start as
    zeros. Regularizers and constraints are the training's to apply.

    Parameters
    ----------
    record : Layer
        The layer's record.
    *left_out : str
        Options that the Keras layer does not have.
    """
    found = {}
    for name, declared in record.options.items():
        if name not in (*left_out, *_COMMON) and not name.endswith(_OF_TRAINING):
            found[name] = _as_keras_takes(name, getattr(record, declared.attribute))
    return found


_COMMON = ("name", "trainable")
_OF_TRAINING = ("_regularizer", "_constraint")


def _as_keras_takes(name: str, value: Any) -> Any:
    if isinstance(value, Initializer):
        return "zeros"
    if name.endswith("activation"):
        return activation(value)
    if name == "seed" and value is not None:
        # Keras keeps 32 bits of it, for whoever draws from what a file holds.
        return value % (1 << 31)
    return value or "channels_last" if name == "data_format" else value


class Recorded(keras.layers.Layer):
    """A Keras layer for a record that Keras has no layer for: a subclass adds `call`.

    Parameters
    ----------
    record : Layer
        The layer's record, which says what weights it has and the shape of its output.
    context : BuildContext
        Where it stands.

    Attributes
    ----------
    held : dict
        The weights by name.
    """

    casts_inputs = True
    """Whether a mixed dtype policy turns inputs and weights into 16 bits before `call`."""

    def __init__(self, record: Any, context: BuildContext) -> None:
        super().__init__(**common(record, context), autocast=self.casts_inputs)
        self.record = record
        self._activation = activation(getattr(record, "activation", None))

    def build(self, input_shape: Any) -> None:
        """Make the weights; they start as zeros, and are set once the network is built."""
        self.held = {
            weight.name: self.add_weight(name=weight.name, shape=weight.shape, initializer="zeros")
            for weight in self.record.weights(tuple(input_shape))
        }

    def computed(self, x: Any) -> Any:
        """Return a tensor in the type that the layer computes in."""
        return tf.cast(x, self.compute_dtype)

    def finished(self, y: Any) -> Any:
        """Return the outputs with the bias, if there is one, and the activation."""
        if "bias" in self.held:
            y = y + self.computed(self.held["bias"])
        return self.activated(y)

    def activated(self, y: Any) -> Any:
        """Return the outputs with the activation."""
        return y if self._activation is None else self._activation(y)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return self.record.output_shape(tuple(input_shape))

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return {**super().get_config(), "record": self.record.to_data()}


# Keras knows its own functions by identity, and takes faster paths for them.
_PLAIN: dict[type, tuple[dict[str, Any], str]] = {
    activations.Linear: ({}, "linear"),
    activations.Relu: ({"negative_slope": 0.0, "max_value": None, "threshold": 0.0}, "relu"),
    activations.Elu: ({"alpha": 1.0}, "elu"),
    activations.Gelu: ({"approximate": False}, "gelu"),
    activations.Sigmoid: ({}, "sigmoid"),
    activations.Tanh: ({}, "tanh"),
    activations.Softmax: ({"axis": -1}, "softmax"),
    activations.Softplus: ({}, "softplus"),
    activations.Selu: ({}, "selu"),
    activations.Silu: ({}, "silu"),
    activations.Exponential: ({}, "exponential"),
}


def activation(record: Activation | None) -> Any:
    """Return what Keras takes for an activation: a name of its own, or a function.

    Parameters
    ----------
    record : Activation or None
        The activation.
    """
    if record is None:
        return None
    options, name = _PLAIN.get(type(record), (None, ""))
    if options is not None and all(getattr(record, key) == options[key] for key in options):
        return getattr(keras.activations, name)

    def compute(x: Any) -> Any:
        assert record is not None
        return record.compute(x, ops)

    compute.__name__ = f"{_OWN}{record.key}"
    return compute


def keras_knows(function: Any) -> bool:
    """Return whether Keras can write an activation down and read it again.

    Parameters
    ----------
    function : function
        What `activation` returned.
    """
    return not function.__name__.startswith(_OWN)
