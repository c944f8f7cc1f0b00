"""The metrics of the catalogue, by Keras's names: as classes, and as functions of each sample.

Examples
--------
>>> from rdeep import metrics
>>> metrics.mean_squared_error([[0.0, 2.0]], [[0.0, 0.0]])
tensor([2.])
"""

from typing import Any

from rdeep.catalogue.metrics import *
from rdeep.ops.forms import form as _form
from rdeep.ops.forms import form_names as _form_names
from rdeep.ops.metric import StatefulMetric as Metric  # type: ignore[assignment]  # noqa: F401
from rdeep.saving.configurations import functions_of as _functions_of

get, serialize, deserialize = _functions_of("metric")


def __getattr__(name: str) -> Any:
    found = _form("metric", name)
    if found is None:
        raise AttributeError(f"module 'rdeep.metrics' has no attribute {name!r}")
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_form_names("metric")})
