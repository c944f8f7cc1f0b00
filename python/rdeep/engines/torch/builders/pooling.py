"""Native forms of adaptive pooling: torch's kernels are faster than the formula's gathers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.nn import functional

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.builders.convolution import AxisSwap

_POOLS: dict[tuple[int, str], Callable[..., Tensor]] = {
    (1, "max"): functional.adaptive_max_pool1d,
    (2, "max"): functional.adaptive_max_pool2d,
    (3, "max"): functional.adaptive_max_pool3d,
    (1, "mean"): functional.adaptive_avg_pool1d,
    (2, "mean"): functional.adaptive_avg_pool2d,
    (3, "mean"): functional.adaptive_avg_pool3d,
}


class _AdaptivePool(AxisSwap):
    """Pooling down to a given size."""

    def __init__(self, record: Any) -> None:
        super().__init__()
        self.size, self.pool = record.output_size, _POOLS[record.rank, record.statistic]
        self.turn(record)

    def forward(self, x: Tensor) -> Tensor:
        """Return the pooled tensor."""
        return self.returned(self.pool(self.turned(x), self.size))


@native_form(
    layers.AdaptiveMaxPooling1D,
    layers.AdaptiveMaxPooling2D,
    layers.AdaptiveMaxPooling3D,
    layers.AdaptiveAveragePooling1D,
    layers.AdaptiveAveragePooling2D,
    layers.AdaptiveAveragePooling3D,
)
def adaptive_pooling(record: Any, context: BuildContext) -> Built:
    """Build pooling down to a given size."""
    return Built(_AdaptivePool(record))
