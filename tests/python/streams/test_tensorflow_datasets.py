"""Data sets that are read batch by batch, as TensorFlow's; and what layers make within them."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from rdeep.bridge import services
from rdeep.data.timeseries import timeseries_dataset_from_array
from rdeep.utils import FeatureSpace, text_dataset_from_directory


@pytest.mark.parametrize("targets", [None, np.arange(10.0)])
@pytest.mark.parametrize("size", [4, None])
def test_a_stream_is_a_tensorflow_dataset(targets, size):
    data = timeseries_dataset_from_array(np.arange(10.0), targets, 3, batch_size=size)
    found = services.tensorflow_dataset(data)
    assert int(found.cardinality()) == data.batches
    wanted = [batch if len(batch) > 1 else batch[0] for batch in data.open(0)]
    for got, expected in zip([*found.as_numpy_iterator()], wanted, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, got, expected)
    tf.nest.map_structure(np.testing.assert_array_equal, [*services.opened(data)], wanted)


def test_each_pass_over_texts_is_the_next_epoch(tmp_path):
    for name in "abcd":
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(name * 3)
    data = text_dataset_from_directory(str(tmp_path), batch_size=4, seed=1)
    found = services.tensorflow_dataset(data).map(lambda x, y: tf.strings.upper(x))
    for epoch in range(2):
        wanted = [str(text).upper() for text in next(iter(data.open(epoch)))[0]]
        assert [text.decode() for text in next(found.as_numpy_iterator())] == wanted


@pytest.mark.parametrize("mode", ["concat", "dict"])
def test_features_are_encoded_within_a_dataset(mode):
    rows = {"sex": np.array([0, 1, 1]), "kind": np.array(["a", "b", "a"]), "age": np.ones(3)}
    space = FeatureSpace(
        {
            "sex": FeatureSpace.integer_categorical(num_oov_indices=0),
            "kind": FeatureSpace.string_categorical(num_oov_indices=0),
            "age": "float_normalized",
        },
        crosses=[FeatureSpace.cross(("sex", "kind"), crossing_dim=4)],
        output_mode=mode,
    )
    data = tf.data.Dataset.from_tensor_slices(rows)
    space.adapt(data.batch(2))
    wanted = space(rows)
    for batched in (data.batch(3), data):
        parts = [*batched.map(lambda x: space(x)).as_numpy_iterator()]
        got = parts[0] if len(parts) == 1 else tf.nest.map_structure(lambda *x: np.stack(x), *parts)
        tf.nest.map_structure(np.testing.assert_allclose, got, wanted)
