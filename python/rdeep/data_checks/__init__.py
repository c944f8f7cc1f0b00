"""Data looked at before anything is trained: what is wrong with it, and what to do."""

from rdeep.data_checks.checking import check_data
from rdeep.data_checks.cleaning import clean_text
from rdeep.data_checks.finding import find_duplicates, find_outliers
from rdeep.data_checks.findings import Finding, Report
from rdeep.data_checks.limits import Limits
from rdeep.data_checks.splitting import split_rows

__all__ = [
    "Finding",
    "Limits",
    "Report",
    "check_data",
    "clean_text",
    "find_duplicates",
    "find_outliers",
    "split_rows",
]
