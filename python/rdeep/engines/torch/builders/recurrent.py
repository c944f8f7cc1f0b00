"""Native forms of recurrent layers: torch's fused loops over the steps, where they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from rdeep.catalogue import activations, layers
from rdeep.catalogue.layers.run import Run
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.builders.formula import FormulaModule, built_of
from rdeep.engines.torch.weights import WeightMap, transposed

_TANH, _SIGMOID, _RELU = activations.Tanh(), activations.Sigmoid(), activations.Relu()


def _lacked_types() -> set[torch.dtype]:
    """Return the types of 16 bits in which oneDNN does not compute on this processor."""
    if not torch.backends.mkldnn.is_available():
        return set()
    known = {
        torch.bfloat16: torch.ops.mkldnn._is_mkldnn_bf16_supported,
        torch.float16: torch.ops.mkldnn._is_mkldnn_fp16_supported,
    }
    return {dtype for dtype, is_supported in known.items() if not is_supported()}


_LACKED = _lacked_types()


class _Kernel(nn.Module):
    """torch's fused loop in the place of `rdeep.catalogue.layers.recurrence.over_steps`.

    A masked step leaves the state as it is and repeats the last output: so the unmasked steps are
    moved to the front, run without gaps, and their outputs spread to where they belong.
    """

    def __init__(self, loop: nn.RNNBase, needs_states: bool) -> None:
        super().__init__()
        self.loop, self.needs_states = loop, needs_states

    def forward(
        self,
        cell: Any,
        x: Tensor,
        states: Sequence[Tensor] | None,
        run: Run,
        mask: Tensor | None,
        every: bool,
        backwards: bool,
    ) -> tuple[Tensor, Sequence[Tensor]]:
        """Return the last output or those of all steps, and the last states."""
        if run.training and cell.dropout:
            # The same features at every step.
            x = x * run.dropout_mask(x[:, 0], cell.dropout, 0).unsqueeze(1)
        if backwards:
            x = x.flip(1)
            mask = None if mask is None else mask.flip(1)
        outputs, last = self._outputs(x, mask, states)
        return outputs if every else outputs[:, -1], last

    def _outputs(
        self, x: Tensor, mask: Tensor | None, states: Sequence[Tensor] | None
    ) -> tuple[Tensor, Sequence[Tensor]]:
        """Return the outputs of all steps and the last states."""
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
        self, x: Tensor, lengths: Tensor | None, states: Sequence[Tensor] | None
    ) -> tuple[Tensor, Sequence[Tensor]]:
        """Return all outputs, and the states after each sequence's length."""
        start = None if states is None else [state.unsqueeze(0).contiguous() for state in states]
        given = start[0] if start is not None and len(start) == 1 else start
        if lengths is None:
            outputs, last = self._looped(x, given)
            return outputs, [s[0] for s in (last if isinstance(last, tuple) else (last,))]
        nonempty = lengths.clamp(min=1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(
            x, nonempty, batch_first=True, enforce_sorted=False
        )
        outputs, last = self._looped(packed, given)
        outputs, _ = nn.utils.rnn.pad_packed_sequence(
            outputs, batch_first=True, total_length=x.shape[1]
        )
        last = [s[0] for s in (last if isinstance(last, tuple) else (last,))]
        seen = (lengths > 0).unsqueeze(-1)
        before = [torch.zeros_like(s) for s in last] if states is None else states
        return outputs, [torch.where(seen, new, old) for new, old in zip(last, before)]

    def _looped(self, x: Any, states: Any) -> Any:
        """Return what torch's loop does, in 32 bits where it fails in 16.

        Under autocast torch gives an LSTM to oneDNN without asking whether it can compute that.
        """
        kind = x.data.device.type
        lacked = (
            isinstance(self.loop, nn.LSTM) and kind == "cpu" and torch.is_autocast_enabled(kind)
        )
        if not lacked or torch.get_autocast_dtype(kind) not in _LACKED:
            return self.loop(x, states)
        with torch.autocast(kind, enabled=False):
            return self.loop(x.float(), None if states is None else [s.float() for s in states])


def _has_kernel(record: Any) -> bool:
    """Return whether torch has a fused loop for what a layer's cell computes."""
    cell = record.cell
    if type(cell) not in _LOOPS or cell.recurrent_dropout:
        return False
    if getattr(record, "use_cudnn", "auto") is False:
        return False
    if isinstance(cell, layers.SimpleRNNCell):
        return cell.activation in (_TANH, _RELU)
    usual = cell.activation == _TANH and cell.recurrent_activation == _SIGMOID
    return usual and getattr(cell, "reset_after", True)


_LOOPS = {layers.SimpleRNNCell: nn.RNN, layers.LSTMCell: nn.LSTM, layers.GRUCell: nn.GRU}


def _swap_gates(x: Tensor) -> Tensor:
    """Exchange Keras's update and reset gates, along the last axis; its own inverse."""
    z, r, h = x.chunk(3, dim=-1)
    return torch.cat([r, z, h], dim=-1)


def _loop(cell: Any, features: int) -> tuple[nn.RNNBase, dict[str, WeightMap]]:
    kind = _LOOPS[type(cell)]
    options = {}
    if kind is nn.RNN:
        options["nonlinearity"] = "relu" if cell.activation == _RELU else "tanh"
    loop = kind(features, cell.units, bias=cell.use_bias, batch_first=True, **options)
    w, u = loop.weight_ih_l0, loop.weight_hh_l0
    if kind is not nn.GRU:
        weights = {"kernel": transposed(w), "recurrent_kernel": transposed(u)}
        if cell.use_bias:
            # Keras has one bias; a second trained one would double its step.
            loop.bias_hh_l0.requires_grad_(False)
            nn.init.zeros_(loop.bias_hh_l0)
            weights["bias"] = WeightMap([loop.bias_ih_l0])
        return loop, weights
    weights = {
        name: WeightMap([t], lambda x: [_swap_gates(x).T], lambda xs: _swap_gates(xs[0].T))
        for name, t in (("kernel", w), ("recurrent_kernel", u))
    }
    if cell.use_bias:
        weights["bias"] = WeightMap(
            [loop.bias_ih_l0, loop.bias_hh_l0],
            lambda x: list(_swap_gates(x)),
            lambda xs: _swap_gates(torch.stack(list(xs))),
        )
    return loop, weights


@native_form(layers.SimpleRNN, layers.LSTM, layers.GRU, layers.RNN)
def recurrent(record: Any, context: BuildContext) -> Built | None:
    """Build a recurrent layer."""
    if not _has_kernel(record):
        return None
    loop, weights = _loop(record.cell, record.weights(*context.shapes)[0].shape[0])
    module = FormulaModule(record, context, weights)
    module.kernel = _Kernel(loop, record.return_state or record.stateful)
    return built_of(module)
