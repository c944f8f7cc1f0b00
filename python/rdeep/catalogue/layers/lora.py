"""Low-rank adaptation (LoRA; Hu et al., 2022, arXiv:2106.09685) of a frozen matrix.

In place of a matrix `W` that stays as it is, `W + alpha / rank * A B` is used, of which only the
narrow `A` and `B` are trained.
"""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.initializers import HeUniform, Zeros
from rdeep.catalogue.layers.base import Weight
from rdeep.catalogue.options import Count, Number, option
from rdeep.errors import ArgumentError, constructor

LORA_RANK: Any = option(
    Count(),
    None,
    "The rank of a trained addition to the frozen weight (LoRA).",
)
LORA_ALPHA: Any = option(
    Number(),
    None,
    "The scale of the addition, which is multiplied by `lora_alpha / lora_rank`; the rank "
    "by default.",
)


def check_lora(layer: Any, weight: str) -> None:
    """Refuse options that do not go together with an addition of low rank.

    Parameters
    ----------
    layer : Layer
        A layer with the options `lora_rank` and `lora_alpha`.
    weight : str
        The name of the weight that is added to.
    """
    if layer.lora_rank is None:
        return
    constraint = f"{weight}_constraint"
    if getattr(layer, constraint) is not None:
        raise ArgumentError(
            f"{constructor(layer)}: {constraint!r} has no meaning beside 'lora_rank', under "
            f"which '{weight}' is not trained.",
            argument=constraint,
            hint=f"Leave out 'lora_rank' or {constraint!r}.",
        )


def lora_scale(layer: Any) -> float:
    """Return what a layer multiplies the product of the narrow matrices by.

    Parameters
    ----------
    layer : Layer
        A layer with a `lora_rank`.
    """
    alpha = layer.lora_rank if layer.lora_alpha is None else layer.lora_alpha
    return float(alpha / layer.lora_rank)


def lora_weights(layer: Any, weight: Weight) -> list[Weight]:
    """Return the two narrow matrices beside a weight; none without a rank.

    Parameters
    ----------
    layer : Layer
        A layer with the option `lora_rank`.
    weight : Weight
        The weight, a matrix.
    """
    if layer.lora_rank is None:
        return []
    rows, columns = weight.shape
    first, second = (rows, layer.lora_rank), (layer.lora_rank, columns)
    return [
        Weight(f"lora_{weight.name}_a", first, HeUniform(), weight.regularizer),
        Weight(f"lora_{weight.name}_b", second, Zeros(), weight.regularizer),
    ]
