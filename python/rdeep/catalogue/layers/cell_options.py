"""The options that recurrent cells share with the layers that run them."""

from __future__ import annotations

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.shared import BIAS_CONSTRAINT, KERNEL_CONSTRAINT, RECURRENT_CONSTRAINT
from rdeep.catalogue.options import ActivationOrNone, Count, Flag, Number, Ref, option
from rdeep.catalogue.record import Record
from rdeep.catalogue.regularizers import Regularizer

SEED = "A seed for dropout; without one the model's seed governs."
RESET_AFTER = (
    "Whether the reset gate acts after the state's weights (as in fast kernels; then there are "
    "two biases) or before."
)


class _UnitOptions(Record, abstract=True):
    """The options of the cells with `units` outputs, and of the layers that run them.

    The weights hold `gates` blocks of `units` side by side.
    """

    units: int = option(Count(), doc="The number of outputs.")
    activation: Activation = option(ActivationOrNone(), "tanh", "The activation.")
    use_bias: bool = option(Flag(), True, "Whether to add a bias.")
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "How the weights of the input start."
    )
    recurrent_initializer: Initializer = option(
        Ref("initializer"), "orthogonal", "How the weights of the state start."
    )
    bias_initializer: Initializer = option(Ref("initializer"), "zeros", "How the bias starts.")
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the weights of the input."
    )
    recurrent_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the weights of the state."
    )
    bias_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the bias."
    )
    kernel_constraint: Constraint | None = KERNEL_CONSTRAINT
    recurrent_constraint: Constraint | None = RECURRENT_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT
    dropout: float = option(
        Number(0.0, 1.0, open_high=True),
        0.0,
        "The share of input features set to zero while training, the same at every step.",
    )
    recurrent_dropout: float = option(
        Number(0.0, 1.0, open_high=True),
        0.0,
        "The share of the state's values set to zero while training, the same at every step; "
        "input and state are then dropped for each gate apart.",
    )
    seed: int | None = option(Count(0), None, SEED)


RECURRENT_ACTIVATION = option(
    ActivationOrNone(), "sigmoid", "The activation of the gates.", after="activation"
)


class _LSTMOptions(_UnitOptions, abstract=True):
    """The options of an LSTM."""

    recurrent_activation: Activation = RECURRENT_ACTIVATION
    unit_forget_bias: bool = option(
        Flag(),
        True,
        "Whether the forget gate's bias starts at 1 (Jozefowicz et al., 2015).",
        after="bias_initializer",
    )


class _GRUOptions(_UnitOptions, abstract=True):
    """The options of a GRU."""

    recurrent_activation: Activation = RECURRENT_ACTIVATION
    reset_after: bool = option(Flag(), True, RESET_AFTER, after="recurrent_dropout")
