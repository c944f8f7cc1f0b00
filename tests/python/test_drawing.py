"""What a picture of a model is made from."""

from __future__ import annotations

import rdeep
from rdeep import layers


def test_each_use_of_a_layer_is_a_row():
    left, right = rdeep.Input((4,)), rdeep.Input((4,))
    encode = layers.Dense(8, activation="relu", name="encode")
    both = layers.Concatenate()([encode(left), encode(right)])
    rows = rdeep.Model([left, right], both).layer_uses()
    assert [row["kind"] for row in rows] == ["InputLayer"] * 2 + ["Dense"] * 2 + ["Concatenate"]
    assert [row["reads"] for row in rows] == [[], [], [0], [1], [2, 3]]
    assert [row["use"] for row in rows if row["name"] == "encode"] == [0, 1]
    assert rows[2]["options"] == {"units": 8}
    assert rows[2]["activation"] == "relu"
    assert rows[2]["family"] == "core"


def test_options_at_their_defaults_and_how_weights_start_are_left_out():
    model = rdeep.Sequential(
        [
            layers.Conv2D(4, 3, padding="same", kernel_initializer="he_normal"),
            layers.Reshape((64, 4)),
            layers.Bidirectional(layers.LSTM(2, return_sequences=True)),
        ],
        input_shape=(8, 8, 1),
    )
    options = [row["options"] for row in model.layer_uses()]
    assert options[1] == {"filters": 4, "kernel_size": [3, 3], "padding": "same"}
    assert options[2] == {}
    nested = {"kind": "lstm", "options": {"units": 2, "return_sequences": True}}
    assert options[3] == {"layer": nested}


def test_a_layer_with_several_outputs_shows_each_shape():
    series = rdeep.Input((5, 3))
    outputs = layers.LSTM(2, return_state=True)(series)
    rows = rdeep.Model(series, outputs).layer_uses()
    assert rows[1]["shape"] == "(None, 2), (None, 2), (None, 2)"
    assert rows[1]["dtype"] == "float32"
