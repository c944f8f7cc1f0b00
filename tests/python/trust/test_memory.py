"""Too little memory is an error that says what did not fit; the model goes on from before."""

import json
import subprocess
import sys

import numpy as np
import pytest

from rdeep import Sequential
from rdeep.engines.forward import in_chunks
from rdeep.engines.memory import asked_for, is_out_of_memory, out_of_memory, readable, total
from rdeep.errors import OutOfMemoryError, RdeepError
from rdeep.layers import Dense

# Under a limit of this process's own: a batch of 64 rows does not fit, and one of 2 does.
SCRIPT = """
import json, resource, sys
import numpy as np
from rdeep import Sequential
from rdeep.errors import OutOfMemoryError
from rdeep.layers import Dense, GlobalAveragePooling1D, RepeatVector

engine = sys.argv[1]
layers = [Dense(4), RepeatVector(400_000, name="wide"), GlobalAveragePooling1D(), Dense(1)]
model = Sequential(layers, input_shape=(4,), backend=engine, seed=1)
model.compile("adam", "mse", jit_compile=False)
x, y = np.ones((64, 4), "float32"), np.ones(64, "float32")
model.fit(x[:2], y[:2], batch_size=2, verbose=0)
model.predict(x[:2])
model.evaluate(x[:2], y[:2], batch_size=2)
wanted = float(model.predict(x[:1])[0, 0])
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (300 << 20), resource.RLIM_INFINITY))
results = {}
before = model.get_weights()
try:
    model.fit(x, y, batch_size=64, epochs=2, verbose=0)
    results["fit"] = "fine"
except OutOfMemoryError as error:
    results["fit"] = str(error)
    results["layer"] = error.layer
    results["memory_error"] = isinstance(error, MemoryError)
    results["context"] = repr(error.__context__)
results["whole"] = all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))
found = model.predict(x, batch_size=64)
results["predict"] = float(np.abs(found - wanted).max())
results["evaluate"] = model.evaluate(x, y, batch_size=64)["loss"] - (wanted - 1) ** 2
again = model.fit(x[:4], y[:4], batch_size=2, verbose=0)
results["again"] = len(again.history["loss"])
print(json.dumps(results))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of Linux")
def test_a_step_that_does_not_fit_leaves_the_model_whole(backend):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, backend], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr[-3000:]
    found = json.loads(run.stdout)
    assert found["fit"] == (
        "A step of training with 64 samples does not fit into memory: 410 MB more were asked for, "
        "in layer 'wide'.\n"
        "Use a smaller 'batch_size', or 'auto', which goes by the memory there is; or smaller "
        "layers. The weights are those of before the step."
    )
    assert found["layer"] == "wide" and found["memory_error"] and found["context"] == "None"
    assert found["whole"] and found["again"] == 1
    assert found["predict"] < 1e-4 and abs(found["evaluate"]) < 1e-3


def test_weights_that_cannot_fit_are_refused_from_their_shapes(backend):
    layers = [Dense(1_000_000), Dense(1_000_000, name="huge")]
    model = Sequential(layers, input_shape=(4,), backend=backend)
    assert model.count_params() == 1_000_006_000_000
    with pytest.raises(
        OutOfMemoryError, match=r"take 4,000 GB, but there are .* of memory"
    ) as raised:
        model.predict(np.ones((1, 4)))
    assert "The largest is 'huge/kernel' of shape (1000000, 1000000): 4,000 GB." in str(
        raised.value
    )
    assert raised.value.layer == "huge"


def test_what_the_optimizer_keeps_counts_too(backend, monkeypatch):
    model = Sequential([Dense(900), Dense(1)], input_shape=(900,), backend=backend)
    model.compile("adam", "mse")
    model.get_weights()
    monkeypatch.setattr("rdeep.engines.memory.total", lambda: 10_000_000)
    monkeypatch.setattr("rdeep.engines.memory._WORTH_A_LOOK", 0)
    with pytest.raises(OutOfMemoryError, match="what the optimizer Adam keeps take 13 MB"):
        model.fit(np.ones((1, 900)), np.ones(1), verbose=0)
    # It is not taken for one that is being trained.
    assert not model._built().training


def test_a_training_that_cannot_fit_is_refused_before_its_weights_are_drawn(backend, monkeypatch):
    model = Sequential([Dense(900), Dense(1)], input_shape=(900,), backend=backend)
    model.compile("adam", "mse")
    monkeypatch.setattr("rdeep.engines.memory.total", lambda: 10_000_000)
    monkeypatch.setattr("rdeep.engines.memory._WORTH_A_LOOK", 0)
    monkeypatch.setattr("rdeep.graph.network.Graph.draw_weights", lambda *_: pytest.fail("drawn"))
    with pytest.raises(OutOfMemoryError, match="what the optimizer Adam keeps take 13 MB"):
        model.fit(np.ones((1, 900)), np.ones(1), verbose=0)
    # Numbers are drawn in double size: 3 MB of weights take 6 more for a while.
    monkeypatch.setattr("rdeep.engines.memory.total", lambda: 9_000_000)
    with pytest.raises(OutOfMemoryError, match="they are drawn, take 10 MB, but there are 9 MB"):
        model.get_weights()


def test_python_s_own_error_is_one_of_rdeep_s(monkeypatch):
    model = Sequential([Dense(1)], input_shape=(2,))
    model.compile("sgd", "mse")

    def full(*args, **kwargs):
        raise MemoryError("Unable to allocate 7.45 GiB for an array")

    for name, act in {
        "rdeep.data.prepare.feed": lambda: model.fit(np.ones((4, 2)), np.ones(4), verbose=0),
        "rdeep.data.prepare.inputs": lambda: model.predict(np.ones((4, 2))),
    }.items():
        with monkeypatch.context() as patch:
            patch.setattr(name, full)
            with pytest.raises(OutOfMemoryError, match=r"data does not fit .*: 8\.0 GB more"):
                act()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory: you "
         "tried to allocate 4000000000000 bytes. Error code 12", 4_000_000_000_000),
        ("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has", 2 << 30),
        ("OOM when allocating tensor with shape[1000,25] and type float on /device:CPU:0", 100_000),
        ("Unable to allocate 7.45 GiB for an array with shape (1,)", int(7.45 * (1 << 30))),
        ("std::bad_alloc", None),
    ],
)  # fmt: skip
def test_what_engines_say_is_understood(text, size):
    assert is_out_of_memory(RuntimeError(text))
    assert asked_for(RuntimeError(text)) == size
    assert not is_out_of_memory(ValueError(text))


def test_a_gpu_is_named_and_what_failed_is_let_go_of():
    kept = []

    def fails():
        large = np.ones(10)
        kept.append(large)
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB.")

    try:
        fails()
    except RuntimeError as error:
        failed = error
    before = sys.getrefcount(kept[0])
    error = out_of_memory(failed, "A prediction does", "dense")
    after = sys.getrefcount(kept[0])
    assert after < before
    assert error.message == (
        "A prediction does not fit into the GPU's memory: 21 GB more were asked for, in layer "
        "'dense'."
    )


def test_rows_are_halved_until_they_fit_where_their_number_does_not_matter():
    sizes = []

    def forward(part):
        sizes.append(len(part[0]))
        if len(part[0]) > 3:
            raise MemoryError
        return [part[0] * 2.0]

    x = np.arange(10.0)[:, None]
    assert np.array_equal(in_chunks([x], 100, forward, fixed=False)[0], x * 2)
    assert sizes == [10, 5, 2, 2, 2, 2, 2]
    with pytest.raises(MemoryError):
        in_chunks([x], 100, forward)


def test_sizes_are_worded():
    assert [readable(size) for size in (1, 9.9e8, 1.04e9, 4e12)] == [
        "1 MB", "990 MB", "1.0 GB", "4,000 GB"
    ]  # fmt: skip
    assert total() is None or total() > 1 << 28
    assert issubclass(OutOfMemoryError, RdeepError)
