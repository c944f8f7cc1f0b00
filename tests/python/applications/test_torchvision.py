"""Known networks with torchvision's weights compute what torchvision's networks do."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from rdeep import applications
from rdeep.errors import FileError


def _torchvision():
    """Return torchvision's networks; they need none of its operators, which a build may lack."""
    try:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    except RuntimeError:
        pass
    try:
        import torchvision.models
    except (ImportError, RuntimeError):
        pytest.skip("torchvision cannot be imported")
    return torchvision.models


MAPPED = [
    name
    for name, each in vars(applications).items()
    if hasattr(each, "application") and each.application.torchvision is not None
]
QUICK = ("DenseNet121",)


def state_of(name: str, size: int, **arguments):
    """Return a network of torchvision's name, a picture, and what it makes of that."""
    models = _torchvision()
    names = {each.replace("_", ""): each for each in models.list_models(module=models)}
    torch.manual_seed(0)
    network = getattr(models, names[name.lower()])(**arguments).eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for each, low, high in (("running_mean", -0.1, 0.1), ("running_var", 0.7, 1.3)):
                getattr(module, each).uniform_(low, high)
            torch.nn.init.uniform_(module.weight, 0.7, 1.3)
    x = torch.randn(1, 3, size, size)
    with torch.no_grad():
        return network, x.permute(0, 2, 3, 1).numpy(), network(x).numpy()


def check(model, x, expected):
    largest = np.abs(expected).max()
    assert largest > 0
    np.testing.assert_allclose(model.predict(x) / largest, expected / largest, atol=1e-4)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n in QUICK else pytest.mark.slow) for n in MAPPED]
)
def test_networks_compute_what_torchvisions_compute(name, tmp_path):
    default = getattr(applications, name).application.sizes.default
    size = default if name.startswith("VGG") else 64
    network, x, expected = state_of(name, size)
    torch.save(network.state_dict(), path := tmp_path / "network.pth")
    arguments = {"input_shape": (size, size, 3), "classifier_activation": None}
    for backend in ("torch", "tensorflow") if name == "ResNet50" else ("torch",):
        model = getattr(applications, name)(weights=path, backend=backend, **arguments)
        check(model, x, expected)


def test_features_are_taken_of_safetensors_too(tmp_path):
    network, x, _ = state_of("ResNet50", 64, num_classes=3)
    save_file(network.state_dict(), path := str(tmp_path / "network.safetensors"))
    network.fc = torch.nn.Identity()
    with torch.no_grad():
        expected = network(torch.from_numpy(x).permute(0, 3, 1, 2)).numpy()
    check(applications.ResNet50(weights=path, include_top=False, pooling="avg"), x, expected)
    with pytest.raises(FileError, match="fc"):
        applications.ResNet50(weights=path)
    for wrong in (applications.ResNet101, applications.ResNet50V2):
        with pytest.raises(FileError) as caught:
            wrong(weights=path, include_top=False)
        assert caught.value.argument == "weights"
    state = {f"module.{name}": each for name, each in network.state_dict().items()}
    torch.save(state, path := tmp_path / "network.pth")
    applications.ResNet50(weights=path, include_top=False)
    torch.save({**state, "module.layer3.6.conv1.weight": state["module.conv1.weight"]}, path)
    with pytest.raises(FileError, match="layer3"):
        applications.ResNet50(weights=path, include_top=False)


def test_older_names_of_dense_networks_are_known(tmp_path):
    network, x, expected = state_of("DenseNet121", 64)
    state = {
        re.sub(r"(denselayer\d+\.[a-z]+)(\d)", r"\1.\2", name): each
        for name, each in network.state_dict().items()
    }
    torch.save(state, path := tmp_path / "network.pth")
    arguments = {"input_shape": (64, 64, 3), "classifier_activation": None}
    check(applications.DenseNet121(weights=path, **arguments), x, expected)


@pytest.mark.slow
def test_large_pictures_are_pooled_before_vggs_classifier(tmp_path):
    network, x, expected = state_of("VGG16", 320)
    torch.save(network.state_dict(), path := tmp_path / "network.pth")
    arguments = {"input_shape": (320, 320, 3), "classifier_activation": None}
    check(applications.VGG16(weights=path, **arguments), x, expected)
