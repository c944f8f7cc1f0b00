"""What PyTorch offers: its devices, networks on them, and what trains these."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.engines.contract import Tuning
from rdeep.engines.devices import choose
from rdeep.engines.objective import Objective
from rdeep.engines.phases import PhaseObjective
from rdeep.engines.single_layer import Differentiable, Differentiated, Form, LayerCall, LayerResult
from rdeep.engines.torch import exporting, ops, single_layer, variables
from rdeep.engines.torch.builders import NATIVE
from rdeep.engines.torch.engine import time_product
from rdeep.engines.torch.foreign import TorchModuleWrapper
from rdeep.engines.torch.network import TorchNetwork
from rdeep.engines.torch.phases import TorchPhaseStepper
from rdeep.engines.torch.sampling import outside_inference_mode
from rdeep.engines.torch.stepper import TorchStepper
from rdeep.engines.torch.user_steps import TorchStepRunner
from rdeep.graph.network import Graph


class TorchBackend:
    """PyTorch."""

    name = "torch"

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

    def devices(self) -> list[str]:
        """Return the names of the devices there are, the default first."""
        found = [f"cuda:{i}" for i in range(torch.cuda.device_count())]
        if torch.backends.mps.is_available():
            found.append("mps")
        return [*found, "cpu"]

    def build(
        self,
        graph: Graph,
        weights: Mapping[str, np.ndarray],
        device: str | None,
        policy: str = "float32",
    ) -> TorchNetwork:
        """Return a network with these weights on a device.

        Raises
        ------
        BackendError
            If there is no such device.
        """
        place = choose(device, self.devices(), "torch")
        # The weights outlive a block without gradients, in which a layer may be called first.
        with outside_inference_mode():
            return TorchNetwork(graph, weights, place, policy)

    def stepper(
        self, network: TorchNetwork, objective: Objective, optimizer: BaseOptimizer, tuning: Tuning
    ) -> TorchStepper:
        """Return what trains a network.

        Parameters
        ----------
        network : TorchNetwork
            The network.
        objective : Objective
            What to minimise and report.
        optimizer : BaseOptimizer
            How to change the weights.
        tuning : Tuning
            Whether to compile, and how much.
        """
        return TorchStepper(network, objective, optimizer, tuning)

    def step_runner(self, device: str | None) -> TorchStepRunner:
        """Return what calls steps that a user wrote, on a device.

        Parameters
        ----------
        device : str or None
            The device's name; `None` for the default.
        """
        return TorchStepRunner(choose(device, self.devices(), "torch"))

    def phase_stepper(
        self, network: TorchNetwork, objective: PhaseObjective, tuning: Tuning
    ) -> TorchPhaseStepper:
        """Return what trains a network of losses in phases.

        Parameters
        ----------
        network : TorchNetwork
            The network.
        objective : PhaseObjective
            The phases.
        tuning : Tuning
            How to run.
        """
        return TorchPhaseStepper(network, objective, tuning)

    def foreign_layer(self, **options: Any) -> TorchModuleWrapper:
        """Return a torch module as a layer.

        Parameters
        ----------
        **options
            As for `TorchModuleWrapper`.
        """
        return TorchModuleWrapper(**options)

    def memory(self, device: str | None) -> int | None:
        """Return how many bytes of memory a GPU has; `None` for other devices.

        Parameters
        ----------
        device : str or None
            The device's name; `None` for the default.
        """
        name = choose(device, self.devices(), "torch")
        if not name.startswith("cuda"):
            return None
        return int(torch.cuda.get_device_properties(name).total_memory)

    def work_in_fork(self) -> bool:
        """Have torch work in a fork of the process that started it, by the one thread there is.

        The threads of a GPU, of Apple's, and those that compiled code asks for cannot be done
        without: then it does not work.
        """
        if torch.cuda.is_initialized() or torch.backends.mps.is_available():
            return False
        # Much imports the package of the compiler; this module of it is there once it is used.
        if "torch._inductor.compile_fx" in sys.modules:
            return False
        torch.set_num_threads(1)
        return True

    def time_product(self) -> float:
        """Return the milliseconds of a 512 x 784 by 784 x 512 product."""
        return time_product()

    def use_flash_attention(self, on: bool) -> None:
        """Say whether attention may be computed by flash kernels, which only GPUs have.

        Parameters
        ----------
        on : bool
            Whether it may.
        """
        torch.backends.cuda.enable_flash_sdp(on)

    def integrated_gradients(
        self,
        networks: Sequence[TorchNetwork],
        inputs: Sequence[np.ndarray],
        baselines: Sequence[np.ndarray],
        score: Callable[[list[Any], Any], Any],
        steps: int,
    ) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """Return what input values contribute to scores; as the function of `attribution`."""
        from rdeep.engines.torch.attribution import integrated_gradients

        return integrated_gradients(networks, inputs, baselines, score, steps)

    def native_forms(self, layer: type[Layer]) -> Sequence[Form]:
        """Return which native forms there are of a layer.

        Parameters
        ----------
        layer : type
            The layer.
        """
        return ("native",) if layer in NATIVE else ()

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
