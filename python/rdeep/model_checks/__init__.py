"""Tests of a user's model: how good it is where, how sure it may be, and how fast it is."""

from rdeep.model_checks.benchmarking import ModelBenchmark as ModelBenchmark
from rdeep.model_checks.benchmarking import benchmark_model as benchmark_model
from rdeep.model_checks.checking import ModelCheck as ModelCheck
from rdeep.model_checks.checking import check_model as check_model
from rdeep.model_checks.drift import check_drift as check_drift
