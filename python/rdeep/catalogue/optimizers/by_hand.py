"""What an optimizer does by hand, in loops and steps of the user's own."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue import dispatch


class TakesSteps:
    """Changes variables along gradients that are given, and keeps what it needs between steps."""

    @dispatch.not_converted
    def apply(self, gradients: Any, trainable_variables: Any = None) -> None:
        """Take a step by hand: change variables along their gradients, and satisfy constraints.

        What is kept for them stays with the optimizer, apart from what `fit` keeps. It may stand in
        a `tf.function`.

        Parameters
        ----------
        gradients : list of tensor
            A gradient for each variable; `None` leaves it as it is, with a warning.
        trainable_variables : list of Variable, optional
            The variables, such as `model.trainable_weights`; by default all of the steps before.

        Raises
        ------
        ArgumentError
            If there are not as many gradients as variables, or these are of another engine.
        ShapeError
            If a gradient has another shape than its variable.
        """
        dispatch.calls().gradients.steps_of(self).apply(gradients, trainable_variables)

    @dispatch.not_converted
    def apply_gradients(self, grads_and_vars: Any) -> Any:
        """Take a step by hand, and return its number.

        Parameters
        ----------
        grads_and_vars : iterable of (tensor, Variable)
            The gradients, each with its variable.
        """
        pairs = [tuple(pair) for pair in grads_and_vars]
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self.iterations

    def stateless_apply(
        self, optimizer_variables: Any, grads: Any, trainable_variables: Any
    ) -> tuple[list[Any], list[Any]]:
        """Return what a step would make of values, without taking it.

        The optimizer must know the variables, by `build` or a step before.

        Parameters
        ----------
        optimizer_variables, grads, trainable_variables : list of tensor
            Values for the optimizer's `variables`, and a gradient and a value for each variable
            that it knows.

        Returns
        -------
        tuple of two lists
            The values of the variables after the step, and those of the optimizer's.
        """
        return dispatch.calls().gradients.stateless_apply(
            self, optimizer_variables, grads, trainable_variables
        )

    @dispatch.not_converted
    def finalize_variable_values(self, var_list: Any = None) -> None:
        """Give variables the moving averages that steps by hand have kept, if it keeps any.

        `fit` does so at its end with the optimizer of `compile`. Whoever has optimizers of their
        own in a `train_step` or a loop calls it where training ends.

        Parameters
        ----------
        var_list : list of Variable, optional
            The variables, such as `model.trainable_weights`; by default all that steps were taken
            for. Those that no step has changed stay.

        Examples
        --------
        >>> from rdeep import Variable
        >>> from rdeep.optimizers import SGD
        >>> optimizer, v = SGD(1.0, use_ema=True, ema_momentum=0.5), Variable(0.0)
        >>> for _ in range(2):
        ...     optimizer.apply([1.0], [v])
        >>> optimizer.finalize_variable_values([v])
        >>> float(v.numpy())
        -1.5
        """
        dispatch.calls().gradients.steps_of(self).finish(var_list)

    @dispatch.not_converted
    def build(self, variables: Any) -> None:
        """Make what is kept for variables before the first step.

        Parameters
        ----------
        variables : list of Variable
            The variables.
        """
        dispatch.calls().gradients.steps_of(self).build(variables)

    @property
    def built(self) -> bool:
        """Whether a step was taken by hand, or made ready."""
        return dispatch.calls().gradients.steps_of(self).applied is not None

    @property
    def iterations(self) -> Any:
        """How many steps were taken by hand."""
        return dispatch.calls().gradients.steps_of(self).iterations

    @property
    def variables(self) -> list[Any]:
        """How many steps were taken by hand, the learning rate, and what is kept for weights."""
        found: list[Any] = dispatch.calls().gradients.slots_of(self)
        return found
