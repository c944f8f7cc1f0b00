"""The hashes of TensorFlow: FarmHash's `Fingerprint64`, SipHash-2-4, and how it joins several.

A word of 64 bits is an int64 here, with the same bits: multiplication and addition wrap around in
NumPy and in both engines, so that one formula serves text on the host and numbers on a device.

Sources: FarmHash by G. Pike (farmhashna, version 1.1); Aumasson and Bernstein (2012) for SipHash;
TensorFlow's `FingerprintCat64`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from rdeep.arrays import numpy as arrays

K0, K1, K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
CROSS_KEY = 0xDECAFCAFFE
"""What a cross of features begins with: TensorFlow's default key."""
_CAT = 0xC6A4A7935BD1E995

Words = Any


def signed(value: int) -> int:
    """Return the whole number whose int64 has the last 64 bits of another.

    Parameters
    ----------
    value : int
        The number.

    Examples
    --------
    >>> signed(2**64 - 1)
    -1
    """
    return (value + 2**63) % 2**64 - 2**63


def shifted(x: Words, count: int, ops: Any) -> Words:
    """Return words shifted right, zeros coming in.

    Parameters
    ----------
    x : int64
        The words.
    count : int
        By how many bits.
    ops : module
        The array functions.
    """
    return ops.right_shift(x, count) & ((1 << (64 - count)) - 1)


def bucket(x: Words, bins: int, ops: Any) -> Words:
    """Return the remainder of unsigned words.

    Parameters
    ----------
    x : int64
        The words.
    bins : int
        What to divide by.
    ops : module
        The array functions.
    """
    # The word is twice its upper 63 bits, plus the last.
    return ((shifted(x, 1, ops) % bins) * 2 + (x & 1)) % bins


class Farm:
    """FarmHash's functions on words.

    Parameters
    ----------
    ops : module
        The array functions.
    """

    def __init__(self, ops: Any = arrays) -> None:
        self.ops = ops

    def rotated(self, x: Words, count: int) -> Words:
        """Return words rotated right by some bits."""
        return shifted(x, count, self.ops) | self.ops.left_shift(x, 64 - count)

    def mixed(self, x: Words) -> Words:
        """Return words whose upper bits are mixed into the lower ones."""
        return x ^ shifted(x, 47, self.ops)

    def joined(self, u: Words, v: Words, mul: Any) -> Words:
        """Return one word of two: `HashLen16`."""
        a = self.mixed((u ^ v) * mul)
        return self.mixed((v ^ a) * mul) * mul

    def eight_up(self, length: Any, first: Words, last: Words) -> Words:
        """Hash 8 to 16 bytes by their first and last eight."""
        mul = length * 2 + signed(K2)
        a = first + signed(K2)
        c = self.rotated(last, 37) * mul + a
        d = (self.rotated(a, 25) + last) * mul
        return self.joined(c, d, mul)

    def seventeen_up(
        self, length: Any, first: Words, second: Words, last: Words, before: Words
    ) -> Words:
        """Hash 17 to 32 bytes by their first two eights and their last two."""
        mul = length * 2 + signed(K2)
        a, c, d = first * signed(K1), last * mul, before * signed(K2)
        u = self.rotated(a + second, 43) + self.rotated(c, 30) + d
        return self.joined(u, a + self.rotated(second + signed(K2), 18) + c, mul)

    def four_up(self, length: Any, first: Words, last: Words) -> Words:
        """Hash 4 to 7 bytes by their first and last four."""
        mul = length * 2 + signed(K2)
        return self.joined(self.ops.left_shift(first, 3) + length, last, mul)

    def one_up(self, length: Any, first: Words, middle: Words, last: Words) -> Words:
        """Hash 1 to 3 bytes."""
        y = first + self.ops.left_shift(middle, 8)
        z = self.ops.left_shift(last, 2) + length
        return self.mixed((y * signed(K2)) ^ (z * signed(K0))) * signed(K2)

    def crossed(self, one: Words, other: Words) -> Words:
        """Return the fingerprint of two fingerprints: TensorFlow's `FingerprintCat64`."""
        result = one ^ signed(_CAT)
        result = (result ^ (self.mixed(other * signed(_CAT)) * signed(_CAT))) * signed(_CAT)
        return self.mixed(self.mixed(result) * signed(_CAT))


