"""The default stream of seeds, which `set_random_seed` restarts."""

from __future__ import annotations

import numbers
import random
import sys
import weakref
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, show


class SeedStream:
    """A stream of seeds: every model and every training takes the next one.

    Attributes
    ----------
    given : int or None
        The seed that it started from, if anybody gave one.
    origin : int
        What is drawn from apart from the stream, 64 bits.
    started_torch : bool
        Whether torch's random numbers were started from that seed.
    starts : int
        How often it was started.
    chosen : int
        How often somebody has chosen the seed, by `set_random_seed`.
    followers : set
        Who is told of each new start, by `restart(origin)`.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.followers: weakref.WeakSet[Any] = weakref.WeakSet()
        self.starts = self.chosen = 0
        self.restart(seed)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy goes on from: who follows, follows the original alone.

        Where it is stands there as numbers: NumPy's versions write generators differently.
        """
        return {**self.__dict__, "followers": None, "_generator": self.position()}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        self.__dict__.update(kept, followers=weakref.WeakSet())
        if isinstance(kept["_generator"], list):
            self._generator = np.random.Generator(np.random.PCG64())
            self.go_to(kept["_generator"])

    def restart(self, seed: int | None) -> None:
        """Begin again from a seed; `None` for one that nobody knows.

        Parameters
        ----------
        seed : int or None
            The seed.
        """
        self.given, self.started_torch = seed, False
        self.starts += 1
        source = np.random.SeedSequence(seed)
        self._generator = np.random.Generator(np.random.PCG64(source))
        text = f"outside/{source.entropy}".encode()
        self.origin = int.from_bytes(blake2b(text, digest_size=8).digest(), "little")
        for follower in list(self.followers):
            follower.restart(self.origin)

    def position(self) -> list[int]:
        """Return where the stream is, as whole numbers, for `go_to`."""
        kept = self._generator.bit_generator.state
        inner = kept["state"]
        return [inner["state"], inner["inc"], kept["has_uint32"], kept["uinteger"]]

    def go_to(self, position: Sequence[int]) -> None:
        """Go on from where a stream was.

        Parameters
        ----------
        position : sequence of int
            What `position` returned.
        """
        state, inc, has_uint32, uinteger = position
        generator: Any = self._generator.bit_generator
        inner = {"state": state, "inc": inc}
        generator.state = {
            **generator.state,
            "state": inner,
            "has_uint32": has_uint32,
            "uinteger": uinteger,
        }

    def next(self, bits: int = 31) -> int:
        """Return the next seed, of 31 bits: a signed integer of 32 bits holds it.

        Parameters
        ----------
        bits : int
            How many bits instead: of 31, some among fifty thousand seeds are the same.
        """
        return int(self._generator.integers(1 << bits))


class SeedGenerator:
    """A stream of seeds of one's own: each draw from it gives other numbers.

    Parameters
    ----------
    seed : int, optional
        Where it starts; by default at the next seed of the process's stream.
    name : str, optional
        A name, for whoever looks at it.

    Examples
    --------
    >>> from rdeep.random import SeedGenerator
    >>> a, b = SeedGenerator(1), SeedGenerator(1)
    >>> (a.next() == b.next(), a.next() == a.next())
    (True, False)
    """

    def __init__(self, seed: Any = None, name: str | None = None) -> None:
        own = stream.next() if seed is None else _whole(seed)
        self.seed, self.name = own, name or "seed_generator"
        self.given = seed is not None
        self._stream = SeedStream(own)

    def next(self) -> int:
        """Return the next seed."""
        return self._stream.next(63)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` takes: a generator that starts again."""
        return {"seed": self.seed, "name": self.name}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> SeedGenerator:
        """Return a generator of the same seed."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"SeedGenerator(seed={self.seed})"


stream = SeedStream()
"""The process's stream. A model that is given a seed takes none from it."""


def set_random_seed(seed: Any) -> None:
    """Make what follows repeatable: weights, the order of samples, dropout.

    Sets the seeds of Python's `random`, of NumPy's global generator and of torch's too, from which
    `model.native` draws where it is trained by hand.

    Parameters
    ----------
    seed : int
        A whole number, zero or more.

    Raises
    ------
    ArgumentError
        If it is not.

    Examples
    --------
    >>> from rdeep import set_random_seed
    >>> set_random_seed(1)
    """
    follow_seed(seed)
    stream.chosen += 1


def follow_seed(seed: Any) -> None:
    """Start all random numbers as `set_random_seed` does, by a seed that nobody has chosen.

    Parameters
    ----------
    seed : int
        A whole number, such as a host program has drawn: models that are trained further draw on
        from their own seeds.
    """
    whole = _whole(seed)
    stream.restart(whole)
    random.seed(whole)
    np.random.seed(whole % (1 << 32))
    # An engine that is not loaded yet is started when it is: see `rdeep.engines.torch.sampling`.
    torch = sys.modules.get("torch")
    stream.started_torch = hasattr(torch, "manual_seed")
    if torch is not None and stream.started_torch:
        torch.manual_seed(whole % (1 << 63))


def derived_seed(seed: int, place: int) -> int:
    """Return a seed that follows from another one, of 31 bits.

    Parameters
    ----------
    seed, place : int
        The seed, and which of those that follow from it.
    """
    digest = blake2b(f"{seed}/{place}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little") >> 1


def _whole(seed: Any) -> int:
    real = isinstance(seed, numbers.Real) and not isinstance(seed, bool)
    if not real or seed < 0 or not float(seed).is_integer():
        expected = "a whole number, zero or more"
        raise ArgumentError(
            f"'seed' must be {expected}, not {show(seed)}.",
            argument="seed",
            received=seed,
            expected=expected,
        )
    return int(seed)
