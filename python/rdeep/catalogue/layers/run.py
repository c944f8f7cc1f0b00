"""A forward pass as a layer's formula sees it: array functions, weights, masks, random numbers.

There is one class for all engines: an engine hands in its array functions and its tensors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

Tensor = Any
Constant = Any
"""An array, or a function without arguments that makes it."""


class RandomSource(Protocol):
    """Where the random numbers of a layer's forward pass come from.

    All engines draw the same: numbers depend on the seed, the layer, the step and the number of
    the draw alone.
    """

    def uniform(self, shape: Sequence[Any], number: int) -> Tensor:
        """Return random numbers from 0 to below 1, float32.

        Parameters
        ----------
        shape : sequence of int or tensor
            Their shape.
        number : int
            Which draw of the layer in this step it is, from 0.
        """

    def keep(self, shape: Sequence[Any], rate: float, number: int) -> Tensor:
        """Return a mask of dropout, True where a value stays.

        Parameters
        ----------
        shape : sequence of int or tensor
            Its shape.
        rate : float
            The share of values that do not stay.
        number : int
            Which draw of the layer in this step it is, from 0.
        """

    def within(self, part: str, use: int = 0) -> RandomSource:
        """Return the random numbers of a layer inside of this one.

        Parameters
        ----------
        part : str
            The inner layer's name in this one; empty where it draws as this one does.
        use : int
            Which use of it in this step it is, from 0.
        """


class StateStore(Protocol):
    """Where a recurrent layer keeps its states from batch to batch."""

    def recall(self, sequence: Tensor) -> list[Tensor] | None:
        """Return the states to go on from; `None` where zeros are meant.

        Parameters
        ----------
        sequence : tensor
            The batch that comes, of as many rows as the states.
        """

    def keep(self, states: Sequence[Tensor]) -> None:
        """Keep the states that a batch left."""

    def within(self, part: str) -> StateStore:
        """Return where a layer inside of this one keeps its states."""


class Past(Protocol):
    """What causal attention keeps of the steps before, where a sequence is read bit by bit."""

    def extended(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Return the keys and values of all steps so far, of which the last ones are given.

        Parameters
        ----------
        keys, values : tensor
            Those of the steps that come, along axis 1.
        """

    def order(self, window: int | None = None) -> Tensor | None:
        """Return which steps the last ones come after, themselves among these.

        Of shape `(last ones, all)`; `None` where the only one comes after all.

        Parameters
        ----------
        window : int, optional
            How many of these steps count, the nearest ones.
        """


InnerLayer = Callable[[Any, Sequence[Any], int], Any]
"""Returns what a layer inside of another one gives, as an engine has built it: of the inputs, each
one's mask, and which use of it in this step it is."""


def _host_constant(name: str, value: Constant) -> Any:
    return np.asarray(made(value))


def made(value: Constant) -> Any:
    """Return a constant array, which may have to be made first.

    Parameters
    ----------
    value : array, or function
        The array, or what returns it.
    """
    return value() if callable(value) else value


def _refuse_assignment(name: str, value: Any) -> None:
    raise NotImplementedError(f"nothing holds the buffer {name!r} here")


