"""Building any layer: one of the graph, or one inside of another."""

from __future__ import annotations

from rdeep.catalogue.activations import Activation, Linear
from rdeep.catalogue.layers import Layer
from rdeep.engines.torch.builders.base import BUILDERS, BuildContext, Built
from rdeep.engines.torch.builders.formula import formula


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
    return BUILDERS.get(type(record), formula)(record, site)


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
