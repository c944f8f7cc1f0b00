"""State dicts of torch, and safetensors of its modules: read without unpickling, and matched."""

from __future__ import annotations

import collections
import io
import os
import pickle
import zipfile
from typing import Any

import numpy as np
import pytest

import rdeep.layers as layers
from rdeep import Input, Model, Sequential, load_model
from rdeep.errors import FileError, RdeepWarning
from rdeep.saving.foreign.torch_archives import read_state_dict

torch = pytest.importorskip("torch")


def saved(value: Any, **options: Any) -> bytes:
    memory = io.BytesIO()
    torch.save(value, memory, **options)
    return memory.getvalue()


class Steps(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.emb = torch.nn.Embedding(9, 6)
        self.both = torch.nn.LSTM(6, 4, batch_first=True, bidirectional=True)
        self.gru = torch.nn.GRU(8, 3, batch_first=True)
        self.norm = torch.nn.LayerNorm(3, eps=1e-3)
        self.out = torch.nn.Linear(3, 2)

    def forward(self, x: Any) -> Any:
        x = self.gru(self.both(self.emb(x))[0])[0]
        return self.out(self.norm(x[:, -1]))


def like_steps() -> Sequential:
    return Sequential(
        [
            layers.Embedding(9, 6),
            layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
            layers.GRU(3),
            layers.LayerNormalization(),
            layers.Dense(2),
        ],
        input_shape=(5,),
        backend="numpy",
    )


def test_a_module_of_steps(tmp_path):
    from safetensors.torch import save_file

    torch.manual_seed(0)
    module, x = Steps().eval(), np.random.default_rng(0).integers(0, 9, (3, 5))
    wanted = module(torch.tensor(x)).detach().numpy()
    torch.save(module.state_dict(), tmp_path / "a.pt")
    save_file(module.state_dict(), tmp_path / "a.safetensors")
    for name in ("a.pt", "a.safetensors"):
        model = like_steps()
        model.load_weights(str(tmp_path / name))
        np.testing.assert_allclose(model.predict(x), wanted, rtol=1e-4, atol=1e-5)
    with pytest.raises(FileError, match="holds weights, and not how they are used"):
        load_model(str(tmp_path / "a.pt"))


def test_a_module_of_images(tmp_path):
    torch.manual_seed(0)
    nn = torch.nn
    module = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.BatchNorm2d(4, eps=1e-3),
        nn.ReLU(),
        nn.Conv2d(4, 8, 3, groups=4),
        nn.ConvTranspose2d(8, 3, 3, stride=2),
        nn.GroupNorm(3, 3, eps=1e-3),
    )
    module(torch.randn(4, 2, 8, 8))
    module.eval()
    x = np.random.default_rng(0).standard_normal((2, 8, 8, 2)).astype("float32")
    wanted = module(torch.tensor(x.transpose(0, 3, 1, 2))).detach().numpy().transpose(0, 2, 3, 1)
    torch.save({"epoch": 3, "model": module.state_dict()}, tmp_path / "a.pth")
    model = Sequential(
        [
            layers.Conv2D(4, 3, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.DepthwiseConv2D(3, depth_multiplier=2),
            layers.Conv2DTranspose(3, 3, strides=2),
            layers.GroupNormalization(3),
        ],
        input_shape=(8, 8, 2),
        backend="numpy",
    )
    model.load_weights(str(tmp_path / "a.pth"))
    np.testing.assert_allclose(model.predict(x), wanted, rtol=1e-3, atol=1e-4)


def test_attention_and_a_model_s_own_module(tmp_path):
    torch.manual_seed(0)
    attention = torch.nn.MultiheadAttention(6, 2, batch_first=True).eval()
    z = np.random.default_rng(0).standard_normal((2, 4, 6)).astype("float32")
    wanted = attention(*[torch.tensor(z)] * 3)[0].detach().numpy()
    torch.save({f"module.{n}": t for n, t in attention.state_dict().items()}, tmp_path / "a.pt")
    x = Input((4, 6))
    model = Model(x, layers.MultiHeadAttention(2, 3)(x, x), backend="torch")
    model.load_weights(str(tmp_path / "a.pt"))
    np.testing.assert_allclose(model.predict(z), wanted, rtol=1e-4, atol=1e-5)
    torch.save(model.native.state_dict(), tmp_path / "own.pt")
    again = model.clone()
    again.load_weights(str(tmp_path / "own.pt"))
    for one, other in zip(model.get_weights(), again.get_weights()):
        np.testing.assert_array_equal(one, other)


def test_tensors_are_read_as_torch_reads_them():
    tensors = {
        "part": torch.randn(4, 6).t()[1:3],
        "brain": torch.randn(3).bfloat16(),
        "half": torch.randn(3).half(),
        "parameter": torch.nn.Parameter(torch.randn(2, 3)),
        "number": torch.tensor(7),
        "none": torch.zeros(0, 3),
        "truth": torch.tensor([True, False]),
    }
    found = read_state_dict(saved(collections.OrderedDict(tensors)))
    assert list(found) == list(tensors)
    for name, tensor in tensors.items():
        wanted = tensor.detach().float().numpy() if name == "brain" else tensor.detach().numpy()
        np.testing.assert_array_equal(found[name], wanted)
        assert found[name].shape == tuple(tensor.shape)


class Evil:
    def __reduce__(self) -> Any:
        return os.system, ("touch /tmp/evil-was-run",)


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (torch.nn.Linear(2, 2), "names 'torch.nn.modules.linear.Linear'"),
        ({"a": Evil()}, "names '(posix|nt).system'"),
        ({"a": torch.ones(2), "b": 3}, "'b' in it is no named tensor"),
        ([torch.ones(2)], "no dict of tensors"),
        ({"a": {"x": torch.ones(1)}, "b": {"y": torch.ones(1)}}, "has 'a', 'b'"),
    ],
)
def test_more_than_tensors_is_refused(value, match, tmp_path):
    path = tmp_path / "a.pt"
    path.write_bytes(saved(value))
    with pytest.raises(FileError, match=match):
        like_steps().load_weights(str(path))
    assert not os.path.exists("/tmp/evil-was-run")


