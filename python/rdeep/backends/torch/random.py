"""Random numbers on torch, equal to those of `rdeep.backends.random` bit for bit."""

from __future__ import annotations

import torch
from torch import Tensor

from rdeep.backends.random import (
    FIRST,
    RESOLUTION,
    SECOND,
    draw_key,
    draw_salt,
    layer_key,
    step_key,
    threshold,
)


class RandomState:
    """What a network's random layers draw from: a seed and the number of the step.

    Attributes
    ----------
    seed, step : int
        The training's seed, and the number of the step.
    keys : Tensor or None
        In compiled steps, where numbers that change would be compiled in: the layers' keys at the
        step, in the order in which the layers were made.
    """

    def __init__(self) -> None:
        self.seed = 0
        self.step = 0
        self.keys: Tensor | None = None
        self._layers: list[tuple[str, int | None]] = []

    def add(self, name: str, seed: int | None) -> int:
        """Take in a layer and return its place among the keys."""
        self._layers.append((name, seed))
        return len(self._layers) - 1

    def key(self, place: int, step: int) -> int:
        """Return a layer's key at a step, as torch's int32 has it."""
        name, seed = self._layers[place]
        return _signed(step_key(layer_key(self.seed if seed is None else seed, name), step))

    def keys_at(self, step: int) -> list[int]:
        """Return the keys of all layers at a step."""
        return [self.key(place, step) for place in range(len(self._layers))]


def _signed(x: int) -> int:
    """Return 32 bits as torch's int32 has them, which is signed."""
    return x - (1 << 32) if x >= 1 << 31 else x


def keep(key: int | Tensor, positions: Tensor, rate: float) -> Tensor:
    """Return a mask, True where a value stays.

    Parameters
    ----------
    key : int or Tensor
        What `step_key` returned, with the sign that int32 gives it.
    positions : Tensor
        The numbers from 0 in the mask's shape, int32.
    rate : float
        The share of values that do not stay.
    """
    return scrambled(key, positions) >= threshold(rate)


def scrambled(key: int | Tensor, positions: Tensor) -> Tensor:
    """Return a number of 24 bits for each position.

    Parameters
    ----------
    key : int or Tensor
        As for `keep`.
    positions : Tensor
        The numbers from 0 in the shape that is wanted, int32.
    """
    # Multiplication wraps, and masking after a shift makes it a logical one.
    x = positions + key
    x ^= (x >> 16) & 0xFFFF
    x *= FIRST
    x ^= (x >> 15) & 0x1FFFF
    x *= _signed(SECOND)
    x ^= (x >> 16) & 0xFFFF
    return (x >> 8) & 0xFFFFFF


class Draws:
    """The random numbers of a layer, which depend on seed, layer, step and number alone.

    Parameters
    ----------
    random : RandomState
        The network's seed and step.
    name : str
        The layer's name in the model, a part of the key.
    seed : int, optional
        A seed of the layer's own.
    """

    def __init__(self, random: RandomState, name: str, seed: int | None) -> None:
        self.random = random
        self._place = random.add(name, seed)

    def uniform(self, shape: tuple[int, ...], number: int, device: torch.device) -> Tensor:
        """Return numbers from 0 to below 1.

        Parameters
        ----------
        shape : tuple of int
            Their shape.
        number : int
            Which draw of the layer in this step it is, from 0.
        device : torch.device
            Where they are wanted.
        """
        positions = torch.arange(int(torch.Size(shape).numel()), dtype=torch.int32, device=device)
        return scrambled(self._key(number), positions).reshape(shape) / RESOLUTION

    def _key(self, number: int) -> int | Tensor:
        if self.random.keys is not None:
            return self.random.keys[self._place].to(torch.int32) ^ _signed(draw_salt(number))
        key = self.random.key(self._place, self.random.step) & 0xFFFFFFFF
        return _signed(draw_key(key, number))


class Dropout(torch.nn.Module):
    """Dropout whose mask depends on seed, layer and step alone.

    Parameters
    ----------
    rate : float
        The share of values set to zero.
    name : str
        The layer's name in the model, a part of the key.
    random : RandomState
        The network's seed and step.
    noise_shape : tuple, optional
        The mask's shape; `None` for a size of the input.
    seed : int, optional
        A seed of the layer's own.
    """

    def __init__(
        self,
        rate: float,
        name: str,
        random: RandomState,
        noise_shape: tuple[int | None, ...] | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__()
        self.rate, self.random, self.noise_shape = rate, random, noise_shape
        self._place = random.add(name, seed)
        self._positions: dict[tuple[int, ...], Tensor] = {}

    def forward(self, x: Tensor) -> Tensor:
        """Return the tensor with a share of its values dropped, while training."""
        if not self.training or self.rate == 0.0:
            return x
        shape = tuple(x.shape)
        if self.noise_shape is not None:
            shape = tuple(n if s is None else s for s, n in zip(self.noise_shape, shape))
        if self.random.keys is not None:
            size = int(torch.Size(shape).numel())
            positions = torch.arange(size, dtype=torch.int32, device=x.device).reshape(shape)
            key = self.random.keys[self._place].to(torch.int32)
            return x * keep(key, positions, self.rate) * (1.0 / (1.0 - self.rate))
        return self._eager(x, shape)

    def leave_out_of_compilation(self) -> None:
        """Keep the drawing out of a compiled network."""
        # The key is another number at each step, and would compile each step anew. Not a decorator:
        # that would load the compiler, and take half a second, for everybody.
        self._eager = torch.compiler.disable(self._eager)  # type: ignore[method-assign]

    def _eager(self, x: Tensor, shape: tuple[int, ...]) -> Tensor:
        positions = self._positions.get(shape)
        if positions is None or positions.device != x.device:
            size = int(torch.Size(shape).numel())
            positions = torch.arange(size, dtype=torch.int32, device=x.device).reshape(shape)
            # An epoch has two batch sizes; keeping more would keep memory for nothing.
            if len(self._positions) > 3:
                self._positions.clear()
            self._positions[shape] = positions
        key = self.random.key(self._place, self.random.step)
        return x * keep(key, positions, self.rate) * (1.0 / (1.0 - self.rate))

    def extra_repr(self) -> str:
        """Return what is shown between the brackets."""
        return f"rate={self.rate}"
