"""What Keras wants to read of a record: the inverse of `keras_objects` and `keras_layers`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.initializers import Sectioned
from rdeep.catalogue.layers import Layer
from rdeep.catalogue.record import Record
from rdeep.saving.foreign.keras_layers import OF_THE_CALL
from rdeep.saving.foreign.keras_objects import Plain


class NotInKeras(Exception):
    """Keras has no such thing; the text says which."""


LACKING = (
    *("Members", "EnsembleDense", "MemberDense", "FeatureTokens", "PiecewiseLinearEmbedding"),
    *("PeriodicEmbedding", "CategoryTokens", "OneHot", "ClassToken", "FirstToken"),
    *("AppendParameter", "FeatureSpace", "Foreign"),
)
"""Layers that the catalogue has and Keras has not."""

_OPTIONS_LACKING: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("RandomBrightness", "RandomContrast", "Solarization", "AutoContrast"), ("data_format",)
    ),
    "MaxNumBoundingBoxes": ("data_format",),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), ("unroll",)),
    "StringLookup": ("vocabulary_dtype",),
}
_CALL_OPTIONS = (*OF_THE_CALL, "use_attention_mask")
_ACTIVATION_LAYERS = {
    **{"Relu": "ReLU", "LeakyRelu": "LeakyReLU", "Elu": "ELU", "Softmax": "Softmax"},
}
MODULES = {
    "layer": "keras.layers",
    "rnn_cell": "keras.layers",
    "initializer": "keras.initializers",
    "regularizer": "keras.regularizers",
    "constraint": "keras.constraints",
    "optimizer": "keras.optimizers",
    "schedule": "keras.optimizers.schedules",
    "loss": "keras.losses",
    "metric": "keras.metrics",
}
_NOT_IN_KERAS = {
    "initializer": ("RandomSign",),
    "loss": (
        *("Crossentropy", "GaussianLikelihood", "BinomialLikelihood", "MultinomialLikelihood"),
        *("PoissonLikelihood", "NegativeBinomialLikelihood", "QuantileLoss", "CoxLikelihood"),
        "DiscreteTimeLikelihood",
    ),
    "metric": ("Crossentropy", "PooledLoss", "MeanMetricWrapper"),
    "schedule": ("OneCycle", "ExponentialRange"),
}
_BY_DEFAULT: dict[str, tuple[str, ...]] = {
    "AUC": ("num_thresholds", "summation_method"),
    **dict.fromkeys(
        (
            *("SensitivityAtSpecificity", "SpecificityAtSensitivity"),
            *("PrecisionAtRecall", "RecallAtPrecision"),
        ),
        ("num_thresholds",),
    ),
    "Muon": ("exclude_layers",),
    "LossScaleOptimizer": (
        *("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum"),
        *("ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps"),
    ),
}
"""What is left out where it is `None`: Keras has another default there."""
_OPTIONS_OF_RECORDS_LACKING: dict[tuple[str, str], dict[str, Any]] = {
    ("loss", "Circle"): {"ref_labels": None, "ref_embeddings": None},
    ("metric", "BinaryCrossentropy"): {"axis": -1},
}
"""Options that Keras's class lacks, and the value that means what it does."""
POLICY: Plain = {
    "module": "keras",
    "class_name": "DTypePolicy",
    "config": {"name": "float32"},
    "registered_name": None,
}


def policy_of(name: str | None) -> Plain:
    """Return a dtype policy as Keras writes it.

    Parameters
    ----------
    name : str or None
        The policy's name; `None` for that of most layers.
    """
    return POLICY if name is None else {**POLICY, "config": {"name": name}}


def keras_object(module: str, name: str, config: Any, **more: Any) -> Plain:
    """Return an object as Keras writes it.

    Parameters
    ----------
    module, name : str
        Its module and class.
    config : dict
        Its options.
    **more
        What else stands beside them.
    """
    return {
        "module": module,
        "class_name": name,
        "config": config,
        "registered_name": None,
        **more,
    }


def keras_record(record: Record) -> Plain:
    """Return a record that is no layer as Keras writes it.

    Parameters
    ----------
    record : Record
        The record.

    Raises
    ------
    NotInKeras
        If Keras does not have it.
    """
    name = type(record).__name__
    known = type(record).__module__.startswith("rdeep.catalogue.") and not record.internal
    known = known and record.kind in MODULES
    if not known or name in _NOT_IN_KERAS.get(record.kind, ()) or isinstance(record, Sectioned):
        raise NotInKeras(f"the {record.kind} {name}")
    config = {
        option: keras_value(getattr(record, declared.attribute))
        for option, declared in record.options.items()
    }
    for option in _BY_DEFAULT.get(name, ()):
        if config.get(option) is None:
            config.pop(option, None)
    for option, neutral in _OPTIONS_OF_RECORDS_LACKING.get((record.kind, name), {}).items():
        if config.pop(option, neutral) != neutral:
            raise NotInKeras(f"the option {option!r} of {name}")
    # Keras's losses and metrics take a type, which is theirs to choose.
    config.pop("dtype", None)
    if config.get("name", "") is None:
        config.pop("name")
    return keras_object(MODULES[record.kind], name, config)


def keras_activation(record: Record) -> Any:
    """Return an activation: its name, or the layer that has its options.

    Parameters
    ----------
    record : Activation
        The activation.
    """
    name = type(record).__name__
    chosen = record.chosen()
    if not type(record).__module__.startswith("rdeep.catalogue.") or record.internal:
        raise NotInKeras("an activation of your own")
    if not chosen:
        return record.key
    if name not in _ACTIVATION_LAYERS:
        raise NotInKeras(f"the activation {name} with options")
    config = {option: getattr(record, d.attribute) for option, d in record.options.items()}
    if name == "Elu":
        config = {"alpha": config["alpha"]}
    return keras_object("keras.layers", _ACTIVATION_LAYERS[name], config)


