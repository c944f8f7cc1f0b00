"""What TensorFlow offers: its devices, networks on them, and what trains these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.engines.contract import Tuning
from rdeep.engines.devices import choose
from rdeep.engines.objective import Objective
from rdeep.engines.phases import PhaseObjective
from rdeep.engines.single_layer import Differentiable, Differentiated, Form, LayerCall, LayerResult
from rdeep.engines.tensorflow import datasets, exporting, ops, single_layer, variables
from rdeep.engines.tensorflow.foreign import TFSMLayer
from rdeep.engines.tensorflow.network import TensorFlowNetwork
from rdeep.engines.tensorflow.phases import TensorFlowPhaseStepper
from rdeep.engines.tensorflow.stepper import TensorFlowStepper
from rdeep.engines.tensorflow.user_steps import TensorFlowStepRunner
from rdeep.graph.network import Graph


class TensorFlowBackend:
    """TensorFlow, with Keras's layers."""

    name = "tensorflow"

    @property
    def ops(self) -> Any:
        """The array functions."""
        return ops

    @property
    def variables(self) -> Any:
        """Its variables, their gradients, and optimizers at work on them."""
        return variables

    @property
    def export(self) -> Any:
        """What writes networks for other programs."""
        return exporting.export

    @property
    def dataset_of(self) -> Any:
        """What makes a data set of TensorFlow's of one that is read batch by batch."""
        return datasets.dataset_of

    def devices(self) -> list[str]:
        """Return the names of the devices there are, the default first."""
        gpus = tf.config.list_physical_devices("GPU")
        return [*(f"gpu:{i}" for i in range(len(gpus))), "cpu"]

    def build(
        self,
        graph: Graph,
        weights: Mapping[str, np.ndarray],
        device: str | None,
        policy: str = "float32",
    ) -> TensorFlowNetwork:
        """Return a network with these weights on a device.

        Parameters
        ----------
        graph : Graph
            The graph.
        weights : mapping of str to numpy.ndarray
            The weights, in Keras's layout.
        device : str or None
            The device's name; `None` for the default.

        Raises
        ------
        BackendError
            If there is no such device.
        """
        place = choose(device, self.devices(), "TensorFlow")
        # Variables outlive a function that is traced, in which a layer may be called first.
        with tf.init_scope():
            return TensorFlowNetwork(graph, weights, place, policy)

    def stepper(
        self,
        network: TensorFlowNetwork,
        objective: Objective,
        optimizer: BaseOptimizer,
        tuning: Tuning,
    ) -> TensorFlowStepper:
        """Return what trains a network.

        Parameters
        ----------
        network : TensorFlowNetwork
            The network.
        objective : Objective
            What to minimise and report.
        optimizer : BaseOptimizer
            How to change the weights.
        tuning : Tuning
            Whether to compile, and how much.
        """
        return TensorFlowStepper(network, objective, optimizer, tuning)

    def step_runner(self, device: str | None) -> TensorFlowStepRunner:
        """Return what calls steps that a user wrote, on a device.

        Parameters
        ----------
        device : str or None
            The device's name; `None` for the default.
        """
        return TensorFlowStepRunner(choose(device, self.devices(), "TensorFlow"))

    def phase_stepper(
        self, network: TensorFlowNetwork, objective: PhaseObjective, tuning: Tuning
    ) -> TensorFlowPhaseStepper:
        """Return what trains a network of losses in phases.

        Parameters
        ----------
        network : TensorFlowNetwork
            The network.
        objective : PhaseObjective
            The phases.
        tuning : Tuning
            Whether to compile, and how much.
        """
        return TensorFlowPhaseStepper(network, objective, tuning)

    def foreign_layer(self, **options: Any) -> TFSMLayer:
        """Return a SavedModel as a layer.

        Parameters
        ----------
        **options
            As for `TFSMLayer`.
        """
        return TFSMLayer(**options)

    def native_forms(self, layer: type[Layer]) -> Sequence[Form]:
        """Return which native forms there are of a layer.

        Parameters
        ----------
        layer : type
            The layer.
        """
        return single_layer.native_forms(layer)

    def run_layer(self, call: LayerCall, form: Form = "formula") -> LayerResult | None:
        """Return what a layer by itself gives.

        Parameters
        ----------
        call : LayerCall
            The layer, and what it depends on.
        form : str
            What computes it.
        """
        return single_layer.run_layer(call, form)

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