class _Bytes:
    """Texts of one length as a matrix of bytes."""

    def __init__(self, texts: list[bytes]) -> None:
        self.length = len(texts[0])
        self.rows = np.frombuffer(b"".join(texts), np.uint8).reshape(len(texts), self.length)

    def word(self, at: int) -> np.ndarray:
        """Return the eight bytes from a place on."""
        return np.ascontiguousarray(self.rows[:, at : at + 8]).view("<i8")[:, 0]

    def half(self, at: int) -> np.ndarray:
        """Return the four bytes from a place on."""
        four = np.ascontiguousarray(self.rows[:, at : at + 4]).view("<u4")[:, 0]
        return four.astype(np.int64)

    def byte(self, at: int) -> np.ndarray:
        """Return the byte at a place."""
        return self.rows[:, at].astype(np.int64)


def fingerprints(texts: np.ndarray, encoding: str = "utf-8") -> np.ndarray:
    """Return FarmHash's `Fingerprint64` of texts, as int64.

    Parameters
    ----------
    texts : array of str
        The texts, in one dimension.
    encoding : str
        How they become bytes.

    Examples
    --------
    >>> int(fingerprints(np.array(["a"], object))[0]) % 2**64
    12917804110809363939
    """
    return _of_unique(texts, encoding, _farm)


def sip_hashes(texts: np.ndarray, key: tuple[int, int], encoding: str = "utf-8") -> np.ndarray:
    """Return SipHash-2-4 of texts, as int64.

    Parameters
    ----------
    texts : array of str
        The texts, in one dimension.
    key : tuple of int
        Two words.
    encoding : str
        How they become bytes.
    """

    def hashed(same: _Bytes) -> np.ndarray:
        whole = same.length // 8
        rest = np.zeros((len(same.rows), 8), np.uint8)
        rest[:, : same.length % 8] = same.rows[:, 8 * whole :]
        rest[:, 7] = same.length % 256
        words = [same.word(8 * i) for i in range(whole)]
        return sip_hash([*words, rest.view("<i8")[:, 0]], key, arrays)

    return _of_unique(texts, encoding, hashed)


def _of_unique(
    texts: np.ndarray, encoding: str, hashed: Callable[[_Bytes], np.ndarray]
) -> np.ndarray:
    """Hash each different text once, those of one length together."""
    different, places = np.unique(texts, return_inverse=True)
    coded = [str(text).encode(encoding) for text in different]
    lengths = np.array([len(text) for text in coded], np.int64)
    out = np.zeros(len(coded), np.int64)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        out[rows] = hashed(_Bytes([coded[row] for row in rows]))
    return out[places.reshape(-1)]


def _farm(text: _Bytes) -> np.ndarray:
    farm, n = Farm(), text.length
    if n == 0:
        return np.full(len(text.rows), signed(K2))
    if n < 4:
        return farm.one_up(n, text.byte(0), text.byte(n >> 1), text.byte(n - 1))
    if n < 8:
        return farm.four_up(n, text.half(0), text.half(n - 4))
    if n <= 16:
        return farm.eight_up(n, text.word(0), text.word(n - 8))
    long = _farm_to_32 if n <= 32 else _farm_to_64 if n <= 64 else _farm_above_64
    return long(farm, text)


def _farm_to_32(farm: Farm, text: _Bytes) -> np.ndarray:
    n = text.length
    return farm.seventeen_up(n, text.word(0), text.word(8), text.word(n - 8), text.word(n - 16))