def keras_value(value: Any) -> Any:
    """Return an option's value as Keras writes it.

    Parameters
    ----------
    value : object
        The value.
    """
    if isinstance(value, Record):
        if value.kind == "activation":
            return keras_activation(value)
        if value.kind == "layer":
            return keras_layer(value, getattr(value, "name", None))
        return keras_record(value)
    if hasattr(value, "to_data"):
        data = value.to_data()
        return data["array"] if isinstance(data, Mapping) and "array" in data else data
    if isinstance(value, (tuple, list)):
        return [keras_value(each) for each in value]
    if isinstance(value, Mapping):
        return {key: keras_value(each) for key, each in value.items()}
    if callable(value):
        raise NotInKeras("a function")
    return float(value) if isinstance(value, float) else value


def keras_layer(layer: Layer | Record, name: str | None) -> Plain:
    """Return a layer as Keras writes it.

    Parameters
    ----------
    layer : Layer
        The layer.
    name : str or None
        Its name in its model.

    Raises
    ------
    NotInKeras
        If Keras does not have it, or not with these options.
    """
    kind = type(layer).__name__
    known = type(layer).__module__.startswith("rdeep.catalogue.") and not layer.internal
    if not known or kind in LACKING:
        raise NotInKeras(f"the layer {kind}")
    config: Plain = {}
    lacking = _OPTIONS_LACKING.get(kind, ())
    for option, declared in layer.options.items():
        value = getattr(layer, declared.attribute)
        if option in lacking:
            if value not in (None, False, "channels_last", "string"):
                raise NotInKeras(f"the option {option!r} of {kind}")
        elif option not in _CALL_OPTIONS:
            config[option] = keras_value(value)
    config["name"] = name
    if name is None:
        config.pop("name")
    _DIFFERENT.get(kind, lambda layer, config: None)(layer, config)
    if kind not in _OWN_TYPE:
        config["dtype"] = policy_of(getattr(layer, "own_policy", None))
    return keras_object("keras.layers", kind, config)


# Layers whose type is that of what they give.
_OWN_TYPE = ("InputLayer", "Hashing", "HashedCrossing", "CategoryEncoding", "Discretization")


def _drop_none(*names: str) -> Any:
    def drop(layer: Any, config: Plain) -> None:
        for name in names:
            if config.get(name) is None:
                config.pop(name, None)

    return drop


def _vocabulary(layer: Any, config: Plain) -> None:
    lookup = getattr(layer, "lookup", layer)
    if layer.adapted.values is None:
        return
    config["vocabulary"] = list(lookup.tokens)
    rarity = layer.adapted.get("idf_weights")
    known = None if rarity is None else rarity[lookup.token_start :]
    config["idf_weights"] = None if known is None else [float(each) for each in known]


def _boundaries(layer: Any, config: Plain) -> None:
    _drop_none("dtype")(layer, config)
    config.pop("trainable")
    found = layer.bin_boundaries
    if found is not None:
        config["bin_boundaries"] = [float(each) for each in found]
    if config.get("bin_boundaries") is not None:
        config.pop("num_bins", None)


def _one_number(layer: Any, config: Plain) -> None:
    config["size"] = layer.size[0]


def _without_trainable(layer: Any, config: Plain) -> None:
    config.pop("trainable", None)


def _whole_shape(layer: Any, config: Plain) -> None:
    name, shape = config.get("name"), [layer.batch_size, *layer.shape]
    config.clear()
    config.update(batch_shape=shape, dtype=layer.dtype, sparse=False, ragged=False, optional=False)
    if name is not None:
        config["name"] = name


def _lora(layer: Any, config: Plain) -> None:
    # What was learned beside the kernel is added to it, as Keras does when it saves.
    for name in ("lora_rank", "lora_alpha"):
        if config.get(name) is None:
            config.pop(name, None)


def _attended_axes(layer: Any, config: Plain) -> None:
    _drop_none("output_shape", "attention_axes", "value_dim", "flash_attention", "seed")(
        layer, config
    )
    # Keras has had these for a short time only.
    for name in ("use_gate", "sliding_window"):
        if not config.get(name):
            config.pop(name, None)


def _bidirectional(layer: Any, config: Plain) -> None:
    config.pop("weights", None)
    ways = layer.inner_layers()
    for option, way in (("layer", "forward"), ("backward_layer", "backward")):
        config[option] = keras_layer(ways[way], f"{way}_{config.get('name') or 'layer'}")


def _named_part(layer: Any, config: Plain) -> None:
    config["layer"] = keras_layer(layer.layer, layer.layer.name or "layer")


_DIFFERENT: dict[str, Any] = {
    **dict.fromkeys(("StringLookup", "IntegerLookup", "TextVectorization"), _vocabulary),
    **dict.fromkeys(("Dense", "Embedding", "EinsumDense"), _lora),
    **dict.fromkeys(("MultiHeadAttention", "GroupQueryAttention"), _attended_axes),
    **dict.fromkeys(("Hashing", "HashedCrossing", "CategoryEncoding"), _drop_none("dtype")),
    **dict.fromkeys(
        ("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), _without_trainable
    ),
    **dict.fromkeys(("TimeDistributed", "SpectralNormalization"), _named_part),
    "Discretization": _boundaries,
    "UpSampling1D": _one_number,
    "Bidirectional": _bidirectional,
    "InputLayer": _whole_shape,
}
