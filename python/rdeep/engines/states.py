"""What both engines check of recurrent layers that keep their states between batches."""

from __future__ import annotations

from rdeep.errors import StateError


def check_rows(layer: str, kept: int, sizes: list[int]) -> None:
    """Refuse batches that cannot go on from the states that a layer keeps.

    Parameters
    ----------
    layer : str
        The layer's name.
    kept : int
        The rows of the batch before; 0 if there was none.
    sizes : list of int
        The rows of the batches to come, in turn.

    Raises
    ------
    StateError
        If one has another size than the batch before it.
    """
    for rows in filter(None, sizes):
        kept = kept or rows
        if rows != kept:
            raise StateError(
                f"Layer {layer!r} is stateful and keeps the states of {kept} rows, but there is a "
                f"batch of {rows}.",
                layer=layer,
                hint="Use batches of one size, or reset the states.",
            )
