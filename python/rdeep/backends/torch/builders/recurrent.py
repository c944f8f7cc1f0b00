"""Builders of recurrent layers: torch's own kernels where they do, a loop elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.builders.core import activation
from rdeep.backends.torch.random import Dropout
from rdeep.backends.torch.weights import WeightMap, transposed
from rdeep.catalogue import activations, layers

_TANH, _SIGMOID, _RELU = activations.Tanh(), activations.Sigmoid(), activations.Relu()


class _Recurrent(nn.Module):
    """Runs cells over a sequence and returns what the record asks for, as Keras does.

    `cells` takes a sequence and returns the outputs and the last states. A masked step leaves the
    state as it is and repeats the last output: so the unmasked steps are moved to the front, run
    without gaps, and their outputs spread to where they belong.
    """

    def __init__(self, record: Any, cells: nn.Module, dropout: Dropout | None) -> None:
        super().__init__()
        self.cells, self.dropout = cells, dropout
        self.return_sequences, self.return_state = record.return_sequences, record.return_state
        self.go_backwards = record.go_backwards

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Any:
        """Return the last output or all of them, and the states if asked."""
        if self.dropout is not None:
            x = self.dropout(x)
        if self.go_backwards:
            x = x.flip(1)
            mask = None if mask is None else mask.flip(1)
        if mask is not None:
            outputs, states = self._run_masked(x, mask)
        else:
            outputs, states = self.cells(x, None)
        answer = outputs if self.return_sequences else outputs[:, -1]
        return (answer, *states) if self.return_state else answer

    def _run_masked(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Sequence[Tensor]]:
        lengths = mask.sum(1)
        order = torch.argsort((~mask).to(torch.int8), dim=1, stable=True)
        packed = x.gather(1, order.unsqueeze(-1).expand_as(x))
        # Only the states need the lengths: outputs depend on earlier steps alone.
        outputs, states = self.cells(packed, lengths if self.return_state else None)
        last_unmasked = (mask.cumsum(1) - 1).unsqueeze(-1)
        spread = outputs.gather(1, last_unmasked.clamp(min=0).expand(-1, -1, outputs.shape[-1]))
        return spread * (last_unmasked >= 0), states


class _NativeCells(nn.Module):
    """torch's fused kernels."""

    def __init__(self, kernel: nn.RNNBase) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, x: Tensor, lengths: Tensor | None) -> tuple[Tensor, Sequence[Tensor]]:
        """Return all outputs, and the states after each sequence's length."""
        if lengths is None:
            outputs, states = self.kernel(x)
        else:
            nonempty = lengths.clamp(min=1).cpu()
            packed = nn.utils.rnn.pack_padded_sequence(
                x, nonempty, batch_first=True, enforce_sorted=False
            )
            outputs, states = self.kernel(packed)
            outputs, _ = nn.utils.rnn.pad_packed_sequence(
                outputs, batch_first=True, total_length=x.shape[1]
            )
        states = states if isinstance(states, tuple) else (states,)
        if lengths is not None:
            seen = (lengths > 0).unsqueeze(-1)
            states = tuple(state * seen for state in states)
        return outputs, [state[0] for state in states]


class _LoopCells(nn.Module):
    """One step after the other in Python, for formulas that the fused kernels do not have."""

    def __init__(self, record: Any, features: int) -> None:
        super().__init__()
        width = record.gates * record.units
        self.units, self.states = record.units, record.states
        self.kernel = nn.Parameter(torch.empty(features, width))
        self.recurrent_kernel = nn.Parameter(torch.empty(record.units, width))
        shape = record._bias_shape() if record.use_bias else None
        self.bias = nn.Parameter(torch.empty(shape)) if shape else None
        self.activate = activation(record.activation)
        gate = getattr(record, "recurrent_activation", None)
        self.gate = activation(gate) if gate is not None else None
        self.step: Callable[..., list[Tensor]] = {
            layers.SimpleRNN: self._simple,
            layers.LSTM: self._lstm,
            layers.GRU: self._gru_after
            if getattr(record, "reset_after", False)
            else self._gru_before,
        }[type(record)]

    def forward(self, x: Tensor, lengths: Tensor | None) -> tuple[Tensor, Sequence[Tensor]]:
        """Return all outputs, and the states after each sequence's length."""
        bias = self.bias if self.bias is None or self.bias.dim() == 1 else self.bias[0]
        projected = x @ self.kernel if bias is None else x @ self.kernel + bias
        states = [x.new_zeros(x.shape[0], self.units) for _ in range(self.states)]
        outputs = []
        for t in range(x.shape[1]):
            new = self.step(projected[:, t], states)
            if lengths is not None:
                going = (t < lengths).unsqueeze(-1)
                new = [torch.where(going, n, s) for n, s in zip(new, states)]
            states = new
            outputs.append(states[0])
        return torch.stack(outputs, 1), states

    def _simple(self, x: Tensor, states: list[Tensor]) -> list[Tensor]:
        return [self.activate(x + states[0] @ self.recurrent_kernel)]

    def _lstm(self, x: Tensor, states: list[Tensor]) -> list[Tensor]:
        h, c = states
        i, f, new, o = (x + h @ self.recurrent_kernel).chunk(4, dim=-1)
        c = self._gated(f) * c + self._gated(i) * self.activate(new)
        return [self._gated(o) * self.activate(c), c]

    def _gru_before(self, x: Tensor, states: list[Tensor]) -> list[Tensor]:
        (h,) = states
        to_gates, to_new = self.recurrent_kernel.split([2 * self.units, self.units], dim=1)
        gates, x_new = x.split([2 * self.units, self.units], dim=-1)
        z, r = self._gated(gates + h @ to_gates).chunk(2, dim=-1)
        return [z * h + (1 - z) * self.activate(x_new + (r * h) @ to_new)]

    def _gru_after(self, x: Tensor, states: list[Tensor]) -> list[Tensor]:
        (h,) = states
        inner = h @ self.recurrent_kernel
        if self.bias is not None:
            inner = inner + self.bias[1]
        gates, x_new = x.split([2 * self.units, self.units], dim=-1)
        h_gates, h_new = inner.split([2 * self.units, self.units], dim=-1)
        z, r = self._gated(gates + h_gates).chunk(2, dim=-1)
        return [z * h + (1 - z) * self.activate(x_new + r * h_new)]

    def _gated(self, x: Tensor) -> Tensor:
        assert self.gate is not None
        return self.gate(x)


