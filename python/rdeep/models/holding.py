"""A model's weights as variables of the engine."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.dispatch import calls


class HoldsVariables:
    """What models have of their weights as variables."""

    @property
    def weights(self) -> list[Any]:
        """The weights as variables of the engine; none as long as the model is not built."""
        return self._variables_of(None)

    @property
    def trainable_weights(self) -> list[Any]:
        """The weights that training changes by gradients, as variables of the engine."""
        return self._variables_of(True)

    @property
    def non_trainable_weights(self) -> list[Any]:
        """The other weights, as variables of the engine."""
        return self._variables_of(False)

    variables = weights
    trainable_variables = trainable_weights
    non_trainable_variables = non_trainable_weights

    def _variables_of(self, trainable: bool | None) -> list[Any]:
        found: list[Any] = calls().variables.model_variables(self, trainable)
        return found
