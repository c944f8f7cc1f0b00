"""What a layer does with masks of steps: reads them, passes them on, makes them, or stops them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rdeep.catalogue import dispatch

Shape = tuple["int | None", ...]


class CarriesMasks:
    """What layers have of masks."""

    mask: ClassVar[str] = "pass"
    """What happens to a mask of steps: `"pass"` on, `"read"` and end, `"make"`, or `"stop"`.

    With `"first"` it is read, and that of the first input passes on.
    """
    masked_outputs: ClassVar[int] = 1
    """How many of the outputs carry the mask that passes on."""

    def passes_mask(self) -> bool:
        """Return whether the output carries the input's mask."""
        return self.mask in ("pass", "first")

    def takes_masks(self) -> bool:
        """Return whether the layer computes with the masks of its inputs."""
        return self.mask in ("read", "first")

    def makes_mask(self) -> bool:
        """Return whether the output carries a mask made here."""
        return False

    def carries_mask(
        self, masked: Sequence[bool], shapes: Sequence[Shape], count: int
    ) -> list[bool]:
        """Return which outputs carry a mask.

        Parameters
        ----------
        masked : sequence of bool
            Which of the inputs carry one.
        shapes : sequence of tuple
            The inputs' shapes.
        count : int
            How many outputs there are.
        """
        carried = self.makes_mask() or (self.passes_mask() and any(masked[:1]))
        return [carried and index < self.masked_outputs for index in range(count)]

    def join_masks(self, inputs: Sequence[Any], masks: Sequence[Any], ops: Any) -> Any:
        """Return the mask that passes on, of which `carries_mask` says that there is one.

        Parameters
        ----------
        inputs : sequence of tensor
            The layer's inputs.
        masks : sequence of tensor or None
            Each input's mask.
        ops : module
            The engine's array functions.
        """
        return masks[0]

    def made_mask(self, inputs: Any, ops: Any) -> Any:
        """Return the mask that the layer makes: true at the steps that count.

        Parameters
        ----------
        inputs : tensor
            The layer's input.
        ops : module
            The engine's array functions.
        """
        raise NotImplementedError

    def compute_mask(self, inputs: Any, previous_mask: Any = None, mask: Any = None) -> Any:
        """Return the mask that the layer's output carries: true at the steps that count.

        Parameters
        ----------
        inputs : tensor, array, or list of them
            The layer's input.
        previous_mask : tensor, array, or list of them, optional
            The mask of the input, or of each.
        mask : tensor, array, or list of them, optional
            Another name for it.

        Returns
        -------
        tensor or None
            The mask; `None` where the output carries none.

        Examples
        --------
        >>> import numpy as np
        >>> from rdeep.layers import Embedding
        >>> np.asarray(Embedding(5, 2, mask_zero=True).compute_mask(np.array([[3, 0]])))
        array([[ True, False]])
        """
        given = mask if previous_mask is None else previous_mask
        return dispatch.calls().mask_of(self, inputs, given)
