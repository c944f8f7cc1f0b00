"""Arrays and tensors of other packages as NumPy's: the numbers they hold, or why there are none."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.errors import DataError

_DENSE = {
    "SparseTensor": "`tf.sparse.to_dense()` gives a dense one.",
    "IndexedSlices": "`tf.convert_to_tensor()` gives a dense one.",
    "RaggedTensor": "Its method `to_tensor()` fills its rows up to one length.",
}


def on_host(data: object, label: str) -> np.ndarray:
    """Return what holds numbers as an array of NumPy's, which may share their memory.

    Parameters
    ----------
    data : object
        An array, a tensor of any engine, nested lists.
    label : str
        What messages call it.

    Raises
    ------
    DataError
        If it is a tensor without values, or not a dense one; if rows have different lengths; if a
        masked array hides values, which are missing ones.
    """
    if isinstance(data, np.ma.MaskedArray):
        return _unmasked(data, label)
    kind = type(data).__name__
    if kind in _DENSE:
        raise DataError(f"'{label}' is a {kind}, not an array.", argument=label, hint=_DENSE[kind])
    if hasattr(data, "detach") and hasattr(data, "layout"):
        return _of_torch(data, label)
    try:
        array = np.asarray(data)
    except ValueError:
        raise DataError(f"'{label}' has rows of different lengths.", argument=label) from None
    # Types of numbers that engines have and NumPy has not, such as bfloat16.
    if array.dtype.kind == "V" and array.dtype.names is None and "float" in array.dtype.name:
        return array.astype(np.float32)
    return array


def _unmasked(data: Any, label: str) -> np.ndarray:
    hidden = np.ma.getmaskarray(data)
    if hidden.any():
        count, row = int(hidden.sum()), int(np.argwhere(hidden)[0][0])
        raise DataError(
            f"'{label}' is a masked array that hides {count} value{'s' if count > 1 else ''} "
            f"(the first in sample {row + 1}).",
            argument=label,
            received=count,
            hint="Leave such samples out, or fill the values in by `filled()`.",
        )
    return np.asarray(data.data)


def _of_torch(data: Any, label: str) -> np.ndarray:
    tensor = data.detach()
    if tensor.device.type == "meta":
        raise DataError(f"'{label}' is a tensor on the device 'meta': it has no values.")
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    if str(tensor.layout) != "torch.strided":
        raise DataError(
            f"'{label}' is a sparse tensor of torch.",
            argument=label,
            hint="Its method `to_dense()` gives a dense one; sparse matrices of SciPy stay sparse.",
        )
    tensor = tensor.cpu().resolve_conj().resolve_neg()
    if tensor.is_floating_point() and str(tensor.dtype) not in _NUMPY_HAS:
        tensor = tensor.float()
    return np.asarray(tensor)


_NUMPY_HAS = {"torch.float16", "torch.float32", "torch.float64"}
