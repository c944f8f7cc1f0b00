"""The options that recurrent cells share with the layers that run them."""

from __future__ import annotations

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.shared import BIAS_CONSTRAINT, KERNEL_CONSTRAINT, RECURRENT_CONSTRAINT
from rdeep.catalogue.options import ActivationOrNone, Count, Flag, Number, Ref, option
from rdeep.catalogue.record import Record
from rdeep.catalogue.regularizers import Regularizer

SEED = "The seed of dropout; by default the model's."
RESET_AFTER = (
    "Whether the reset gate is applied after the product with the recurrent kernel (as in "
    "fused kernels; then there are two biases) or before."
)


class _UnitOptions(Record, abstract=True):
    """The options of the cells with `units` outputs, and of the layers that run them.

    The weights hold `gates` blocks of `units` side by side.
    """

    units: int = option(Count(), doc="The number of outputs.")
    activation: Activation = option(ActivationOrNone(), "tanh", "The activation function.")
    use_bias: bool = option(Flag(), True, "Whether to add a bias.")
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "The initializer of the kernel."
    )
    recurrent_initializer: Initializer = option(
        Ref("initializer"), "orthogonal", "The initializer of the recurrent kernel."
    )
    bias_initializer: Initializer = option(
        Ref("initializer"), "zeros", "The initializer of the bias."
    )
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the kernel."
    )
    recurrent_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the recurrent kernel."
    )
    bias_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the bias."
    )
    kernel_constraint: Constraint | None = KERNEL_CONSTRAINT
    recurrent_constraint: Constraint | None = RECURRENT_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT
    dropout: float = option(
        Number(0.0, 1.0, open_high=True),
        0.0,
        "The fraction of the input's features set to zero while training, the same at every step.",
    )
    recurrent_dropout: float = option(
        Number(0.0, 1.0, open_high=True),
        0.0,
        "The fraction of the state's values set to zero while training, the same at every "
        "step; each gate then has dropout masks of its own.",
    )
    seed: int | None = option(Count(0), None, SEED)


RECURRENT_ACTIVATION = option(
    ActivationOrNone(), "sigmoid", "The activation function of the gates.", after="activation"
)


class _LSTMOptions(_UnitOptions, abstract=True):
    """The options of an LSTM."""

    recurrent_activation: Activation = RECURRENT_ACTIVATION
    unit_forget_bias: bool = option(
        Flag(),
        True,
        "Whether the bias of the forget gate starts at 1 (Jozefowicz et al., 2015).",
        after="bias_initializer",
    )


class _GRUOptions(_UnitOptions, abstract=True):
    """The options of a GRU."""

    recurrent_activation: Activation = RECURRENT_ACTIVATION
    reset_after: bool = option(Flag(), True, RESET_AFTER, after="recurrent_dropout")
