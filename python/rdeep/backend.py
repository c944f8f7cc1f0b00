"""What Keras's module of that name has, as far as rdeep has it.

Examples
--------
>>> from rdeep import backend
>>> backend.image_data_format()
'channels_last'
"""

from __future__ import annotations

from typing import Any

from rdeep.arrays.numpy.types import result_type as _result_type
from rdeep.config import backend as backend
from rdeep.config import epsilon as epsilon
from rdeep.config import floatx as floatx
from rdeep.config import image_data_format as image_data_format
from rdeep.config import set_epsilon as set_epsilon
from rdeep.config import set_floatx as set_floatx
from rdeep.config import set_image_data_format as set_image_data_format
from rdeep.utils import clear_session as clear_session
from rdeep.utils import is_keras_tensor as is_keras_tensor
from rdeep.utils import standardize_dtype as standardize_dtype

_counts: dict[str, int] = {}


def get_uid(prefix: str = "") -> int:
    """Return a number that no call with that prefix has returned before, from 1.

    Parameters
    ----------
    prefix : str
        What is counted.

    Examples
    --------
    >>> get_uid("dense")
    1
    """
    _counts[prefix] = _counts.get(prefix, 0) + 1
    return _counts[prefix]


def is_float_dtype(dtype: Any) -> bool:
    """Return whether a type is one of floating-point numbers.

    Parameters
    ----------
    dtype : str or object
        The type.

    Examples
    --------
    >>> is_float_dtype("bfloat16")
    True
    """
    return standardize_dtype(dtype).startswith(("float", "bfloat"))


def is_int_dtype(dtype: Any) -> bool:
    """Return whether a type is one of whole numbers.

    Parameters
    ----------
    dtype : str or object
        The type.

    Examples
    --------
    >>> is_int_dtype("uint8")
    True
    """
    return standardize_dtype(dtype).startswith(("int", "uint"))


def result_type(*dtypes: Any) -> str:
    """Return the type of what is computed of tensors of several types.

    Parameters
    ----------
    *dtypes : str or object
        The types.

    Examples
    --------
    >>> result_type("int32", "float16")
    'float16'
    """
    return str(_result_type(*map(standardize_dtype, dtypes)))
