"""`InputSpec`: what a layer of one's own says of the inputs that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rdeep.errors import ArgumentError, ShapeError, Wording, format_shape, show, worded


class InputSpec:
    """What an input must be: a layer of your own that has one as `input_spec` refuses others.

    Parameters
    ----------
    dtype : str, optional
        Its type.
    shape : tuple, optional
        Its shape with the batch; `None` for sizes that may be any.
    ndim, max_ndim, min_ndim : int, optional
        How many axes it has, at most or at least.
    axes : dict, optional
        Sizes by axes.
    allow_last_axis_squeeze : bool
        Whether a last axis of size 1 may be missing, or be there in addition.
    name : str, optional
        Its name.
    optional : bool
        Whether it may be left out.

    Examples
    --------
    >>> InputSpec(ndim=3, axes={-1: 8})
    InputSpec(ndim=3, axes={-1: 8})
    """

    def __init__(
        self,
        dtype: str | None = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[Any, Any] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype, self.name, self.optional = dtype, name, optional
        self.shape = None if shape is None else tuple(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim, self.min_ndim = max_ndim, min_ndim
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        if axes is not None and not isinstance(axes, Mapping):
            raise ArgumentError(
                f"'axes' must be a dict of sizes by axes, not {show(axes)}.",
                argument="axes",
                received=axes,
            )
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        most = self.ndim if self.ndim is not None else max_ndim
        if self.axes and most is not None and max(self.axes) >= most:
            raise ArgumentError(
                f"'axes' names the axis {max(self.axes)} of an input of {most} axes.",
                argument="axes",
                received=axes,
            )

    def check(self, shape: Sequence[Any], dtype: str, layer: str) -> None:
        """Refuse an input that is another.

        Parameters
        ----------
        shape : tuple
            Its shape with the batch.
        dtype : str
            Its type.
        layer : str
            The layer's name, for the message.

        Raises
        ------
        ShapeError
            If the shape is another.
        ArgumentError
            If the type is.
        """
        wanted = self._wanted(list(shape))
        if wanted is not None:
            raise ShapeError(
                f"Layer {layer!r} wants an input of {wanted}, not of shape {format_shape(shape)}.",
                layer=layer,
                received=tuple(shape),
                expected=str(wanted),
            )
        if self.dtype is not None and self.dtype != dtype:
            raise ArgumentError(
                f"Layer {layer!r} wants an input of the type {self.dtype!r}, not {dtype!r}.",
                argument="inputs",
                layer=layer,
                received=dtype,
                expected=self.dtype,
            )

    def _wanted(self, shape: list[Any]) -> Wording | str | None:
        """Return what the shape is to be, where it is another."""
        if self.shape is not None and self.allow_last_axis_squeeze:
            if len(shape) == len(self.shape) + 1 and shape[-1] == 1:
                shape = shape[:-1]
            elif len(shape) == len(self.shape) - 1 and self.shape[-1] == 1:
                shape = [*shape, 1]
        if self.ndim is not None and len(shape) != self.ndim:
            return f"{self.ndim} dimensions"
        if self.max_ndim is not None and len(shape) > self.max_ndim:
            return f"at most {self.max_ndim} dimensions"
        if self.min_ndim is not None and len(shape) < self.min_ndim:
            return f"at least {self.min_ndim} dimensions"
        for axis, size in self.axes.items():
            given = shape[axis] if -len(shape) <= axis < len(shape) else -1
            if size is not None and given is not None and given != size:
                return f"size {size} along the axis {axis}"
        pairs = zip(self.shape or (), shape)
        if any(a is not None and b is not None and a != b for a, b in pairs):
            return worded(f"the shape {format_shape(self.shape or ())}")
        return None

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` takes."""
        return {
            name: getattr(self, name)
            for name in ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> InputSpec:
        """Return the specification of a configuration."""
        return cls(**config)

    def __repr__(self) -> str:
        said = {name: value for name, value in self.get_config().items() if value}
        return f"InputSpec({', '.join(f'{name}={value!r}' for name, value in said.items())})"
