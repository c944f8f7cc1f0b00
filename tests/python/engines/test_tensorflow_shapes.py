"""What TensorFlow knows of shapes while a function is traced."""

from __future__ import annotations

import tensorflow as tf

from rdeep.engines import registry


def test_sizes_that_a_tensor_holds_are_unknown():
    ops = registry.load("tensorflow").ops
    ones = tf.ones((1, 8, 8))
    for function, sizes in (
        (lambda given: ops.tile(ones, [given[0][at] for at in range(3)]), (None, None, None)),
        (lambda given: tf.broadcast_to(ones, given[0]), (None, 8, 8)),
    ):
        specs, _ = ops.result_specs(function, [(3,)], ["int32"], [None])
        assert specs == [(sizes, "float32")]


def test_a_batch_of_unknown_size_stays_an_axis():
    squeeze = registry.load("tensorflow").ops.squeeze
    traced = tf.function(squeeze, input_signature=[tf.TensorSpec((None, 1, 3, 1))])
    assert traced.get_concrete_function().output_shapes.as_list() == [None, 3]
    assert squeeze(tf.ones((1, 3))).shape == (3,)
    assert squeeze(tf.ones((2, 3))).shape == (2, 3)