def _is_native(record: Any) -> bool:
    if isinstance(record, layers.SimpleRNN):
        return record.activation in (_TANH, _RELU)
    usual = record.activation == _TANH and record.recurrent_activation == _SIGMOID
    return usual and getattr(record, "reset_after", True)


def _swap_gates(x: Tensor) -> Tensor:
    """Exchange Keras's update and reset gates, along the last axis; its own inverse."""
    z, r, h = x.chunk(3, dim=-1)
    return torch.cat([r, z, h], dim=-1)


def _native(record: Any, features: int) -> tuple[nn.Module, dict[str, WeightMap]]:
    kind = {layers.SimpleRNN: nn.RNN, layers.LSTM: nn.LSTM, layers.GRU: nn.GRU}[type(record)]
    options = {}
    if kind is nn.RNN:
        options["nonlinearity"] = "relu" if record.activation == _RELU else "tanh"
    kernel = kind(features, record.units, bias=record.use_bias, batch_first=True, **options)
    w, u = kernel.weight_ih_l0, kernel.weight_hh_l0
    if kind is not nn.GRU:
        weights = {"kernel": transposed(w), "recurrent_kernel": transposed(u)}
        if record.use_bias:
            # Keras has one bias; a second trained one would double its step.
            kernel.bias_hh_l0.requires_grad_(False)
            nn.init.zeros_(kernel.bias_hh_l0)
            weights["bias"] = WeightMap([kernel.bias_ih_l0])
        return _NativeCells(kernel), weights
    weights = {
        name: WeightMap([t], lambda x: [_swap_gates(x).T], lambda xs: _swap_gates(xs[0].T))
        for name, t in (("kernel", w), ("recurrent_kernel", u))
    }
    if record.use_bias:
        weights["bias"] = WeightMap(
            [kernel.bias_ih_l0, kernel.bias_hh_l0],
            lambda x: list(_swap_gates(x)),
            lambda xs: _swap_gates(torch.stack(list(xs))),
        )
    return _NativeCells(kernel), weights


@builds(layers.SimpleRNN, layers.LSTM, layers.GRU)
def recurrent(record: Any, site: Site) -> Built:
    """Build a recurrent layer."""
    features = record.weights(*site.shapes)[0].shape[0]
    if _is_native(record):
        cells, weights = _native(record, features)
    else:
        cells = _LoopCells(record, features)
        held = {
            "kernel": cells.kernel,
            "recurrent_kernel": cells.recurrent_kernel,
            "bias": cells.bias,
        }
        weights = {name: WeightMap([t]) for name, t in held.items() if t is not None}
    dropout = None
    if record.dropout:
        # Keras drops the same features at every step.
        dropout = Dropout(record.dropout, site.name, site.random, (None, 1, None), record.seed)
    return Built(_Recurrent(record, cells, dropout), weights, takes_mask=True)


class _Bidirectional(nn.Module):
    """Two recurrent layers that read in opposite directions."""

    def __init__(self, forward: nn.Module, backward: nn.Module, mode: str, sequences: bool) -> None:
        super().__init__()
        self.ahead, self.back, self.mode, self.sequences = forward, backward, mode, sequences

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the two outputs as one."""
        a, b = self.ahead(x, mask), self.back(x, mask)
        if self.sequences:
            b = b.flip(1)
            if mask is not None:
                # Unlike a single recurrent layer, Keras's wrapper shows zeros in masked steps.
                seen = mask.unsqueeze(-1)
                a, b = a * seen, b * seen
        if self.mode == "concat":
            return torch.cat([a, b], dim=-1)
        if self.mode == "mul":
            return a * b
        return (a + b) / 2 if self.mode == "ave" else a + b


@builds(layers.Bidirectional)
def bidirectional(record: layers.Bidirectional, site: Site) -> Built:
    """Build a bidirectional layer."""
    parts: list[nn.Module] = []
    weights: dict[str, WeightMap] = {}
    for way, layer in zip(("forward", "backward"), record.directions()):
        built = recurrent(layer, Site(f"{site.name}/{way}", site.shapes, site.random))
        parts.append(built.module)
        weights.update({f"{way}/{name}": held for name, held in built.weights.items()})
    ahead, back = parts
    module = _Bidirectional(ahead, back, record.merge_mode, record.layer.return_sequences)
    return Built(module, weights, takes_mask=True)
