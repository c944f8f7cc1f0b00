"""The torch backend's own parts: products, threads, sums."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from rdeep.engines.torch import products, threads  # noqa: E402
from rdeep.engines.torch.sums import Totals  # noqa: E402


def pair(features: int, units: int) -> tuple[torch.nn.Linear, torch.nn.Linear]:
    """Return a dense layer of ours and torch's own, of the same weights."""
    torch.manual_seed(1)
    ours, theirs = products.Linear(features, units), torch.nn.Linear(features, units)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


@pytest.mark.parametrize("shape", [(300, 200), (20, 30, 200)])
@pytest.mark.parametrize("units", [64, 128])
def test_a_large_product_and_its_gradients_are_torchs(shape: tuple[int, ...], units: int) -> None:
    ours, theirs = pair(shape[-1], units)
    assert np.prod(shape) * units >= products._WORTHWHILE
    x = torch.randn(shape, requires_grad=True)
    found, expected = ours(x), theirs(x)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    direction = torch.randn_like(expected)
    for a, b in zip(
        torch.autograd.grad(found, [x, *ours.parameters()], direction),
        torch.autograd.grad(expected, [x, *theirs.parameters()], direction),
    ):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-4)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), expected, atol=1e-5, rtol=1e-5)


def test_a_large_product_has_gradients_of_gradients() -> None:
    ours, theirs = pair(200, 64)
    x = torch.randn(300, 200, requires_grad=True)
    second = []
    for layer in (ours, theirs):
        (first,) = torch.autograd.grad(layer(x).square().sum(), x, create_graph=True)
        second.append(torch.autograd.grad(first.square().sum(), layer.weight)[0])
    torch.testing.assert_close(second[0], second[1], rtol=1e-4, atol=1e-2)


def test_products_fall_back_where_onednn_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pair(200, 64)
    monkeypatch.setattr(products, "_available", lambda: False)
    x = torch.randn(300, 200)
    torch.testing.assert_close(ours(x), theirs(x), rtol=0, atol=0)


def test_little_work_gets_one_thread_and_the_number_comes_back() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        for flops, expected in ((1e3, 1), (1.2e8, 2), (1e12, 3)):
            with threads.suited(flops):
                assert torch.get_num_threads() == expected
            assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_sums_do_not_depend_on_when_they_are_read() -> None:
    rng = np.random.default_rng(2)
    batches = [
        [torch.tensor(rng.random()), float(n), torch.tensor(rng.random())] for n in range(1500)
    ]
    often, once = Totals(3, [0]), Totals(3, [0])
    for i, values in enumerate(batches):
        often.add(values)
        once.add(values)
        if i % 7 == 0:
            often.numpy()
    np.testing.assert_array_equal(often.numpy(), once.numpy())
    expected = sum(float(loss) * rows for loss, rows, _ in batches)
    assert once.numpy()[0] == pytest.approx(expected, rel=1e-12)
