"""What NumPy offers: networks that predict, on the processor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from rdeep.arrays import numpy as ops
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.engines.contract import StepRunner, Tuning
from rdeep.engines.devices import choose
from rdeep.engines.numpy import single_layer, variables
from rdeep.engines.numpy.network import NumPyNetwork
from rdeep.engines.numpy.stepper import NumPyStepper
from rdeep.engines.objective import Objective
from rdeep.engines.phases import PhaseObjective
from rdeep.engines.registry import does_not_train
from rdeep.engines.single_layer import Differentiable, Differentiated, Form, LayerCall, LayerResult
from rdeep.errors import BackendError
from rdeep.graph.network import Graph


class NumPyBackend:
    """NumPy, forward only."""

    name = "numpy"

    @property
    def ops(self) -> Any:
        """The array functions."""
        return ops

    @property
    def variables(self) -> Any:
        """Its variables, their gradients, and optimizers at work on them."""
        return variables

    def devices(self) -> list[str]:
        """Return the names of the devices there are: the processor alone."""
        return ["cpu"]

    def build(
        self,
        graph: Graph,
        weights: Mapping[str, np.ndarray],
        device: str | None,
        policy: str = "float32",
    ) -> NumPyNetwork:
        """Return a network with these weights; it computes in float32 under every policy.

        Raises
        ------
        BackendError
            If another device is asked for, or a layer is an engine's own object.
        """
        return NumPyNetwork(graph, weights, choose(device, self.devices(), "NumPy"), policy)

    def stepper(
        self, network: NumPyNetwork, objective: Objective, optimizer: BaseOptimizer, tuning: Tuning
    ) -> NumPyStepper:
        """Return what scores a network.

        Parameters
        ----------
        network : NumPyNetwork
            The network.
        objective : Objective
            What to report.
        optimizer : BaseOptimizer
            Has no effect: nothing is trained.
        tuning : Tuning
            Has no effect: nothing is compiled.
        """
        return NumPyStepper(network, objective)

    def step_runner(self, device: str | None) -> StepRunner:
        """Refuse: steps that users write compute with an engine's tensors.

        Parameters
        ----------
        device : str or None
            Has no effect.

        Raises
        ------
        BackendError
            Always.
        """
        raise BackendError(
            "Steps of your own need an engine that trains: NumPy has no gradients.",
            argument="backend",
            received=self.name,
            hint="`to_backend()` gives the model on torch or on TensorFlow.",
        )

    def phase_stepper(self, network: Any, objective: PhaseObjective, tuning: Tuning) -> NoReturn:
        """Refuse to train in phases.

        Parameters
        ----------
        network, objective, tuning
            As for other backends.
        """
        raise does_not_train("numpy")

    def foreign_layer(self, **options: Any) -> Layer:
        """Refuse: NumPy has no layers of its own."""
        raise BackendError("NumPy has no layers of its own.", argument="backend")

    def native_forms(self, layer: type[Layer]) -> Sequence[Form]:
        """Return which native forms there are of a layer.

        Parameters
        ----------
        layer : type
            The layer.
        """
        return ()

    def run_layer(self, call: LayerCall, form: Form = "formula") -> LayerResult | None:
        """Return what a layer by itself gives.

        Parameters
        ----------
        call : LayerCall
            The layer, and what it depends on.
        form : str
            What computes it.
        """
        return single_layer.run_layer(call) if form == "formula" else None

    def differentiate(self, function: Differentiable, arrays: list[np.ndarray]) -> Differentiated:
        """Return the values of a function of tensors, and gradients by the arrays of floats.

        Parameters
        ----------
        function : callable
            The function.
        arrays : list of numpy.ndarray
            What it is of.
        """
        return single_layer.differentiate(function, arrays)
