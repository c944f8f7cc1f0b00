"""Layers for tables."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, Recorded, builds


class _FeatureTokens(Recorded):
    def call(self, x: Any) -> Any:
        return self.finished(x[:, :, None] * self.held["kernel"])


@builds(layers.FeatureTokens)
def feature_tokens(record: layers.FeatureTokens, site: BuildContext) -> list[keras.layers.Layer]:
    """Build the tokens of numbers."""
    return [_FeatureTokens(record, site)]


class _PiecewiseLinearEmbedding(Recorded):
    """The encoding of all columns at once, and a product for each."""

    # Bins may be narrow for 16 bits.
    casts_inputs = False

    def call(self, x: Any) -> Any:
        """Return a vector for each column."""
        bins = self.record.encoding()
        encoded = tf.clip_by_value(
            (x[:, :, None] - bins["left"]) * bins["scale"], bins["low"], bins["high"]
        )
        y = tf.einsum("bpt,ptu->bpu", self.computed(encoded), self.computed(self.held["kernel"]))
        if "linear" in self.held:
            y = y + self.computed(x[:, :, None] * self.held["linear"])
        return self.finished(y)


@builds(layers.PiecewiseLinearEmbedding)
def piecewise_linear_embedding(
    record: layers.PiecewiseLinearEmbedding, site: BuildContext
) -> list[keras.layers.Layer]:
    """Build an embedding by bins."""
    return [_PiecewiseLinearEmbedding(record, site)]


class _PeriodicEmbedding(Recorded):
    # A wave's angle needs all its digits.
    casts_inputs = False

    def call(self, x: Any) -> Any:
        """Return the columns' vectors."""
        column = x[:, :, None]
        angles = column * (2.0 * math.pi * tf.convert_to_tensor(self.held["frequencies"]))
        if self.record.phases:
            waves = tf.cos(angles + tf.convert_to_tensor(self.held["phases"]))
        else:
            waves = tf.concat([tf.cos(angles), tf.sin(angles)], -1)
        rule = "bpw,wu->bpu" if self.record.lite else "bpw,pwu->bpu"
        y = tf.einsum(rule, self.computed(waves), self.computed(self.held["kernel"]))
        y = y + self.computed(self.held["bias"])
        y = tf.concat([self.computed(column), y], -1) if self.record.keep_input else y
        return self.activated(y)


@builds(layers.PeriodicEmbedding)
def periodic_embedding(
    record: layers.PeriodicEmbedding, site: BuildContext
) -> list[keras.layers.Layer]:
    """Build an embedding by waves."""
    return [_PeriodicEmbedding(record, site)]


class _CategoryTokens(Recorded):
    # 16 bits have no room for large codes.
    casts_inputs = False

    def call(self, codes: Any) -> Any:
        """Return a vector for each code."""
        offsets = np.cumsum([0, *self.record.cardinalities[:-1]]).astype("int32")
        table = tf.convert_to_tensor(self.held["embeddings"])
        return self.computed(tf.gather(table, tf.cast(codes, tf.int32) + offsets))


@builds(layers.CategoryTokens)
def category_tokens(record: layers.CategoryTokens, site: BuildContext) -> list[keras.layers.Layer]:
    """Build the tokens of codes."""
    return [_CategoryTokens(record, site)]


class _OneHot(Recorded):
    casts_inputs = False

    def call(self, codes: Any) -> Any:
        """Return ones where a code is the column's."""
        columns, wanted = self.record.places()
        shown = tf.gather(codes, columns, axis=1)
        return self.computed(shown == tf.constant(wanted, shown.dtype))


@builds(layers.OneHot)
def one_hot(record: layers.OneHot, site: BuildContext) -> list[keras.layers.Layer]:
    """Build the columns of codes."""
    return [_OneHot(record, site)]


class _ClassToken(Recorded):
    def call(self, x: Any) -> Any:
        token = tf.convert_to_tensor(self.held["token"])
        return tf.concat([tf.broadcast_to(token, (tf.shape(x)[0], 1, x.shape[-1])), x], 1)


@builds(layers.ClassToken)
def class_token(record: layers.ClassToken, site: BuildContext) -> list[keras.layers.Layer]:
    """Build the token that stands for the sample."""
    return [_ClassToken(record, site)]


class _FirstToken(Recorded):
    def call(self, x: Any) -> Any:
        return x[:, 0]


@builds(layers.FirstToken)
def first_token(record: layers.FirstToken, site: BuildContext) -> list[keras.layers.Layer]:
    """Build the way to the first token."""
    return [_FirstToken(record, site)]


class _AppendParameter(Recorded):
    def call(self, x: Any) -> Any:
        """Return the tensor with the numbers after its last axis."""
        parameter = tf.convert_to_tensor(self.held["parameter"])
        shape = tf.concat([tf.shape(x)[:-1], [self.record.count]], 0)
        return tf.concat([x, tf.broadcast_to(parameter, shape)], -1)


@builds(layers.AppendParameter)
def append_parameter(
    record: layers.AppendParameter, site: BuildContext
) -> list[keras.layers.Layer]:
    """Build numbers beside those of the samples."""
    return [_AppendParameter(record, site)]
