"""A model's weights as variables of the engine: properties of `Model`."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.dispatch import calls


def _variables(trainable: bool | None, doc: str) -> Any:
    def found(model: Any) -> list[Any]:
        variables: list[Any] = calls().variables.model_variables(model, trainable)
        return variables

    return property(found, doc=doc)


weights = _variables(
    None, "The weights as variables of the engine; none as long as the model is not built."
)
trainable_weights = _variables(
    True, "The weights that training changes by gradients, as variables of the engine."
)
non_trainable_weights = _variables(False, "The other weights, as variables of the engine.")
