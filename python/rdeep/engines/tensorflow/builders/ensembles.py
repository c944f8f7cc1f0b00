"""Layers of ensembles; axis 1 holds the members."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, Recorded, builds


class _Members(Recorded):
    def call(self, x: Any) -> Any:
        sizes = tf.shape(x)
        return tf.broadcast_to(
            tf.expand_dims(x, 1), tf.concat([sizes[:1], [self.record.count], sizes[1:]], 0)
        )


@builds(layers.Members)
def members(record: layers.Members, site: BuildContext) -> list[keras.layers.Layer]:
    """Build what shows each sample to all members."""
    return [_Members(record, site)]


class _EnsembleDense(Recorded):
    """A dense layer between scales; all members go through one product."""

    def call(self, x: Any) -> Any:
        """Return the outputs of all members."""
        held, (_, members, features) = self.held, x.shape
        if "input_scale" in held:
            x = x * held["input_scale"]
        y = tf.matmul(tf.reshape(x, (-1, features)), held["kernel"])
        y = tf.reshape(y, (-1, members, self.record.units))
        if "output_scale" in held:
            y = y * held["output_scale"]
        return self.finished(y)


@builds(layers.EnsembleDense)
def ensemble_dense(record: layers.EnsembleDense, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a dense layer of a shared kernel."""
    return [_EnsembleDense(record, site)]


class _MemberDense(Recorded):
    def call(self, x: Any) -> Any:
        return self.finished(tf.einsum("bmf,mfu->bmu", x, self.held["kernel"]))


@builds(layers.MemberDense)
def member_dense(record: layers.MemberDense, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a dense layer for each member."""
    return [_MemberDense(record, site)]
