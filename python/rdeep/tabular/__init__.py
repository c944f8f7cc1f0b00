"""Ready-made models of tables."""

from rdeep.tabular.loading import load_tabular as load_tabular
from rdeep.tabular.tabular import Tabular as Tabular
