"""What TensorFlow keeps of networks that are gone, and giving it back.

TensorFlow remembers a kernel for each operation that it ever ran, by its attributes: the name of a
compiled function, which no other model has, is one, and so is a variable's name. It forgets none of
them: 0.1 to 0.5 MB stay for each model that was made, trained and dropped. So once some
networks are gone, the next one that is built has all kernels forgotten; those that are still
needed are made again at their next use, in some milliseconds each.

What XLA has compiled stays for as long as the process runs, 4 to 6 MB for each model: TensorFlow
has nothing that frees it.
"""

from __future__ import annotations

import weakref
from collections import deque
from typing import Any

import numpy as np
import tensorflow as tf

try:
    from tensorflow.python import pywrap_tfe
    from tensorflow.python.eager import context
except ImportError:
    # They are private to TensorFlow: where they are missing, it keeps what it keeps.
    pywrap_tfe = context = None

# To make live models' kernels again costs milliseconds: not for each network that goes.
_NETWORKS = 16


class Remains:
    """Counts the networks that are gone since kernels were forgotten last.

    Examples
    --------
    >>> remains = Remains()
    >>> remains.gone
    0
    """

    def __init__(self) -> None:
        # Networks go in any thread, in the middle of anything: a deque takes no lock for it.
        self._gone: deque[None] = deque()

    @property
    def gone(self) -> int:
        """How many networks are gone."""
        return len(self._gone)

    def watch(self, network: object) -> None:
        """Count a network once it is gone.

        Parameters
        ----------
        network : object
            The network.
        """
        weakref.finalize(network, self._gone.append, None).atexit = False

    def forget(self, at_least: int = _NETWORKS) -> bool:
        """Have TensorFlow forget its kernels if so many networks are gone; say whether it did.

        Parameters
        ----------
        at_least : int
            How many.
        """
        if len(self._gone) < at_least or context is None:
            return False
        self._gone.clear()
        context.context().clear_kernel_cache()
        pywrap_tfe.TFE_ClearScalarCache()
        return True


REMAINS = Remains()
"""Those of this process."""


def passing(number: int) -> Any:
    """Return a whole number as a tensor that TensorFlow does not keep.

    Each number of Python's that was ever turned into a tensor is kept as one, 0.7 kB: those of
    steps would add up to tens of megabytes in an hour.

    Parameters
    ----------
    number : int
        The number.

    Examples
    --------
    >>> int(passing(3))
    3
    """
    return tf.constant(np.int64(number), tf.int64)
