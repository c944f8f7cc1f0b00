"""Operations on each value by itself, or on pairs of values."""

from __future__ import annotations

from rdeep.catalogue.operations.base import X1, X2, Operation

add = Operation("add", "The sum, value by value.", {"x1": X1, "x2": X2}, example="op_add(1:3, 10)")
