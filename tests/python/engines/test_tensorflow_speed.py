"""How the TensorFlow backend is fast, and that it changes nothing: XLA, windows, shared memory."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from engine_parts import BACKEND, MSE, build, chain, feed_of, run, small, stepper_for, tf
from rdeep.catalogue import layers, optimizers
from rdeep.data.arrays import aligned
from rdeep.engines.contract import Tuning
from rdeep.engines.objective import Objective, OutputPlan
from rdeep.engines.tensorflow import batches as batches_module
from rdeep.engines.tensorflow.direct import Direct
from rdeep.engines.tensorflow.xla import xla_pays

# Speed --------------------------------------------------------------------------------------------


def test_xla_is_for_long_trainings_and_never_for_convolutions() -> None:
    dense = chain((20,), layers.Dense(64), layers.Dense(1))
    assert not xla_pays(dense, 32, 100, 2)
    assert xla_pays(dense, 32, 1e5, 1)
    # Measured: a plain graph is faster up to 5,000 to 11,000 steps, as busy as the machine is.
    small_network = chain((20,), layers.Dense(64), layers.Dense(64), layers.Dense(1))
    assert not xla_pays(small_network, 32, 5000, 1)
    assert xla_pays(small_network, 32, 10000, 1)
    wide = chain((784,), layers.Dense(512), layers.Dense(512), layers.Dense(10))
    assert xla_pays(wide, 128, 1000, 2)
    assert not xla_pays(wide, 128, 1e9, 1)
    sequences = chain((50, 16), layers.LSTM(64), layers.Dense(1))
    assert xla_pays(sequences, 64, 1000, 1)
    images = chain((28, 28, 1), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(1))
    assert not xla_pays(images, 128, 1e9, 2)


def test_a_long_training_chooses_xla_by_itself_and_by_batch_it_does_not() -> None:
    graph, *_ = small(64)
    plan = OutputPlan("y", MSE)
    stepper = BACKEND.stepper(build(graph), Objective([plan], [None]), optimizers.SGD(), Tuning())
    stepper.expect(16, 1e6, by_batch=True)
    assert not stepper.xla
    stepper.expect(16, 10, by_batch=False)
    assert not stepper.xla
    stepper.expect(16, 1e6, by_batch=False)
    assert stepper.xla


@pytest.mark.parametrize(("steps", "compiled"), [(4e4, 1), (1e6, 2)])
def test_a_last_batch_of_another_size_is_compiled_where_it_comes_often(steps, compiled) -> None:
    graph, x, y = small(101)
    plan = OutputPlan("y", MSE)
    stepper = BACKEND.stepper(build(graph), Objective([plan], [None]), optimizers.SGD(), Tuning())
    stepper.expect(8, steps, by_batch=False)
    state, batches = stepper.start(1, None, 0), stepper.place(feed_of(x, y), 8)
    run(stepper, state, batches, 0, batches.count)
    kinds = {kind for kind, _ in stepper._programs}
    assert stepper.xla and kinds == {(64, 8), "graph" if compiled == 1 else (1, 5)}


@pytest.mark.parametrize(("jit", "shuffled"), [(False, False), (False, True), (True, True)])
def test_windows_do_not_matter(jit: bool, shuffled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, x, y = small(101)
    order = np.random.default_rng(3).permutation(101) if shuffled else None
    found = []
    for window_bytes in (1 << 25, 700):
        monkeypatch.setattr(batches_module, "_WINDOW_BYTES", window_bytes)
        monkeypatch.setattr(batches_module, "_BLOCK_BATCHES", 512 if window_bytes > 700 else 2)
        network = build(graph)
        stepper = stepper_for(network, OutputPlan("y", MSE), optimizers.Adam(), jit)
        state, batches = stepper.start(1, None, 0), stepper.place(feed_of(x, y), 8)
        batches.order(order)
        run(stepper, state, batches, 0, 5)
        run(stepper, state, batches, 5, batches.count - 5)
        found.append((network.get_weights(), stepper.read(state.sums)["loss"]))
    for name, value in found[0][0].items():
        np.testing.assert_allclose(found[1][0][name], value, atol=1e-6)
    assert found[1][1] == pytest.approx(found[0][1], rel=1e-6)


def test_functions_are_called_as_usual_where_the_short_way_is_missing() -> None:
    double = tf.function(lambda x: 2.0 * x, input_signature=[tf.TensorSpec([None])])
    direct = Direct(double)
    np.testing.assert_array_equal(direct(tf.constant([1.0, 2.0])), [2.0, 4.0])
    direct._call = None
    np.testing.assert_array_equal(direct(tf.constant([1.0, 2.0])), [2.0, 4.0])


@pytest.mark.parametrize("offset", [0, 4])
def test_data_is_shared_where_it_is_aligned_and_right_where_it_is_not(offset: int) -> None:
    memory = aligned((batches_module._WORTH_SHARING,), np.float32)
    array = memory[offset:]
    array[:] = np.arange(len(array))
    np.testing.assert_array_equal(batches_module._tensor(array).numpy(), array)