def _farm_to_64(farm: Farm, text: _Bytes) -> np.ndarray:
    n = text.length
    mul = signed(K2 + 2 * n)
    a, b = text.word(0) * signed(K2), text.word(8)
    c, d = text.word(n - 8) * mul, text.word(n - 16) * signed(K2)
    y = farm.rotated(a + b, 43) + farm.rotated(c, 30) + d
    z = farm.joined(y, a + farm.rotated(b + signed(K2), 18) + c, mul)
    e, f = text.word(16) * mul, text.word(24)
    g, h = (y + text.word(n - 32)) * mul, (z + text.word(n - 24)) * mul
    u = farm.rotated(e + f, 43) + farm.rotated(g, 30) + h
    return farm.joined(u, e + farm.rotated(f + a, 18) + g, mul)


def _farm_above_64(farm: Farm, text: _Bytes) -> np.ndarray:
    n, zero = text.length, np.zeros(len(text.rows), np.int64)
    seed = 81
    x, y = zero + seed, zero + signed(seed * K1 + 113)
    z = farm.mixed(y * signed(K2) + 113) * signed(K2)
    x = x * signed(K2) + text.word(0)
    v, w = (zero, zero), (zero, zero)
    end = (n - 1) // 64 * 64
    for at in range(0, end, 64):
        x, y, z, v, w = _farm_block(farm, text, at, (x, y, z, v, w), signed(K1), 1)
    mul = farm.ops.left_shift(z & 0xFF, 1) + signed(K1)
    w = (w[0] + ((n - 1) & 63), w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    x, y, z, v, w = _farm_block(farm, text, n - 64, (x, y, z, v, w), mul, 9)
    first = farm.joined(v[0], w[0], mul) + farm.mixed(y) * signed(K0) + z
    return farm.joined(first, farm.joined(v[1], w[1], mul) + x, mul)


def _farm_block(farm: Farm, text: _Bytes, at: int, state: Any, mul: Any, times: int) -> Any:
    """Take in 64 bytes; the last ones are multiplied otherwise."""
    x, y, z, v, w = state
    x = farm.rotated(x + y + v[0] + text.word(at + 8), 37) * mul
    y = farm.rotated(y + v[1] + text.word(at + 48), 42) * mul
    x = x ^ (w[1] * times)
    y = y + v[0] * times + text.word(at + 40)
    z = farm.rotated(z + w[0], 33) * mul
    v = _farm_seeded(farm, text, at, v[1] * mul, x + w[0])
    w = _farm_seeded(farm, text, at + 32, z + w[1], y + text.word(at + 16))
    return z, y, x, v, w


def _farm_seeded(farm: Farm, text: _Bytes, at: int, a: Words, b: Words) -> tuple[Words, Words]:
    w, x, y, z = (text.word(at + 8 * i) for i in range(4))
    a = a + w
    b = farm.rotated(b + a + z, 21)
    c = a
    a = a + x + y
    b = b + farm.rotated(a, 44)
    return a + z, b + c


def sip_hash(words: list[Words], key: tuple[int, int], ops: Any) -> Words:
    """Return SipHash-2-4 of messages of one number of words, the last of which holds the length.

    Parameters
    ----------
    words : list of int64
        The messages' first words, their second, and so on.
    key : tuple of int
        Two words.
    ops : module
        The array functions.
    """
    zero = words[0] * 0
    v = [
        zero + signed(key[0] ^ 0x736F6D6570736575),
        zero + signed(key[1] ^ 0x646F72616E646F6D),
        zero + signed(key[0] ^ 0x6C7967656E657261),
        zero + signed(key[1] ^ 0x7465646279746573),
    ]
    for word in words:
        v[3] = v[3] ^ word
        v = _sip_round(_sip_round(v, ops), ops)
        v[0] = v[0] ^ word
    v[2] = v[2] ^ 0xFF
    for _ in range(4):
        v = _sip_round(v, ops)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _sip_round(v: list[Words], ops: Any) -> list[Words]:
    farm = Farm(ops)
    a, b, c, d = v
    a, c = a + b, c + d
    b, d = farm.rotated(b, 51) ^ a, farm.rotated(d, 48) ^ c
    a, c = farm.rotated(a, 32) + d, c + b
    d, b = farm.rotated(d, 43) ^ a, farm.rotated(b, 47) ^ c
    return [a, b, farm.rotated(c, 32), d]


class Decimals:
    """Whole numbers in decimal notation, as bytes in words: up to 19 digits and a sign.

    Parameters
    ----------
    numbers : int64
        The numbers.
    ops : module
        The array functions of the engine they are on.
    """

    MOST = 19

    def __init__(self, numbers: Words, ops: Any) -> None:
        self.ops = ops
        negative = numbers < 0
        size = ops.where(negative, -numbers, numbers)
        count = ops.cast(size >= 0, "int64")
        for power in range(1, self.MOST):
            count = count + ops.cast(size >= 10**power, "int64")
        self.length = count + ops.cast(negative, "int64")
        # From the end: digits, then perhaps a sign, then nothing.
        backwards = []
        for place in range(self.MOST + 1):
            # No int64 has a digit where the sign of the longest stands.
            digit = size // 10**place % 10 + 48 if place < self.MOST else size * 0
            sign = ops.where(ops.logical_and(negative, ops.equal(count, place)), 45, 0)
            backwards.append(ops.where(count > place, digit, ops.cast(sign, "int64")))
        self.backwards = backwards
        self._stacked = ops.stack(backwards, axis=-1)

    def byte(self, at: Any) -> Words:
        """Return the byte at a place; beyond the end what does not count."""
        place = self.ops.clip(self.length - 1 - at, 0, self.MOST)
        picked = self.ops.take_along_axis(self._stacked, self.ops.expand_dims(place, -1), -1)
        return self.ops.squeeze(picked, -1)

    def start(self, count: int) -> Words:
        """Return the first bytes as a word."""
        return self._word(self.byte(at) for at in range(count))

    def end(self, count: int) -> Words:
        """Return the last bytes as a word."""
        return self._word(reversed(self.backwards[:count]))

    def _word(self, parts: Iterator[Words]) -> Words:
        whole = None
        for i, byte in enumerate(parts):
            moved = self.ops.left_shift(byte, 8 * i)
            whole = moved if whole is None else whole | moved
        return whole

    def fingerprints(self) -> Words:
        """Return FarmHash's `Fingerprint64` of the notation."""
        farm, n, where = Farm(self.ops), self.length, self.ops.where
        long = farm.eight_up(n, self.start(8), self.end(8))
        middling = farm.four_up(n, self.start(4), self.end(4))
        half = self.ops.right_shift(n, 1)
        short = farm.one_up(n, self.byte(0), self.byte(half), self.byte(n - 1))
        second = self._word(self.byte(at) for at in range(8, 16))
        before = self._word(reversed(self.backwards[8:16]))
        longest = farm.seventeen_up(n, self.start(8), second, self.end(8), before)
        found = where(n >= 8, long, where(n >= 4, middling, short))
        return where(n > 16, longest, found)

    def sip_hashes(self, key: tuple[int, int]) -> Words:
        """Return SipHash-2-4 of the notation."""
        where, n = self.ops.where, self.length
        chars = [where(n > at, self.byte(at), self.byte(at) * 0) for at in range(23)]
        size = self.ops.left_shift(n, 56)
        words = [self._word(iter(chars[at : at + 8])) for at in (0, 8)]
        ends = [self._word(iter(chars[at : at + 7])) | size for at in (0, 8, 16)]
        one, two, three = (sip_hash([*words[:i], ends[i]], key, self.ops) for i in range(3))
        return where(n >= 16, three, where(n >= 8, two, one))
