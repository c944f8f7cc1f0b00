"""The layers of the catalogue, by Keras's names for them and their module."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue import layers as _layers
from rdeep.catalogue.feature_space import *
from rdeep.catalogue.layers import *
from rdeep.graph.function_layer import Lambda as Lambda
from rdeep.graph.input_spec import InputSpec as InputSpec
from rdeep.graph.own_layer import Layer as Layer
from rdeep.graph.pipeline import Pipeline as Pipeline
from rdeep.graph.tensor import Input as Input
from rdeep.graph.wrapper import Wrapper as Wrapper
from rdeep.saving.configurations import functions_of as _functions_of

get, serialize, deserialize = _functions_of("layer")

_ALIASES = {
    "GroupedQueryAttention": "GroupQueryAttention",
    **{f"AvgPool{d}D": f"AveragePooling{d}D" for d in (1, 2, 3)},
    **{f"MaxPool{d}D": f"MaxPooling{d}D" for d in (1, 2, 3)},
    **{f"GlobalAvgPool{d}D": f"GlobalAveragePooling{d}D" for d in (1, 2, 3)},
    **{f"GlobalMaxPool{d}D": f"GlobalMaxPooling{d}D" for d in (1, 2, 3)},
    **{f"Convolution{d}D": f"Conv{d}D" for d in (1, 2, 3)},
    **{f"Convolution{d}DTranspose": f"Conv{d}DTranspose" for d in (1, 2, 3)},
    **{f"SeparableConvolution{d}D": f"SeparableConv{d}D" for d in (1, 2)},
}
_MERGING = (
    *("add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"),
)


def _merging(name: str) -> Any:
    cls = getattr(_layers, name.capitalize())

    def merge(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return cls(*args, **kwargs)(inputs)

    merge.__name__ = merge.__qualname__ = name
    merge.__doc__ = f"Return what `{cls.__name__}` makes of a list of tensors."
    return merge


def __getattr__(name: str) -> Any:
    if name in _ALIASES:
        return getattr(_layers, _ALIASES[name])
    if name in _MERGING:
        return _merging(name)
    raise AttributeError(f"module 'rdeep.layers' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ALIASES, *_MERGING})
