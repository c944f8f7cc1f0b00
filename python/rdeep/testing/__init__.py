"""Tests for whoever adds a layer, a loss, a metric, an operation, an optimizer or an engine.

Each `check_...()` runs all checks and returns their names, or raises an `AssertionError` whose
sentences say what differs and what to do. Each `..._checks()` returns them one by one, by name,
for `pytest.mark.parametrize`. What runs on an engine is left out, with a warning, where that
engine is not installed.

Examples
--------
>>> from rdeep import layers, testing
>>> testing.check_layer(layers.Flatten, engines=[])
['documentation', 'cases', 'options', 'shapes']
"""

from rdeep.testing.comparing import assert_close as assert_close
from rdeep.testing.engine_contract import check_engine as check_engine
from rdeep.testing.engine_contract import engine_checks as engine_checks
from rdeep.testing.layers import check_layer as check_layer
from rdeep.testing.layers import layer_checks as layer_checks
from rdeep.testing.measures import check_loss as check_loss
from rdeep.testing.measures import check_metric as check_metric
from rdeep.testing.measures import loss_checks as loss_checks
from rdeep.testing.measures import metric_checks as metric_checks
from rdeep.testing.operations import arguments as arguments
from rdeep.testing.operations import check_operation as check_operation
from rdeep.testing.operations import operation_checks as operation_checks
from rdeep.testing.optimizers import check_optimizer as check_optimizer
from rdeep.testing.optimizers import optimizer_checks as optimizer_checks
from rdeep.testing.records import check_documentation as check_documentation
from rdeep.testing.records import check_options as check_options
