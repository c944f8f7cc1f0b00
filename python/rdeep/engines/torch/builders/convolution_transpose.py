"""Builders of transposed convolutions."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, builds
from rdeep.engines.torch.builders.convolution import AxisSwap, kernel_map, mapped, prepared


class _ConvTranspose(AxisSwap):
    """What the modules share that cut off as much as Keras does.

    torch cuts as much before as after, or adds zeros after; where Keras cuts one value more after,
    that is cut here.
    """

    after: tuple[int, ...] = ()

    def reset_parameters(self) -> None:
        """Leave the weights as they are: the network sets them right after."""

    def forward(self, input: Tensor) -> Tensor:
        y = super().forward(self.turned(input))
        for axis, more in enumerate(self.after, start=2):
            if more:
                y = y.narrow(axis, 0, y.shape[axis] - more)
        return self.returned(y)


class _ConvTranspose1d(_ConvTranspose, nn.ConvTranspose1d):
    pass


class _ConvTranspose2d(_ConvTranspose, nn.ConvTranspose2d):
    pass


class _ConvTranspose3d(_ConvTranspose, nn.ConvTranspose3d):
    pass


_KINDS: dict[int, Any] = {1: _ConvTranspose1d, 2: _ConvTranspose2d, 3: _ConvTranspose3d}


@builds(layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
def convolution_transpose(record: Any, site: BuildContext) -> Built:
    """Build a transposed convolution."""
    crops = record.crops()
    module = _KINDS[record.rank](
        record.channels(site.shapes[0]),
        record.filters,
        record.kernel_size,
        stride=record.strides,
        padding=tuple(before for before, _ in crops),
        output_padding=tuple(max(-after, 0) for _, after in crops),
        dilation=record.dilation_rate,
        bias=record.use_bias,
    )
    module.after = tuple(max(after - before, 0) for before, after in crops)
    module = prepared(module, record)
    return mapped(record, module, kernel=kernel_map(module.weight))
