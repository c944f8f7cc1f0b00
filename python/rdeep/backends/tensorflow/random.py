"""Random numbers on TensorFlow, equal to those of `rdeep.backends.random` bit for bit."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.backends.random import (
    FIRST,
    RESOLUTION,
    SECOND,
    draw_salt,
    layer_key,
    threshold,
)

Tensor = Any


def mix(x: Tensor) -> Tensor:
    """Scramble 32 bits: `rdeep.backends.random.mix` for a tensor of uint32.

    Parameters
    ----------
    x : Tensor
        The numbers.
    """
    x = _xor_shifted(x, 16) * tf.constant(FIRST, tf.uint32)
    x = _xor_shifted(x, 15) * tf.constant(SECOND, tf.uint32)
    return _xor_shifted(x, 16)


def _xor_shifted(x: Tensor, bits: int) -> Tensor:
    shifted = tf.bitwise.right_shift(x, tf.constant(bits, tf.uint32))
    return tf.bitwise.bitwise_xor(x, shifted)


def keep(key: Tensor, shape: Tensor, rate: float) -> Tensor:
    """Return a mask, True where a value stays.

    Parameters
    ----------
    key : Tensor
        What `rdeep.backends.random.step_key` would return, uint32.
    shape : Tensor
        The mask's shape.
    rate : float
        The share of values that do not stay.
    """
    return scrambled(key, shape) >= tf.constant(threshold(rate), tf.uint32)


def scrambled(key: Tensor, shape: Tensor) -> Tensor:
    """Return a number of 24 bits for each position of a shape, uint32.

    Parameters
    ----------
    key : Tensor
        As for `keep`.
    shape : Tensor
        The shape.
    """
    positions = tf.cast(tf.range(tf.reduce_prod(shape)), tf.uint32)
    return tf.reshape(
        tf.bitwise.right_shift(mix(positions + key), tf.constant(8, tf.uint32)), shape
    )


def uniform(key: Tensor, shape: Tensor, number: int) -> Tensor:
    """Return numbers from 0 to below 1, float32.

    Parameters
    ----------
    key : Tensor
        A layer's key at a step.
    shape : Tensor
        Their shape.
    number : int
        Which draw of the layer in this step it is, from 0.
    """
    own = tf.bitwise.bitwise_xor(key, tf.constant(draw_salt(number), tf.uint32))
    return tf.cast(scrambled(own, shape), tf.float32) / RESOLUTION


class RandomState:
    """What a network's random layers draw from: a seed and the number of the step.

    Both are variables, so that compiled steps need not be compiled again for another seed.

    Attributes
    ----------
    in_prediction : bool
        Whether a function that is being traced has dropout although it does not train.
    """

    def __init__(self) -> None:
        self._seed = 0
        self._keys: dict[str, tf.Variable] = {}
        self._own_seeds: dict[str, int | None] = {}
        self._mixed_step = tf.Variable(0, dtype=tf.uint32, trainable=False)
        self.in_prediction = False

    @property
    def used(self) -> bool:
        """Whether any layer draws random numbers."""
        return bool(self._keys)

    def add(self, name: str, seed: int | None) -> None:
        """Make a key for a layer.

        Parameters
        ----------
        name : str
            The layer's name in its model.
        seed : int, optional
            A seed of the layer's own.
        """
        if name not in self._keys:
            key = layer_key(0 if seed is None else seed, name)
            self._keys[name] = tf.Variable(key, dtype=tf.uint32, trainable=False)
            self._own_seeds[name] = seed

    def set_seed(self, seed: int) -> None:
        """Set the seed of the layers that have none of their own.

        Parameters
        ----------
        seed : int
            The training's seed.
        """
        if seed == self._seed:
            return
        self._seed = seed
        for name, key in self._keys.items():
            if self._own_seeds[name] is None:
                key.assign(layer_key(seed, name))

    def set_step(self, step: Tensor) -> None:
        """Set the number of the step; may stand in a compiled function.

        Parameters
        ----------
        step : Tensor
            The number, int64.
        """
        self._mixed_step.assign(mix(tf.cast(step, tf.uint32)))

    def key(self, name: str) -> Tensor:
        """Return a layer's key at the step, uint32.

        Parameters
        ----------
        name : str
            The layer's name in its model.
        """
        return mix(tf.bitwise.bitwise_xor(self._keys[name].value(), self._mixed_step.value()))


class Dropout(keras.layers.Layer):
    """Dropout whose mask depends on seed, layer and step alone.

    Parameters
    ----------
    rate : float
        The share of values set to zero.
    key_name : str
        The layer's name in the graph, a part of the key.
    random : RandomState
        The network's seed and step.
    noise_shape : tuple, optional
        The mask's shape; `None` for a size of the input.
    seed : int, optional
        A seed of the layer's own.
    name : str, optional
        The Keras layer's name.
    """

    def __init__(
        self,
        rate: float,
        key_name: str,
        random: RandomState,
        noise_shape: tuple[int | None, ...] | None = None,
        seed: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        self.rate, self.noise_shape = rate, noise_shape
        self._key_name, self._random = key_name, random
        self.supports_masking = True
        random.add(key_name, seed)
        self.built = True

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """Return the tensor with a share of its values dropped, while training."""
        if not (training or self._random.in_prediction) or self.rate == 0.0:
            return inputs
        shape = tf.shape(inputs)
        if self.noise_shape is not None:
            sizes = [shape[i] if size is None else size for i, size in enumerate(self.noise_shape)]
            shape = tf.stack(sizes)
        stays = keep(self._random.key(self._key_name), shape, self.rate)
        return inputs * (tf.cast(stays, inputs.dtype) * (1.0 / (1.0 - self.rate)))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return {**super().get_config(), "rate": self.rate, "noise_shape": self.noise_shape}
