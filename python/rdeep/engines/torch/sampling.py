"""Random numbers on torch, equal to those of `rdeep.arrays.counter_random` bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import reduce
from typing import Any

import torch
from torch import Tensor

from rdeep.arrays.counter_random import (
    FIRST,
    HALF,
    NARROW,
    RESOLUTION,
    SECOND,
    WORD,
    draw_key,
    draw_salt,
    fine_rate,
    layer_key,
    own_seed,
    part_name,
    step_key,
    threshold,
    use_salt,
)
from rdeep.seeds import stream

if stream.given is not None and not stream.started_torch:
    # `set_random_seed` was called before torch was there.
    torch.manual_seed(stream.given % (1 << 63))

_LOW = 0xFFFFFFFF
_OUTSIDE = 1 << 62
"""Numbers of steps that are no step of rdeep's own are drawn below this."""


class RandomState:
    """What a network's random layers draw from: a seed and the number of the step.

    Attributes
    ----------
    seed : int
        The training's seed.
    step : int or None
        The number of the step. Without one, whoever calls the network does it by himself: then
        each draw gets a number of its own from torch's random numbers, which `torch.manual_seed`
        and `rdeep.set_random_seed` start; a layer with a seed of its own counts its draws instead.
    keys : Tensor or None
        In compiled steps, where numbers that change would be compiled in: the layers' keys at the
        step, in the order in which the layers were made.
    call : int
        Which prediction it is, for layers that have a generator of their own; 0 in training.
    use : int
        What tells the uses of a layer apart that is used several times in a step.
    """

    def __init__(self) -> None:
        self.seed = 0
        self.step: int | None = None
        self.keys: Tensor | None = None
        self.use = self.call = 0
        self._layers: list[tuple[str, int | None, bool]] = []
        self._counts: dict[int, int] = {}
        self._start = stream.starts

    def add(self, name: str, seed: int | None, advances: bool = False) -> int:
        """Take in a layer and return its place among the keys."""
        self._layers.append((name, seed, advances))
        return len(self._layers) - 1

    def key(self, place: int, number: int = 0, uses: tuple[int, ...] = ()) -> int | Tensor:
        """Return the key of a layer's draw, 64 bits; in compiled steps as a tensor."""
        use = reduce(use_salt, uses, self.use)
        if self.keys is not None:
            key, salt = self.keys[place], draw_salt(number, use)
            return _mixed(key ^ signed(salt)) if salt else key
        if self.step is None:
            key = self._key_at(place, self._outside(place), 0)
        else:
            key = self._key_at(place, self.step, self.seed)
        return draw_key(key, number, use)

    def _key_at(self, place: int, step: int, common: int) -> int:
        name, seed, advances = self._layers[place]
        if seed is None:
            seed = common
        elif advances:
            seed = own_seed(seed, self.call)
        return step_key(layer_key(seed, name), step)

    def _outside(self, place: int) -> int:
        if self._layers[place][1] is None:
            return _OUTSIDE + int(torch.randint(_OUTSIDE, (), dtype=torch.int64, device="cpu"))
        if self._start != stream.starts:
            self._start, self._counts = stream.starts, {}
        self._counts[place] = self._counts.get(place, -1) + 1
        return self._counts[place]

    def keys_at(self, step: int) -> list[int]:
        """Return the keys of all layers at a step, as torch's int64 has them."""
        return [signed(self._key_at(place, step, self.seed)) for place in range(len(self._layers))]

    @contextmanager
    def drawing(self, seed: int, step: int | None = None, call: int = 0) -> Iterator[None]:
        """Draw from a seed, and from the steps that are set meanwhile."""
        self.seed, self.step, self.call, self.use = seed, step, call, 0
        try:
            yield
        finally:
            self.step, self.call = None, 0

    def used(self, use: int, module: Callable[..., Any], *inputs: Any) -> Any:
        """Return what a module gives, drawing other numbers than in its other uses in the step."""
        # No context, which compilers would have to see through; `drawing` puts it right after an
        # error.
        before = self.use
        self.use = use_salt(before, use)
        found = module(*inputs)
        self.use = before
        return found


def outside_inference_mode() -> AbstractContextManager[object]:
    """Return a context for making what a module keeps between calls.

    A prediction makes tensors that gradients may never flow past: what is kept must not be one.
    """
    return torch.inference_mode(False) if torch.is_inference_mode_enabled() else nullcontext()


def signed(x: int) -> int:
    """Return 64 bits as torch's int64 has them, which is signed."""
    return x - WORD if x >= WORD >> 1 else x


def _mixed(x: Tensor) -> Tensor:
    """Scramble 64 bits: `rdeep.arrays.counter_random.mix` for a tensor."""
    x = (x ^ _shifted(x, 30)) * signed(FIRST)
    x = (x ^ _shifted(x, 27)) * signed(SECOND)
    return x ^ _shifted(x, 31)


def _shifted(x: Tensor, bits: int) -> Tensor:
    # Masking after a shift makes it a logical one.
    return (x >> bits) & ((1 << (64 - bits)) - 1)


def squares(key: int | Tensor, places: Tensor) -> Tensor:
    """Return the numbers of a key, int64: `rdeep.arrays.counter_random.squares`.

    Parameters
    ----------
    key : int or Tensor
        The key.
    places : Tensor
        The numbers from 0, int64.
    """
    odd = signed(key | 1) if isinstance(key, int) else key | 1
    y = places * odd
    z = y + odd
    x = _turned(torch.addcmul(y, y, y))
    x = _turned(torch.addcmul(z, x, x))
    x = _turned(torch.addcmul(y, x, x))
    last = torch.addcmul(z, x, x)
    x = _turned(last)
    x = torch.addcmul(y, x, x)
    x >>= 32
    x &= _LOW
    x ^= last
    return x


