"""Building any layer: one of the graph, or one inside of another."""

from __future__ import annotations

from rdeep.catalogue.activations import Activation, Linear
from rdeep.catalogue.layers import Layer
from rdeep.catalogue.layers.formula import Formula
from rdeep.engines.torch.builders.base import BUILDERS, BuildContext, Built
from rdeep.engines.torch.builders.formula import formula
from rdeep.errors import BackendError, class_name


def build(record: Layer, site: BuildContext) -> Built:
    """Build a layer, without the activation that follows it.

    Parameters
    ----------
    record : Layer
        The layer.
    site : BuildContext
        Where it stands.

    Raises
    ------
    BackendError
        If torch has nothing for it.
    """
    builder = BUILDERS.get(type(record))
    if builder is None and isinstance(record, Formula):
        return formula(record, site)
    if builder is None:
        raise BackendError(
            f"Layer {site.name!r} ({class_name(record)}) cannot be built on torch.",
            layer=site.name,
        )
    return builder(record, site)


def following_activation(record: Layer) -> Activation | None:
    """Return the activation that follows a layer; recurrent ones apply theirs inside.

    Parameters
    ----------
    record : Layer
        The layer.
    """
    found = record.declared_activation
    if found is None or record.mask == "read" or isinstance(found, Linear):
        return None
    return found
