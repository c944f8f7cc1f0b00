"""An engine that was started before a fork is refused in it, or works there: it never hangs."""

import json
import subprocess
import sys

import pytest

# Forks as R does, of which Python's hooks know nothing; each child reports what it came to.
SCRIPT = """
import ctypes, json, os, pickle, select, signal, sys
import numpy as np
from rdeep import Sequential, ops
from rdeep.errors import ForkError
from rdeep.layers import Dense

engine = sys.argv[1]
fork = ctypes.PyDLL(None).fork

def made():
    model = Sequential([Dense(4, "relu"), Dense(1)], input_shape=(3,), backend=engine, seed=1)
    model.compile("adam", "mse")
    return model

x, y = np.ones((64, 3), "float32"), np.ones(64, "float32")

def in_child(action):
    read, write = os.pipe()
    pid = fork()
    if pid == 0:
        try:
            said = action()
            found = ["fine", said if isinstance(said, (int, float)) else None]
        except ForkError as error:
            found = ["refused", str(error)]
        except BaseException as error:
            found = ["other", repr(error)]
        os.write(write, json.dumps(found).encode())
        os._exit(0)
    os.close(write)
    ready, _, _ = select.select([read], [], [], 60)
    found = json.loads(os.read(read, 1 << 16)) if ready else ["hangs", None]
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(read)
    return found

results = {"before": in_child(lambda: made().fit(x, y, verbose=0).history["loss"][0])}
model = made()
big = np.ones((600, 600), "float32")
session = model.session(x, y, epochs=3, listen=["epoch_end"])
session.advance()
if engine == "torch":
    import torch
    torch.set_num_threads(2)
    # Says what not to compile; nothing is compiled by it.
    torch.compiler.disable(made)
    tensor = torch.from_numpy(big)
else:
    import tensorflow as tf
    tensor = tf.convert_to_tensor(big)
tensor @ tensor
whole = float(model.predict(x).sum())
for name, action in {
    "predict": lambda: float(model.predict(x).sum()),
    "evaluate": lambda: model.evaluate(x, y)["loss"],
    "advance": lambda: session.advance().epoch,
    "fit": lambda: len(made().fit(x, y, epochs=2, verbose=0).history["loss"]),
    "ops": lambda: int(ops.matmul(tensor, big).shape[0]),
    "layer": lambda: int(Dense(2)(tensor).shape[1]),
    "native": lambda: len(model.native.state_dict() if engine == "torch" else model.native.weights),
    "weights": lambda: len(model.get_weights()),
    "bytes": lambda: len(pickle.dumps(model)),
    "numpy": lambda: float((big @ big).sum()),
    "describe": lambda: model.count_params(),
}.items():
    results[name] = in_child(action)
results["after"] = float(model.predict(x).sum()) == whole
print(json.dumps(results))
"""

USES = ["predict", "evaluate", "advance", "fit", "ops", "layer", "native", "weights", "bytes"]


@pytest.fixture(scope="module")
def outcomes(backend):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, backend], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout)


@pytest.fixture(scope="module", params=["torch", "tensorflow"])
def backend(request):
    pytest.importorskip(request.param)
    return request.param


def test_a_fork_before_the_engine_began_may_use_it(outcomes):
    assert outcomes["before"][0] == "fine", outcomes["before"]


def test_what_needs_no_engine_works_in_a_fork(outcomes):
    assert outcomes["numpy"][0] == outcomes["describe"][0] == "fine"
    assert outcomes["after"] is True


def test_every_use_after_a_fork_is_refused_or_works(outcomes, backend):
    wanted = "fine" if backend == "torch" else "refused"
    assert {use: outcomes[use][0] for use in USES} == dict.fromkeys(USES, wanted), outcomes


def test_the_refusal_says_what_to_do(outcomes, backend):
    if backend == "tensorflow":
        assert outcomes["predict"][1] == (
            "TensorFlow was started before this process was forked, and cannot be used in it: "
            "its threads are missing here, and it would wait for them for ever.\n"
            "Start processes by multiprocessing's 'spawn', not by 'fork'; or fork before "
            "TensorFlow is first used."
        )
