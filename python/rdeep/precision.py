"""Dtype policies: the type that layers compute in, under Keras's names."""

from __future__ import annotations

from rdeep.errors import ArgumentError, listing, show, suggestion

POLICIES = ("float32", "mixed_bfloat16", "mixed_float16")
"""Weights are float32 in each; the mixed ones compute in 16 bits where that is safe."""


class DTypePolicy(str):
    """A dtype policy: its name, with the types that it stands for.

    Parameters
    ----------
    name : str
        The name, such as `"mixed_bfloat16"`, or a type.

    Examples
    --------
    >>> DTypePolicy("mixed_bfloat16").compute_dtype
    'bfloat16'
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The policy's name."""
        return str.__str__(self)

    @property
    def compute_dtype(self) -> str:
        """The type that layers compute in."""
        return self.name.removeprefix("mixed_")

    @property
    def variable_dtype(self) -> str:
        """The type of weights."""
        return "float32" if self.name.startswith("mixed_") else self.name

    def get_config(self) -> dict[str, str]:
        """Return what `from_config` takes."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, str]) -> DTypePolicy:
        """Return the policy of a configuration."""
        return cls(config["name"])


class _Default:
    """The policy of models that name none."""

    name = "float32"


_default = _Default()


def check_policy(policy: object, argument: str = "dtype_policy") -> str:
    """Return a policy's name, or refuse it.

    Parameters
    ----------
    policy : object
        What came; `None` stands for the default.
    argument : str
        The argument, for the message.

    Raises
    ------
    ArgumentError
        If there is no such policy.
    """
    if policy is None:
        return _default.name
    if policy not in POLICIES:
        raise ArgumentError(
            f"'{argument}' must be {listing(POLICIES, 'or')}, not {show(policy)}.",
            argument=argument,
            received=policy,
            expected=listing(POLICIES, "or"),
            hint=suggestion(str(policy), POLICIES),
        )
    return str.__str__(policy)


def set_dtype_policy(policy: str) -> None:
    """Set the policy of models that are compiled from now on and name none.

    Parameters
    ----------
    policy : {"float32", "mixed_bfloat16", "mixed_float16"}
        The policy.

    Examples
    --------
    >>> set_dtype_policy("mixed_bfloat16")
    >>> dtype_policy()
    'mixed_bfloat16'
    >>> set_dtype_policy("float32")
    """
    _default.name = check_policy(policy, "policy")


def dtype_policy() -> DTypePolicy:
    """Return the policy of models that name none."""
    return DTypePolicy(_default.name)
