"""The activations of the catalogue, by Keras's names: as classes, and as functions of a tensor.

Examples
--------
>>> from rdeep import activations
>>> activations.relu([-1.0, 2.0])
tensor([0., 2.])
"""

from typing import Any

from rdeep.catalogue.activations import *
from rdeep.ops.forms import form as _form
from rdeep.ops.forms import form_names as _form_names
from rdeep.saving.configurations import functions_of as _functions_of

get, serialize, deserialize = _functions_of("activation")


def __getattr__(name: str) -> Any:
    found = _form("activation", name)
    if found is None:
        raise AttributeError(f"module 'rdeep.activations' has no attribute {name!r}")
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_form_names("activation")})