def test_older_files_and_pickles_are_refused(tmp_path):
    for data in (
        saved({"a": torch.ones(2)}, _use_new_zipfile_serialization=False),
        pickle.dumps({"a": Evil()}),
        pickle.dumps([1], protocol=5),
    ):
        path = tmp_path / "a.pt"
        path.write_bytes(data)
        for read in (load_model, like_steps().load_weights):
            with pytest.raises(FileError, match="which rdeep does not run"):
                read(str(path))
    assert not os.path.exists("/tmp/evil-was-run")


def test_tensors_lie_within_their_numbers(tmp_path):
    data = saved({"a": torch.arange(6.0).reshape(2, 3)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    (name,) = (each for each in parts if each.endswith("data.pkl"))
    sizes = b"K\x02K\x03\x86"
    for other in (b"K\x02K\x04\x86", b"K\xffK\xff\x86", b"K\x02K\x03\x85"):
        assert sizes in parts[name]
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w") as archive:
            for each, content in parts.items():
                changed = content.replace(sizes, other) if each == name else content
                archive.writestr(each, changed)
        with pytest.raises(FileError):
            read_state_dict(memory.getvalue())


def test_both_sides_are_listed_where_they_differ(tmp_path):
    path = tmp_path / "a.pt"
    path.write_bytes(saved(torch.nn.Linear(3, 2).state_dict()))
    model = Sequential([layers.Dense(2), layers.Dense(1)], input_shape=(3,), backend="numpy")
    with pytest.raises(FileError) as error:
        model.load_weights(str(path))
    assert "2 layers with weights: dense/kernel (3, 2), dense/bias (2,)" in str(error.value)
    assert "1 modules: 'weight' (2, 3), 'bias' (2,)" in str(error.value)


def test_modules_in_no_known_order_that_fit_several_layers(tmp_path):
    from safetensors.numpy import save_file

    path = str(tmp_path / "a.safetensors")
    save_file({f"{n}.weight": np.ones((3, 3), "float32") for n in ("b", "a")}, path)
    square = [layers.Dense(3, use_bias=False), layers.Dense(3, use_bias=False)]
    model = Sequential(square, input_shape=(3,), backend="numpy")
    with pytest.raises(FileError, match="order is not known"):
        model.load_weights(path)


@pytest.mark.parametrize("name", ["a.onnx", "a.rds", "a.pkl", "a.joblib", "a.tflite", "a.npz"])
def test_kinds_that_are_not_read(name, tmp_path):
    (tmp_path / name).write_bytes(b"something")
    with pytest.raises(FileError, match=name) as error:
        load_model(str(tmp_path / name))
    assert error.value.hint


def test_a_saved_model_is_not_read(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(FileError, match="SavedModel"):
        load_model(str(tmp_path))


def test_a_flattened_image_is_warned_of(tmp_path):
    path = str(tmp_path / "flat.pt")
    net = torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3), torch.nn.Flatten(), torch.nn.Linear(3 * 2 * 2, 2)
    )
    torch.save(net.state_dict(), path)
    model = Sequential(
        [layers.Conv2D(3, 3), layers.Flatten(), layers.Dense(2)], input_shape=(4, 4, 2)
    )
    with pytest.warns(RdeepWarning, match="flattens an input of shape"):
        model.load_weights(path)
