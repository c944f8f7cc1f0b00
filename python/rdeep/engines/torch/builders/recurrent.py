"""Builders of recurrent layers: torch's own kernels where they do, a loop elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from rdeep.arrays.counter_random import part_name
from rdeep.catalogue import activations, layers
from rdeep.catalogue.layers.run import Run
from rdeep.engines.cells import check_rows
from rdeep.engines.torch import ops
from rdeep.engines.torch.builders.base import BuildContext, Built, attribute_of, builds
from rdeep.engines.torch.sampling import Draws, Dropout, LayerDraws
from rdeep.engines.torch.weights import WeightMap, transposed

_TANH, _SIGMOID, _RELU = activations.Tanh(), activations.Sigmoid(), activations.Relu()


class _Recurrent(nn.Module):
    """Runs cells over a sequence and returns what the record asks for, as Keras does.

    `cells` takes a sequence, its mask and the states to start from (`None` for zeros), and returns
    the outputs (the last one alone, of one step, where not all are asked for) and the last states.
    """

    def __init__(
        self, record: Any, name: str, cells: nn.Module, dropout: Dropout | None, zeros: bool
    ) -> None:
        super().__init__()
        self.cells, self.dropout, self.name, self.zeros = cells, dropout, name, zeros
        self.return_sequences, self.return_state = record.return_sequences, record.return_state
        self.go_backwards, self.stateful = record.go_backwards, record.stateful
        self._kept: list[Tensor] | None = None

    def reset_state(self) -> None:
        """Have the next batch start from zeros."""
        self._kept = None

    def forward(self, x: Tensor, mask: Tensor | None = None, *states: Tensor) -> Any:
        """Return the last output or all of them, and the states if asked."""
        if self.dropout is not None:
            x = self.dropout(x)
        if self.go_backwards:
            x = x.flip(1)
            mask = None if mask is None else mask.flip(1)
        outputs, last = self.cells(x, mask, list(states) or self._kept_for(x))
        if self.stateful:
            self._kept = [state.detach() for state in last]
        if self.zeros and mask is not None:
            seen = mask[:, -outputs.shape[1] :]
            outputs = outputs * seen.reshape(*seen.shape, *[1] * (outputs.dim() - 2))
        answer = outputs if self.return_sequences else outputs[:, -1]
        return (answer, *last) if self.return_state else answer

    def _kept_for(self, x: Tensor) -> list[Tensor] | None:
        if self._kept is None:
            return None
        check_rows(self.name, self._kept[0].shape[0], [x.shape[0]])
        # What a prediction has left is no part of autograd's graphs; a copy of it may be.
        return [state.clone() for state in self._kept]


class _NativeCells(nn.Module):
    """torch's fused kernels.

    A masked step leaves the state as it is and repeats the last output: so the unmasked steps are
    moved to the front, run without gaps, and their outputs spread to where they belong.
    """

    def __init__(self, kernel: nn.RNNBase, needs_states: bool) -> None:
        super().__init__()
        self.kernel, self.needs_states = kernel, needs_states

    def forward(
        self, x: Tensor, mask: Tensor | None, states: list[Tensor] | None
    ) -> tuple[Tensor, Sequence[Tensor]]:
        """Return all outputs and the last states."""
        if mask is None:
            return self._run(x, None, states)
        lengths = mask.sum(1)
        order = torch.argsort((~mask).to(torch.int8), dim=1, stable=True)
        packed = x.gather(1, order.unsqueeze(-1).expand_as(x))
        # Only the states need the lengths: outputs depend on earlier steps alone.
        outputs, last = self._run(packed, lengths if self.needs_states else None, states)
        last_unmasked = (mask.cumsum(1) - 1).unsqueeze(-1)
        spread = outputs.gather(1, last_unmasked.clamp(min=0).expand(-1, -1, outputs.shape[-1]))
        return spread * (last_unmasked >= 0), last

    def _run(
        self, x: Tensor, lengths: Tensor | None, states: list[Tensor] | None
    ) -> tuple[Tensor, Sequence[Tensor]]:
        """Return all outputs, and the states after each sequence's length."""
        start = None if states is None else [state.unsqueeze(0).contiguous() for state in states]
        given = start[0] if start is not None and len(start) == 1 else start
        if lengths is None:
            outputs, last = self.kernel(x, given)
            return outputs, [s[0] for s in (last if isinstance(last, tuple) else (last,))]
        nonempty = lengths.clamp(min=1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(
            x, nonempty, batch_first=True, enforce_sorted=False
        )
        outputs, last = self.kernel(packed, given)
        outputs, _ = nn.utils.rnn.pad_packed_sequence(
            outputs, batch_first=True, total_length=x.shape[1]
        )
        last = [s[0] for s in (last if isinstance(last, tuple) else (last,))]
        seen = (lengths > 0).unsqueeze(-1)
        before = [torch.zeros_like(s) for s in last] if states is None else states
        return outputs, [torch.where(seen, new, old) for new, old in zip(last, before)]


class _FormulaCells(nn.Module):
    """A cell's formula, one step after the other in Python: for what the kernels do not have."""

    def __init__(self, record: Any, site: BuildContext) -> None:
        super().__init__()
        self.cell, self.return_sequences = record.cell, record.return_sequences
        self.state_shapes = [shape[1:] for shape in record.state_shapes(site.shapes[0])]
        self.names = [weight.name for weight in record.weights(*site.shapes)]
        for weight in record.weights(*site.shapes):
            value = nn.Parameter(torch.empty(weight.shape))
            self.register_parameter(attribute_of(weight.name), value)
        self.draws = {
            part: Draws(site.random, part_name(site.name, part), seed)
            for part, seed in self.cell.streams().items()
        }

    def leave_out_of_compilation(self) -> None:
        """Keep the loop out of a compiled network: each step would be compiled by itself."""
        self.forward = torch.compiler.disable(self.forward)  # type: ignore[method-assign]

    def weights(self) -> dict[str, Tensor]:
        """Return the weights by name."""
        return {name: getattr(self, attribute_of(name)) for name in self.names}

    def forward(
        self, x: Tensor, mask: Tensor | None, states: list[Tensor] | None
    ) -> tuple[Tensor, Sequence[Tensor]]:
        """Return the outputs that are asked for, and the last states."""
        source = LayerDraws(self.draws, x.device)
        run = Run(ops, self.weights(), training=self.training, random=source)
        prepared = self.cell.prepare(x, run)
        if states is None:
            states = [prepared.new_zeros(x.shape[0], *shape) for shape in self.state_shapes]
        outputs: list[Tensor] = []
        for t in range(x.shape[1]):
            output, new = self.cell.step(prepared[:, t], states, run)
            if mask is not None:
                before = outputs[-1] if outputs else torch.zeros_like(output)
                output = _where(mask[:, t], output, before)
                new = [_where(mask[:, t], n, s) for n, s in zip(new, states)]
            states = list(new)
            if not self.return_sequences:
                outputs.clear()
            outputs.append(output)
        return torch.stack(outputs, 1), states


def _where(rows: Tensor, new: Tensor, old: Tensor) -> Tensor:
    """Return the new values in some rows, the old ones in others."""
    return torch.where(rows.reshape(-1, *[1] * (new.dim() - 1)), new, old)


def _is_native(record: Any) -> bool:
    """Return whether torch has a kernel for what a layer's cell computes."""
    cell = record.cell
    if type(cell) not in _KERNELS or cell.recurrent_dropout:
        return False
    if getattr(record, "use_cudnn", "auto") is False:
        return False
    if isinstance(cell, layers.SimpleRNNCell):
        return cell.activation in (_TANH, _RELU)
    usual = cell.activation == _TANH and cell.recurrent_activation == _SIGMOID
    return usual and getattr(cell, "reset_after", True)


_KERNELS = {layers.SimpleRNNCell: nn.RNN, layers.LSTMCell: nn.LSTM, layers.GRUCell: nn.GRU}


def _swap_gates(x: Tensor) -> Tensor:
    """Exchange Keras's update and reset gates, along the last axis; its own inverse."""
    z, r, h = x.chunk(3, dim=-1)
    return torch.cat([r, z, h], dim=-1)


def _native(cell: Any, features: int) -> tuple[nn.RNNBase, dict[str, WeightMap]]:
    kind = _KERNELS[type(cell)]
    options = {}
    if kind is nn.RNN:
        options["nonlinearity"] = "relu" if cell.activation == _RELU else "tanh"
    kernel = kind(features, cell.units, bias=cell.use_bias, batch_first=True, **options)
    w, u = kernel.weight_ih_l0, kernel.weight_hh_l0
    if kind is not nn.GRU:
        weights = {"kernel": transposed(w), "recurrent_kernel": transposed(u)}
        if cell.use_bias:
            # Keras has one bias; a second trained one would double its step.
            kernel.bias_hh_l0.requires_grad_(False)
            nn.init.zeros_(kernel.bias_hh_l0)
            weights["bias"] = WeightMap([kernel.bias_ih_l0])
        return kernel, weights
    weights = {
        name: WeightMap([t], lambda x: [_swap_gates(x).T], lambda xs: _swap_gates(xs[0].T))
        for name, t in (("kernel", w), ("recurrent_kernel", u))
    }
    if cell.use_bias:
        weights["bias"] = WeightMap(
            [kernel.bias_ih_l0, kernel.bias_hh_l0],
            lambda x: list(_swap_gates(x)),
            lambda xs: _swap_gates(torch.stack(list(xs))),
        )
    return kernel, weights


@builds(layers.SimpleRNN, layers.LSTM, layers.GRU, layers.RNN)
def recurrent(record: Any, site: BuildContext) -> Built:
    """Build a recurrent layer."""
    return recurrent_with(record, site, record.zero_output_for_mask)


def recurrent_with(record: Any, site: BuildContext, zeros: bool) -> Built:
    """Build a recurrent layer whose masked steps are zeros or not, whatever it says itself."""
    cell = record.cell
    dropout = None
    if _is_native(record):
        features = record.weights(*site.shapes)[0].shape[0]
        kernel, weights = _native(cell, features)
        cells: nn.Module = _NativeCells(kernel, record.return_state or record.stateful)
        if cell.dropout:
            # Keras drops the same features at every step.
            dropout = Dropout(cell.dropout, site.name, site.random, (None, 1, None), cell.seed)
    else:
        cells = formula = _FormulaCells(record, site)
        weights = {name: WeightMap([tensor]) for name, tensor in formula.weights().items()}
    return Built(_Recurrent(record, site.name, cells, dropout, zeros), weights, takes_mask=True)
