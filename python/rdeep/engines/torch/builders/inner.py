"""Building any layer: one of the graph, or one inside of another."""

from __future__ import annotations

from rdeep.catalogue.layers import Layer
from rdeep.engines.torch.builders.base import NATIVE, BuildContext, Built
from rdeep.engines.torch.builders.formula import formula


def build(record: Layer, site: BuildContext) -> Built:
    """Build a layer by its native form or its formula, without the activation that follows it.

    Parameters
    ----------
    record : Layer
        The layer.
    site : BuildContext
        Where it stands.
    """
    form = NATIVE.get(type(record))
    built = None if form is None else form(record, site)
    return formula(record, site) if built is None else built
