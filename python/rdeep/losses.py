"""The losses of the catalogue, by Keras's names: as classes, and as functions of each sample.

Examples
--------
>>> from rdeep import losses
>>> losses.mean_squared_error([[0.0, 2.0]], [[0.0, 0.0]])
tensor([2.])
"""

from typing import Any

from rdeep.catalogue.losses import *
from rdeep.ops.classes import Loss as Loss  # type: ignore[assignment]
from rdeep.ops.forms import form as _form
from rdeep.ops.forms import form_names as _form_names
from rdeep.saving.configurations import functions_of as _functions_of

get, serialize, deserialize = _functions_of("loss")
# The file of the catalogue has the same name.
hinge: Any = _form("loss", "hinge")


def __getattr__(name: str) -> Any:
    found = _form("loss", name)
    if found is None:
        raise AttributeError(f"module 'rdeep.losses' has no attribute {name!r}")
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_form_names("loss")})
