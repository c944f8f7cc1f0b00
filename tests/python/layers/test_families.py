"""Every layer has a test file that is about its family."""

from __future__ import annotations

from families import declared, homes


def test_every_family_of_layers_has_a_test_file():
    missing = sorted(set(homes().values()) - set(declared()))
    assert not missing, (
        f"No test file is about the layers of catalogue/layers/{missing[0]}.py: write "
        f"tests/python/layers/test_{missing[0]}.py with LAYER_FAMILIES = ({missing[0]!r},), and "
        "compare the layers with Keras's, or with the formula by hand where Keras has none."
    )


def test_a_family_has_one_test_file():
    several = {file: tests for file, tests in declared().items() if len(tests) > 1}
    assert not several, "Take the family out of LAYER_FAMILIES in all but one of these files."


def test_declared_families_exist():
    gone = sorted(set(declared()) - set(homes().values()))
    assert not gone, (
        f"LAYER_FAMILIES in {declared()[gone[0]]} names {gone[0]!r}, which has no layers."
    )
