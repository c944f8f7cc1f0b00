"""A dense layer whose product is written in Einstein's notation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import HeUniform, Initializer, Zeros, by_axes
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.shared import (
    BIAS_CONSTRAINT,
    BIAS_INITIALIZER,
    BIAS_REGULARIZER,
    KERNEL_CONSTRAINT,
    KERNEL_INITIALIZER,
    KERNEL_REGULARIZER,
)
from rdeep.catalogue.options import Count, Number, Ref, Shape, Text, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, ShapeError, constructor, format_shape, layer_title

__all__ = ["EinsumDense"]

_FORMS = (
    r"(?P<x>[a-zA-Z]+),(?P<w>[a-zA-Z]+)->(?P<y>[a-zA-Z]+)",
    r"(?P<left>\.\.\.)(?P<x>[a-zA-Z]+),(?P<w>[a-zA-Z]+)->\.\.\.(?P<y>[a-zA-Z]+)",
    r"(?P<x>[a-zA-Z]{2,})\.\.\.,(?P<w>[a-zA-Z]+)->(?P<y>[a-zA-Z]+)\.\.\.",
)


@dataclass(frozen=True)
class _Plan:
    """What an equation comes to for an input: shapes, and which of the kernel's axes are inputs."""

    kernel: tuple[int, ...]
    inputs: tuple[int, ...]
    bias: tuple[int, ...] | None
    output: Dims


