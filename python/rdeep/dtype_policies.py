"""Dtype policies as objects, by Keras's name for their module.

Examples
--------
>>> from rdeep import dtype_policies
>>> dtype_policies.get("mixed_bfloat16").compute_dtype
'bfloat16'
"""

from __future__ import annotations

from typing import Any

from rdeep.precision import DTypePolicy as DTypePolicy
from rdeep.precision import dtype_policy

FloatDTypePolicy = DTypePolicy


def get(identifier: Any) -> DTypePolicy:
    """Return the policy that something is, names or describes.

    Parameters
    ----------
    identifier : str, dict, DTypePolicy or None
        The policy; `None` for that of models that name none.

    Examples
    --------
    >>> get("float16").name
    'float16'
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, dict):
        return DTypePolicy.from_config(identifier["config"])
    return DTypePolicy(getattr(identifier, "name", identifier))


def serialize(dtype_policy: DTypePolicy) -> dict[str, Any]:
    """Return a policy in Keras's schema.

    Parameters
    ----------
    dtype_policy : DTypePolicy
        The policy.

    Examples
    --------
    >>> serialize(DTypePolicy("float16"))["config"]
    {'name': 'float16'}
    """
    config = {"name": str.__str__(dtype_policy)}
    return {
        "module": "keras",
        "class_name": "DTypePolicy",
        "config": config,
        "registered_name": None,
    }


def deserialize(config: dict[str, Any]) -> DTypePolicy:
    """Return the policy of a configuration.

    Parameters
    ----------
    config : dict
        What `serialize` returned.

    Examples
    --------
    >>> deserialize(serialize(DTypePolicy("float16"))).name
    'float16'
    """
    return get(config)