class Run:
    """One forward pass of a layer: what its `compute` may ask for.

    Parameters
    ----------
    ops : module
        The engine's array functions, by Keras's names.
    weights : mapping of str to tensor
        The layer's weights by name, in Keras's layout.
    masks : sequence of tensor or None
        Each input's mask of time steps, for a layer whose `mask` is `"read"` or `"first"`.
    training : bool
        Whether the network is being trained.
    random : RandomSource, optional
        Where random numbers come from, for a layer that says `random = True`.
    constants : function, optional
        Returns a constant array as a tensor, of its name in the layer and its values (or a
        function that makes them, for engines that keep constants); by default the array itself.
    assign : function, optional
        Gives a buffer a new value, of its name in the layer and the value.
    dtype : str, optional
        The type that the layer computes in, where a mixed dtype policy asks for 16 bits and
        formulas must cast to it themselves.
    inner : mapping of str to function, optional
        The layers inside of this one that the engine has built, by the names of their parts; the
        formulas of others are computed.
    states : StateStore, optional
        Where a stateful layer keeps its states.
    kernel : function, optional
        What the engine has in the place of a part of the formula, such as a fused loop over steps.

    Examples
    --------
    A formula needs no engine, but arrays and functions of them:

    >>> import numpy as np
    >>> from rdeep.catalogue.layers import Permute
    >>> Permute((2, 1)).compute(np.zeros((4, 2, 3)), Run(np, {})).shape
    (4, 3, 2)
    """

    # What few layers need is made when it is asked for: a run is made at each forward pass.
    frozen = False
    """Whether training changes nothing of the layer: it was told so when the model was compiled."""
    sampling = False
    """Whether layers that draw random numbers do although nothing is trained."""
    continues = False
    """Whether a sequence is read bit by bit: recurrent layers go on from their states."""
    past: Past | None = None
    """Where causal attention then keeps its keys and values."""
    _drawn = 0
    _parts: dict[tuple[str, int], Run] | None = None
    _dropout_masks: dict[int, Tensor] | None = None

    def __init__(
        self,
        ops: Any,
        weights: Mapping[str, Tensor],
        masks: Sequence[Tensor | None] = (None,),
        training: bool = False,
        random: RandomSource | None = None,
        constants: Callable[[str, Constant], Tensor] = _host_constant,
        assign: Callable[[str, Tensor], None] = _refuse_assignment,
        dtype: str | None = None,
        inner: Mapping[str, InnerLayer] = MappingProxyType({}),
        states: StateStore | None = None,
        kernel: Callable[..., Any] | None = None,
    ) -> None:
        self.ops, self.weights, self.masks, self.training = ops, weights, masks, training
        self.random, self.dtype = random, dtype
        self.constant, self.assign = constants, assign
        self.inner, self.states, self.kernel = inner, states, kernel

    def computed(self, x: Tensor) -> Tensor:
        """Return a tensor in the type that the layer computes in.

        Parameters
        ----------
        x : tensor
            The tensor.
        """
        return x if self.dtype is None else self.ops.cast(x, self.dtype)

    def wide(self, x: Tensor) -> Tensor:
        """Return a tensor in 32 bits, or in 64 if it has them.

        Parameters
        ----------
        x : tensor
            The tensor.
        """
        return x if "float64" in str(x.dtype) else self.ops.cast(x, "float32")

    def uniform(self, shape: Sequence[Any]) -> Tensor:
        """Return random numbers from 0 to below 1, float32; each call draws others.

        Parameters
        ----------
        shape : sequence of int or tensor
            Their shape, for which `ops.shape(x)` may be used.
        """
        return self._source.uniform(shape, self._next())

    def normal(self, shape: Sequence[Any]) -> Tensor:
        """Return random numbers of the standard normal distribution (Box and Muller, 1958).

        Parameters
        ----------
        shape : sequence of int or tensor
            Their shape; each takes two uniform numbers.
        """
        radius = self.ops.sqrt(-2.0 * self.ops.log1p(-self.uniform(shape)))
        return radius * self.ops.cos(2.0 * math.pi * self.uniform(shape))

    def keep(self, shape: Sequence[Any], rate: float) -> Tensor:
        """Return a mask of dropout, True where a value stays; each call draws another.

        Parameters
        ----------
        shape : sequence of int or tensor
            Its shape.
        rate : float
            The share of values that do not stay.
        """
        return self._source.keep(shape, rate, self._next())

    def dropout_mask(self, like: Tensor, rate: float, number: int) -> Tensor:
        """Return what to multiply by: 0 for a share of the values, the same in all of the run.

        Parameters
        ----------
        like : tensor
            A tensor of the mask's shape.
        rate : float
            The share that is dropped; the others grow by `1 / (1 - rate)`.
        number : int
            Which of the layer's masks it is, from 0.
        """
        if self._dropout_masks is None:
            self._dropout_masks = {}
        if number not in self._dropout_masks:
            stays = self._source.keep(self.ops.shape(like), rate, number)
            grown = self.ops.ones_like(like) / (1.0 - rate)
            self._dropout_masks[number] = self.ops.where(stays, grown, self.ops.zeros_like(like))
        return self._dropout_masks[number]

    def within(self, part: str, use: int = 0) -> Run:
        """Return the run of a layer or cell inside of this one: the same one at each call.

        Parameters
        ----------
        part : str
            The inner layer's name in this one: its weights are named `part/...` here. Empty for
            one that has this layer's weights and random numbers.
        use : int
            Which use of it in this step it is, from 0: each draws other random numbers.
        """
        if self._parts is None:
            self._parts = {}
        if (part, use) not in self._parts:
            self._parts[part, use] = self._inner(part, None, use)
        return self._parts[part, use]

    def apply(
        self,
        layer: Any,
        inputs: Any,
        part: str = "",
        names: Mapping[str, str] | None = None,
        masks: Sequence[Tensor | None] | None = None,
        training: bool | None = None,
        use: int = 0,
    ) -> Any:
        """Return what a layer inside of this one gives, with the activation that follows it.

        Parameters
        ----------
        layer : Layer
            The inner layer.
        inputs : tensor or list of tensor
            What goes in.
        part : str
            As for `within`.
        names : mapping of str to str, optional
            The inner layer's weights by their names there, with their names here, where these are
            not `part/...`: as `Layer.parts` has them.
        masks : sequence of tensor or None, optional
            Each input's mask.
        training : bool, optional
            Whether it acts as in training; by default as this layer does.
        use : int
            As for `within`.
        """
        masks = (None,) if masks is None else masks
        if part in self.inner:
            # The layer inside may compute in 64 bits: the one around it goes on in its own type.
            return self._narrow(self.inner[part](inputs, masks, use))
        inner = self._inner(part, names, use)
        inner.masks = masks
        drawing = self.sampling and layer.random and not layer.inner_layers()
        inner.training = (self.training if training is None else training) or drawing
        return activated(layer, inputs, inner)

    def _narrow(self, found: Any) -> Any:
        if isinstance(found, (list, tuple)):
            return [self._narrow(each) for each in found]
        wide = "float64" in str(getattr(found, "dtype", ""))
        return self.ops.cast(found, "float32") if wide else found

    def _inner(self, part: str, names: Mapping[str, str] | None, use: int) -> Run:
        if names is None:
            names = _names_within(part, self.weights)
        here, prefix = dict(names), f"{part}/" if part else ""
        inner = Run(
            self.ops,
            {name: self.weights[outer] for name, outer in here.items()},
            training=self.training,
            random=None if self.random is None else self.random.within(part, use),
            constants=lambda name, value: self.constant(prefix + name, value),
            assign=lambda name, value: self.assign(here[name], value),
            dtype=self.dtype,
        )
        inner.frozen, inner.sampling = self.frozen, self.sampling
        inner.states = None if self.states is None else self.states.within(part)
        return inner

    @property
    def _source(self) -> RandomSource:
        assert self.random is not None, "the layer does not say that it is random"
        return self.random

    def _next(self) -> int:
        number, self._drawn = self._drawn, self._drawn + 1
        return number


def _names_within(part: str, weights: Mapping[str, Tensor]) -> dict[str, str]:
    """Return the names of an inner layer's weights there, with their names here."""
    prefix = f"{part}/" if part else ""
    return {name.removeprefix(prefix): name for name in weights if name.startswith(prefix)}


def activated(layer: Any, inputs: Any, run: Run) -> Any:
    """Return what a layer gives: its formula, and the activation that follows it.

    Parameters
    ----------
    layer : Layer
        The layer.
    inputs : tensor or list of tensor
        What goes in; a list where the layer merges.
    run : Run
        Its array functions and weights.
    """
    found = layer.compute(inputs, run)
    after = layer.following_activation
    return found if after is None else after.compute(found, run.ops)
