"""Operations that go over axes and leave fewer."""

from __future__ import annotations
