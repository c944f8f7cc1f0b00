"""A saved model of TensorFlow as a layer."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.options import Flag, Path, Text, checked
from rdeep.engines.tensorflow.builders.base import BuildContext, native_form
from rdeep.errors import ArgumentError, FileError, ShapeError, constructor, format_shape
from rdeep.graph.foreign import Foreign


class TFSMLayer(Foreign):
    """Computes by an endpoint of a TensorFlow SavedModel.

    Such a model runs on TensorFlow alone, and no file of rdeep holds it.

    Parameters
    ----------
    filepath : str
        The SavedModel's folder.
    call_endpoint : str
        The endpoint that is called.
    call_training_endpoint : str, optional
        The endpoint that is called while training; the same one by default.
    trainable : bool
        Whether training changes the variables that the SavedModel says are trainable.
    name : str, optional
        The layer's name in its model.
    """

    engine = "TensorFlow"

    def __init__(
        self,
        filepath: Any,
        call_endpoint: str = "serve",
        call_training_endpoint: str | None = None,
        trainable: bool = True,
        name: str | None = None,
    ) -> None:
        path = checked(Path(), filepath, "filepath")
        endpoint = checked(Text(), call_endpoint, "call_endpoint")
        trained = checked(Flag(), trainable, "trainable")
        if not tf.io.gfile.exists(f"{path}/saved_model.pb"):
            raise FileError(
                f"'{path}' is not the folder of a SavedModel.", argument="filepath", received=path
            )
        try:
            layer = keras.layers.TFSMLayer(path, endpoint, call_training_endpoint, trained)
        except ValueError as error:
            raise ArgumentError(
                f"{constructor(self)}: {error}", argument="call_endpoint", received=endpoint
            ) from error
        found = {f"{place}": v for place, v in enumerate(layer.weights)}
        learned = {id(v) for v in layer.trainable_weights}
        super().__init__(
            layer,
            {n: v.numpy() for n, v in found.items() if id(v) in learned},
            {n: v.numpy() for n, v in found.items() if id(v) not in learned},
            name,
            trained,
        )
        self.__dict__["_variables"] = found

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the endpoint gives."""
        title = self.name or type(self).__name__
        try:
            found = self.thing(keras.KerasTensor(shapes[0]))
        except Exception as error:
            raise ShapeError(
                f"Layer {title!r}: the endpoint cannot take an input of shape "
                f"{format_shape(shapes[0])}: {error}",
                layer=title,
                received=shapes[0],
            ) from error
        outputs = keras.tree.flatten(found)
        if len(outputs) != 1:
            raise ArgumentError(
                f"Layer {title!r}: the endpoint must give one tensor, not {len(outputs)}.",
                layer=title,
                received=len(outputs),
                expected="one tensor",
            )
        return tuple(outputs[0].shape)


class _Single(keras.layers.Layer):
    """The endpoint's one tensor, which it may give in a dict."""

    def __init__(self, record: TFSMLayer, context: BuildContext) -> None:
        super().__init__(name=context.keras_name, trainable=record.trainable)
        self.inner, self.record = record.thing, record
        self.built = True

    def find_variable(self, name: str) -> Any:
        """Return a variable of the SavedModel."""
        return self.record.__dict__["_variables"][name]

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return what the endpoint gives."""
        return keras.tree.flatten(self.inner(inputs, training=training))[0]


@native_form(TFSMLayer)
def saved_model(record: TFSMLayer, context: BuildContext) -> list[keras.layers.Layer]:
    """Build the layer of a SavedModel."""
    return [_Single(record, context)]
