"""The random numbers of layers: published, the same on all engines, no stretch of them shared."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import torch

from rdeep.arrays import counter_random as reference
from rdeep.engines.tensorflow import sampling as on_tensorflow
from rdeep.engines.torch import sampling as on_torch

# Computed by the C program of the generator's paper (arXiv:2004.06278).
PUBLISHED = {
    0x3BC8BCA4D301945B: (
        *(0x5167EA8B7923D95B, 0x0E03102BE2DB8C20, 0xE59F61D7BEB27F5D),
        *(0x943AC4D08E1A4431, 0x55A666125BF71BA4, 0x8DE3053858A91018),
    ),
    0x32D1638D0D582ACF: (
        *(0x84EF8BB44B2A9590, 0x4666B593D6D064DC, 0x366ADA387A5AD93D),
        *(0x8788C4C44EDF72CA, 0xE651D0B42ED58E59, 0x7C5837140D7B3F78),
    ),
}
KEYS = [reference.mix(i) for i in range(1, 6)]
RATES = (0.1, 0.5, 1 / 3, 0.999995)


def key_at(step, name="dropout", seed=1, draw=0):
    layer = reference.layer_key(seed, name)
    return reference.draw_key(reference.step_key(layer, step), draw)


@pytest.mark.parametrize("key", PUBLISHED)
def test_the_numbers_are_those_of_the_published_generator(key):
    expected = np.array(PUBLISHED[key], np.uint64)
    np.testing.assert_array_equal(reference.squares(key, 6), expected)
    got = on_torch.squares(key, torch.arange(6)).numpy().view(np.uint64)
    np.testing.assert_array_equal(got, expected)
    got = on_tensorflow.squares(tf.constant(key, tf.uint64), 6).numpy()
    np.testing.assert_array_equal(got, expected)


def test_engines_have_the_same_bits():
    shape = (5, 7)

    def numbers(key):
        kept = [on_tensorflow.stays(key, tf.constant(shape), rate) for rate in RATES]
        return [*kept, on_tensorflow.uniform(key, tf.constant(shape)), on_tensorflow.mix(key)]

    ways = [numbers, tf.function(numbers, autograph=False)]
    ways.append(tf.function(numbers, autograph=False, jit_compile=True))
    for key in KEYS:
        expected = [reference.keep(key, shape, rate) for rate in RATES]
        expected += [reference.uniform(key, shape), np.uint64(reference.mix(key))]
        found = [way(tf.constant(key, tf.uint64)) for way in ways]
        state, places = on_torch.RandomState(), on_torch.places(35, 4, torch.device("cpu"))
        for given in (key, torch.tensor(on_torch.signed(key))):
            kept = [on_torch.keep(given, places, shape, rate) for rate in RATES]
            draws = on_torch.Draws(state, "layer", None)
            drawn = on_torch.LayerDraws({"": draws}, torch.device("cpu"))
            state.key = lambda place, number=0, uses=(), given=given: given
            mixed = on_torch._mixed(torch.tensor([on_torch.signed(key)])).numpy()
            uniform = drawn.uniform(shape, 0)
            found.append([*kept, uniform, mixed.view(np.uint64)[0]])
        for values in found:
            for got, want in zip(values, expected):
                np.testing.assert_array_equal(np.asarray(got), want)


def test_keys_are_the_same_on_engines():
    torch_state, flow_state = on_torch.RandomState(), on_tensorflow.RandomState()
    for name, seed in (("a", None), ("b/1", 5)):
        place = torch_state.add(name, seed)
        flow_state.add(name, seed)
        for step, draw, use in ((0, 0, 0), (3, 2, 0), (1 << 40, 1, 2)):
            torch_state.seed, torch_state.step = 9, step
            flow_state.set_seed(9)
            flow_state.set_step(tf.constant(step, tf.int64))
            with flow_state.using(use), flow_state.ours():
                theirs = int(flow_state.key(name, draw))
            got = torch_state.used(use, torch_state.key, place, draw), theirs
            salt = reference.use_salt(0, use)
            own = reference.layer_key(9 if seed is None else seed, name)
            want = reference.draw_key(reference.step_key(own, step), draw, salt)
            assert got == (want, want)
    torch_state.keys = torch.tensor(torch_state.keys_at(7))
    compiled = int(torch_state.key(0, 3)) % reference.WORD
    assert compiled == key_at(7, "a", 9, 3)


def shares_a_stretch(masks):
    """Return whether two places of some masks, cut into 64 values each, are followed by the same.

    At each place of a mask the 64 values from there on are a number; masks of 2^9 values in 2^12
    steps have 2^21 of them, among which chance would find two alike once in 2^23 tries.
    """
    bits = np.unpackbits(np.packbits(masks, axis=1), axis=1).astype(np.uint64)
    width = bits.shape[1] - 63
    windows = np.zeros((len(bits), width), np.uint64)
    for i in range(64):
        windows = (windows << np.uint64(1)) | bits[:, i : i + width]
    flat = np.sort(windows.ravel())
    return bool((flat[1:] == flat[:-1]).any())


def test_no_stretch_is_shared_by_steps_layers_draws_and_seeds():
    shape = (512,)
    masks = [reference.keep(key_at(step), shape, 0.5) for step in range(2000)]
    masks += [reference.keep(key_at(step, "dropout_1"), shape, 0.5) for step in range(500)]
    masks += [reference.keep(key_at(step, seed=2), shape, 0.5) for step in range(500)]
    masks += [reference.keep(key_at(3, draw=n), shape, 0.5) for n in range(1, 200)]
    assert not shares_a_stretch(np.array(masks))
    shifted = np.concatenate([masks[0][100:], masks[1][:100]])
    assert shares_a_stretch(np.array([*masks[:3], shifted]))


def test_long_masks_share_no_numbers():
    # 512 x 1024 values in each of many steps: the 64-bit numbers behind them.
    words = np.concatenate([reference.squares(key_at(s), 1 << 14) for s in range(250)])
    assert len(np.unique(words)) == len(words)


def test_keys_do_not_collide():
    names = [f"{a}{b}" for a in ("dropout", "dense", "a/b") for b in range(40)]
    keys = {key_at(s, n, seed, d) for n in names for seed in (0, 1) for s in (0, 9) for d in (0, 1)}
    assert len(keys) == len(names) * 8
    assert len({key_at(step) for step in range(100_000)}) == 100_000
    assert reference.layer_key(1 << 32, "a") != reference.layer_key(1, "a")
    assert key_at(1 << 32) != key_at(0) != key_at((1 << 32) + 1)


def chi_square(counts):
    """Return how far counts are from being all alike, in standard deviations."""
    expected = counts.sum() / len(counts)
    free = len(counts) - 1
    return ((counts - expected) ** 2 / expected).sum().__sub__(free) / np.sqrt(2 * free)


def test_numbers_are_uniform():
    for words in (
        reference.squares(KEYS[0], 1 << 18),
        # The first numbers of many keys, as small layers see them.
        np.concatenate([reference.squares(key_at(step), 16) for step in range(1 << 13)]),
    ):
        for byte in words.view(np.uint8).reshape(-1, 8).T:
            assert abs(chi_square(np.bincount(byte, minlength=256))) < 5
        ones = np.unpackbits(words.view(np.uint8)).reshape(-1, 64).mean(0)
        assert np.abs(ones - 0.5).max() < 5 * 0.5 / np.sqrt(len(words))
    drawn = reference.uniform(KEYS[1], (1 << 18,))
    assert abs(chi_square(np.bincount((drawn * 1000).astype(int), minlength=1000))) < 5
    assert drawn.min() >= 0 and drawn.max() < 1


def test_steps_layers_and_draws_are_not_correlated():
    size = 1 << 11
    rows = [reference.uniform(key_at(step), (size,)) for step in range(60)]
    rows += [reference.uniform(key_at(step, "other"), (size,)) for step in range(60)]
    rows += [reference.uniform(key_at(5, draw=n), (size,)) for n in range(1, 60)]
    # The same numbers, one place further, would show a shift by one.
    rows += [np.roll(row, 1) for row in rows]
    found = np.corrcoef(np.array(rows))
    np.fill_diagonal(found, 0.0)
    assert np.abs(found).max() < 5.5 / np.sqrt(size)


@pytest.mark.parametrize("rate", [0.1, 1 / 3, 1e-6])
def test_a_rate_is_met_on_average(rate):
    parts = [reference.threshold(key_at(step), rate) + reference.HALF for step in range(4000)]
    assert set(parts) <= {int(rate * 65536), int(rate * 65536) + 1}
    assert np.mean(parts) / 65536 == pytest.approx(rate, abs=5 * 0.5 / 65536 / np.sqrt(4000))
    kept = np.mean([reference.keep(key_at(step), (1 << 14,), rate).mean() for step in range(64)])
    assert kept == pytest.approx(1 - rate, abs=5 * np.sqrt(rate * (1 - rate)) / 1024)
