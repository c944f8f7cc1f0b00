"""Files and configurations; by Keras's names, what its module of that name has.

Examples
--------
>>> from rdeep import saving
>>> from rdeep.layers import Dense
>>> saving.serialize_keras_object(Dense(2))["class_name"]
'Dense'
"""

from __future__ import annotations

from typing import Any

# Nothing is imported at once: files on lower floors stand in this package.
_CUSTOM_OBJECTS = (
    *("CustomObjectScope", "custom_object_scope", "get_custom_objects", "get_registered_name"),
    *("get_registered_object", "register_keras_serializable"),
)
_CONFIGURATIONS = ("deserialize_keras_object", "serialize_keras_object")
_OF_MODELS = ("load_model", "save_model")


def load_weights(model: Any, filepath: str, **options: Any) -> Any:
    """Read a model's weights, as `Model.load_weights` does.

    Parameters
    ----------
    model : Model
        The model.
    filepath : str
        The file.
    **options
        As for `Model.load_weights`.
    """
    return model.load_weights(filepath, **options)


def save_weights(model: Any, filepath: str, **options: Any) -> Any:
    """Write a model's weights, as `Model.save_weights` does.

    Parameters
    ----------
    model : Model
        The model.
    filepath : str
        The file.
    **options
        As for `Model.save_weights`.
    """
    return model.save_weights(filepath, **options)


def __getattr__(name: str) -> Any:
    if name in _CUSTOM_OBJECTS:
        from rdeep.catalogue import custom_objects

        return getattr(custom_objects, name)
    if name in _CONFIGURATIONS:
        from rdeep.saving import configurations

        return getattr(configurations, name)
    if name in _OF_MODELS:
        from rdeep.catalogue import dispatch

        return getattr(dispatch.calls(), name)
    raise AttributeError(f"module 'rdeep.saving' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_CUSTOM_OBJECTS, *_CONFIGURATIONS, *_OF_MODELS})