def _turned(x: Tensor) -> Tensor:
    """Exchange the halves of 64 bits."""
    upper = x >> 32
    upper &= _LOW
    return upper.add_(x, alpha=1 << 32)


def keep(key: int | Tensor, places: Tensor, shape: tuple[int, ...], rate: float) -> Tensor:
    """Return a mask, True where a value stays.

    Parameters
    ----------
    key : int or Tensor
        The mask's key.
    places : Tensor
        The numbers from 0, int64, one for four values of the mask.
    shape : tuple of int
        The mask's shape.
    rate : float
        The share of values that do not stay.
    """
    parts = squares(key, places).view(torch.int16)
    size = int(torch.Size(shape).numel())
    parts = parts if parts.shape[0] == size else parts[:size]
    if rate > NARROW:
        parts = parts.to(torch.int32)
    return (parts >= _limit(key, rate)).view(shape)


def _limit(key: int | Tensor, rate: float) -> int | Tensor:
    if isinstance(key, int):
        return threshold(key, rate)
    return ((fine_rate(rate) + ((key >> 32) & _LOW)) >> 32) - HALF


def places(size: int, share: int, device: torch.device) -> Tensor:
    """Return the places that hold so many numbers, `share` of them in each."""
    return torch.arange(-(-size // share), dtype=torch.int64, device=device)


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
    advances : bool
        Whether that is the seed of a generator, of which each prediction uses up some.
    """

    def __init__(
        self, random: RandomState, name: str, seed: int | None, advances: bool = False
    ) -> None:
        self.random = random
        self._place = random.add(name, seed, advances)

    def key(self, number: int = 0, uses: tuple[int, ...] = ()) -> int | Tensor:
        """Return the key of a draw.

        Parameters
        ----------
        number : int
            Which draw of the layer in this step it is, from 0.
        uses : tuple of int
            Which uses of the layers around it, and of itself, in this step it is.
        """
        return self.random.key(self._place, number, uses)


class LayerDraws:
    """The random numbers of a layer's forward pass: `rdeep.catalogue.layers.run.RandomSource`.

    Parameters
    ----------
    draws : mapping of str to Draws
        Those of the layer's parts, by name; the layer itself has the name `""`.
    device : torch.device
        Where numbers are wanted.
    part : str
        Whose numbers are drawn.
    uses : tuple of int
        Which uses in this step it is.
    """

    def __init__(
        self,
        draws: Mapping[str, Draws],
        device: torch.device,
        part: str = "",
        uses: tuple[int, ...] = (),
    ) -> None:
        self.draws, self.device, self.part, self.uses = draws, device, part, uses

    def uniform(self, shape: Sequence[int], number: int) -> Tensor:
        """Return numbers from 0 to below 1."""
        sizes = torch.Size([int(size) for size in shape])
        size, key = sizes.numel(), self.draws[self.part].key(number, self.uses)
        parts = squares(key, places(size, 2, self.device)).view(torch.int32)[:size]
        return ((parts >> 8) & (RESOLUTION - 1)).reshape(sizes) / RESOLUTION

    def keep(self, shape: Sequence[int], rate: float, number: int) -> Tensor:
        """Return a mask, True where a value stays: the same as that of a dropout layer."""
        sizes = torch.Size([int(size) for size in shape])
        key = self.draws[self.part].key(number, self.uses)
        return keep(key, places(sizes.numel(), 4, self.device), tuple(sizes), rate)

    def within(self, part: str, use: int = 0) -> LayerDraws:
        """Return the numbers of a part."""
        name = part_name(self.part, part) if self.part else part
        return LayerDraws(self.draws, self.device, name, (*self.uses, use) if use else self.uses)


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
        self._places: dict[tuple[int, ...], Tensor] = {}

    def forward(self, x: Tensor) -> Tensor:
        """Return the tensor with a share of its values dropped, while training."""
        if not self.training or self.rate == 0.0:
            return x
        shape = tuple(x.shape)
        if self.noise_shape is not None:
            shape = tuple(n if s is None else s for s, n in zip(self.noise_shape, shape))
        if self.random.keys is None:
            return self._eager(x, shape)
        positions = places(int(torch.Size(shape).numel()), 4, x.device)
        return self._dropped(x, positions, shape)

    def leave_out_of_compilation(self) -> None:
        """Keep the drawing out of a compiled network."""
        # The key is another number at each step, and would compile each step anew. Not a decorator:
        # that would load the compiler, and take half a second, for everybody.
        self._eager = torch.compiler.disable(self._eager)  # type: ignore[method-assign]

    def _eager(self, x: Tensor, shape: tuple[int, ...]) -> Tensor:
        positions = self._places.get(shape)
        if positions is None or positions.device != x.device:
            with outside_inference_mode():
                positions = places(int(torch.Size(shape).numel()), 4, x.device)
            # An epoch has two batch sizes; keeping more would keep memory for nothing.
            if len(self._places) > 3:
                self._places.clear()
            self._places[shape] = positions
        return self._dropped(x, positions, shape)

    def _dropped(self, x: Tensor, positions: Tensor, shape: tuple[int, ...]) -> Tensor:
        stays = keep(self.random.key(self._place), positions, shape, self.rate).to(x.dtype)
        scale = 1.0 / (1.0 - self.rate)
        # 16 bits would round the factor, and with it the mean of what stays.
        return x * stays.mul_(scale) if x.dtype == torch.float32 else x * stays * scale

    def extra_repr(self) -> str:
        """Return what is shown between the brackets."""
        return f"rate={self.rate}"
