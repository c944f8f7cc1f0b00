"""What layers over spatial dimensions share: where channels are, and how many places fit."""

from __future__ import annotations

from typing import ClassVar

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.options import Choice, option
from rdeep.errors import ShapeError, layer_title, setting

DATA_FORMAT = option(
    Choice("channels_last", "channels_first"),
    None,
    'The position of the channels: `"channels_last"`, the default, after the other '
    'dimensions, `"channels_first"` right after the batch.',
)


class Spatial(Layer, abstract=True):
    """A layer over `rank` dimensions such as time, or height and width, beside the channels."""

    mask = "stop"
    rank: ClassVar[int]
    data_format: str | None = None

    @property
    def channels_first(self) -> bool:
        """Whether the channels come right after the batch."""
        return self.data_format == "channels_first"

    def sizes(self, shape: Dims) -> Dims:
        """Return the sizes of the spatial dimensions of a shape."""
        return shape[2:] if self.channels_first else shape[1:-1]

    def channels(self, shape: Dims) -> int | None:
        """Return how many channels a shape has."""
        return shape[1] if self.channels_first else shape[-1]

    def joined(self, batch: int | None, sizes: Dims, channels: int | None) -> Dims:
        """Return the shape with these parts, each at its place."""
        if self.channels_first:
            return (batch, channels, *sizes)
        return (batch, *sizes, channels)


def reach(window: int, dilation: int) -> int:
    """Return how many values a window spans.

    Parameters
    ----------
    window, dilation : int
        The window's size and its spread.
    """
    return (window - 1) * dilation + 1


def window_outputs(
    size: int | None, window: int, stride: int, dilation: int, padding: str, layer: Layer
) -> int | None:
    """Return how many places a window has along a dimension.

    Parameters
    ----------
    size : int or None
        The dimension's size.
    window, stride, dilation : int
        The window's size, its step and its spread.
    padding : str
        `"valid"`, `"same"` or `"causal"`.
    layer : Layer
        The layer, for the message.

    Raises
    ------
    ShapeError
        If the window does not fit once.
    """
    if size is None:
        return None
    if padding != "valid":
        return -(-size // stride)
    spanned = reach(window, dilation)
    if spanned > size:
        title = layer.name or type(layer).__name__
        raise ShapeError(
            f"{layer_title(layer)} has a window of {spanned} on a dimension of {size}: "
            "it does not fit once.",
            layer=title,
            received=size,
            expected=f"at least {spanned}",
            hint=f"Use {setting('padding', 'same')}, or a smaller window.",
        )
    return (size - spanned) // stride + 1