class EinsumDense(Layer):
    """Dense layer of an einsum equation.

    `activation(einsum(equation, x, kernel) + bias)`. In the equation the first letters are the
    input's axes with the batch, those after the comma the kernel's, and those after the arrow the
    output's: `"ab,bc->ac"` is a dense layer, `"...x,xy->...y"` one for inputs of any rank, and
    `"abc,cde->abde"` gives each step a matrix.

    With `lora_rank` the kernel is frozen, and two small matrices are trained whose product, times
    `lora_alpha / lora_rank`, is added to it (LoRA).

    Input shape
    -----------
    The axes on the left of the equation.

    Output shape
    ------------
    The axes on the right of the equation.

    References
    ----------
    Hu, E. J. et al. (2021). LoRA: low-rank adaptation of large language models. arXiv:2106.09685.

    Examples
    --------
    >>> EinsumDense("abc,cd->abd", output_shape=(None, 8)).output_shape((None, 10, 4))
    (None, 10, 8)
    """

    mask = "stop"
    equation: str = option(Text(), doc="The einsum equation, such as `ab,bc->ac`.")
    sizes: Dims = option(
        Shape(),
        doc="The shape of the output without the batch and what `...` stands for; `None` for a "
        "size of the input.",
        given_as="output_shape",
    )
    activation: Activation | None = option(
        Ref("activation"), None, "The activation function; none by default."
    )
    bias_axes: str | None = option(
        Text(),
        None,
        "The letters of the output's axes that the bias has; by default there is no bias.",
    )
    kernel_initializer: Initializer = KERNEL_INITIALIZER
    bias_initializer: Initializer = BIAS_INITIALIZER
    kernel_regularizer: Regularizer | None = KERNEL_REGULARIZER
    bias_regularizer: Regularizer | None = BIAS_REGULARIZER
    kernel_constraint: Constraint | None = KERNEL_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT
    lora_rank: int | None = option(
        Count(), None, "The rank of a trained addition to the frozen kernel (LoRA)."
    )
    lora_alpha: float | None = option(
        Number(0.0),
        None,
        "The scale of the addition, which is multiplied by `lora_alpha / lora_rank`; the rank "
        "by default.",
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on each step, and on vectors."""
        return [
            case({"equation": "abc,cd->abd", "output_shape": (None, 3), "bias_axes": "d"}, (5, 4)),
            case({"equation": "ab,bc->ac", "output_shape": 3, "activation": "tanh"}, (4,)),
        ]

    def validate(self) -> None:
        """Refuse equations that are no product of an input and a kernel."""
        letters = self._letters()
        x, w, y = letters["x"], letters["w"], letters["y"]
        repeated = any(len(set(part)) < len(part) for part in (x, w, y))
        loose = set(w) - set(x) - set(y) or set(y) - set(x) - set(w)
        if repeated or loose:
            problem = "has a letter twice in one part" if repeated else "has a letter that is alone"
            raise self._refuse("equation", self.equation, f"'equation' {self.equation!r} {problem}")
        if self.bias_axes is not None and not set(self.bias_axes) <= set(y):
            raise self._refuse(
                "bias_axes",
                self.bias_axes,
                f"'bias_axes' must be letters of the output {y!r}, not {self.bias_axes!r}",
            )
        if self.lora_rank is not None and self.kernel_constraint is not None:
            raise self._refuse(
                "lora_rank", self.lora_rank, "'lora_rank' does not go with 'kernel_constraint'"
            )

    def _refuse(self, argument: str, received: Any, problem: str) -> ArgumentError:
        return ArgumentError(
            f"{constructor(self)}: {problem}.",
            argument=argument,
            received=received,
            layer="EinsumDense",
        )

    def _letters(self) -> dict[str, str]:
        equation = self.equation.replace(" ", "")
        for form in _FORMS:
            found = re.fullmatch(form, equation)
            if found:
                return found.groupdict()
        raise self._refuse(
            "equation",
            self.equation,
            "'equation' must be of the form 'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...', "
            f"not {self.equation!r}",
        )

    def _plan(self, shape: Dims) -> _Plan:
        letters = self._letters()
        x, w, y = letters["x"], letters["w"], letters["y"]
        left = letters.get("left") is not None
        elided = len(shape) - len(x)
        full = "..." in self.equation
        # What `...` stands for: on the left it begins with the batch.
        between = shape[1:elided] if left else ()
        after = shape[len(x) :] if not left else ()
        output = (shape[0], *between, *self.sizes, *after)
        ahead = elided if left else 0
        wanted = len(y) + (elided if full else 0)
        if elided < (1 if left else 0) or (elided and not full) or len(output) != wanted:
            raise self._shape_error(shape)
        sizes = dict(zip(x, shape[ahead:]))
        given = dict(zip(y, output[ahead:]))
        for letter in set(sizes) & set(given):
            if given[letter] is None:
                given[letter] = sizes[letter]
            elif sizes[letter] not in (None, given[letter]):
                raise self._shape_error(shape)
        output = (*output[:ahead], *(given[letter] for letter in y), *output[ahead + len(y) :])
        every = {**sizes, **given}
        kernel = tuple(known(every[letter], self, f"{letter!r} of the equation") for letter in w)
        inputs = tuple(axis for axis, letter in enumerate(w) if letter not in y)
        return _Plan(kernel, inputs, self._bias_shape(y, every, len(after)), output)

    def _bias_shape(self, y: str, sizes: dict[str, Any], after: int) -> tuple[int, ...] | None:
        """Return the bias's shape: from its first axis on, 1 along those that it has not."""
        if not self.bias_axes:
            return None
        first = min(y.find(letter) for letter in self.bias_axes)
        shape = [
            known(sizes[letter], self, f"{letter!r} of the equation")
            if letter in self.bias_axes
            else 1
            for letter in y[first:]
        ]
        return (*shape, *[1] * after)

    def _shape_error(self, shape: Dims) -> ShapeError:
        title = self.name or "EinsumDense"
        return ShapeError(
            f"{layer_title(self)} cannot compute {self.equation!r} with 'output_shape' "
            f"{format_shape(self.sizes)} of an input of shape {format_shape(shape)}.",
            layer=title,
            argument="output_shape",
            received=shape,
            hint="The batch is a letter of the equation, but no size of 'output_shape'.",
        )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the equation gives."""
        return self._plan(shapes[0]).output

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel, the bias if there is one, and the change of the kernel."""
        plan = self._plan(shapes[0])
        rule = self.kernel_regularizer
        start = by_axes(self.kernel_initializer, plan.inputs)
        weights = [
            Weight(
                "kernel",
                plan.kernel,
                start,
                rule,
                constraint=self.kernel_constraint,
                trainable=self.lora_rank is None,
            )
        ]
        if plan.bias is not None:
            weights.append(
                Weight(
                    "bias",
                    plan.bias,
                    self.bias_initializer,
                    self.bias_regularizer,
                    constraint=self.bias_constraint,
                )
            )
        if self.lora_rank is not None:
            first, last = (*plan.kernel[:-1], self.lora_rank), (self.lora_rank, plan.kernel[-1])
            weights.append(Weight("lora_kernel_a", first, HeUniform(), rule))
            weights.append(Weight("lora_kernel_b", last, Zeros(), rule))
        return weights

    def flops(self, *shapes: Dims) -> int | None:
        """Return the operations of the product: the output's places times what is summed."""
        plan = self._plan(shapes[0])
        summed = 1
        for axis in plan.inputs:
            summed *= plan.kernel[axis]
        places = 1
        for size in plan.output[1:]:
            places *= 1 if size is None else size
        return 2 * places * summed

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the product with the bias; the activation follows."""
        weights = run.weights
        kernel = weights["kernel"]
        if self.lora_rank is not None:
            alpha = self.lora_rank if self.lora_alpha is None else self.lora_alpha
            change = run.ops.matmul(weights["lora_kernel_a"], weights["lora_kernel_b"])
            kernel = kernel + (alpha / self.lora_rank) * change
        found = run.ops.einsum(self.equation.replace(" ", ""), inputs, kernel)
        return found + weights["bias"] if "bias" in weights else found
