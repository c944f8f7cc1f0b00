"""A model of a table that is searched for within a budget of time."""

from rdeep.auto.auto_model import AutoModel as AutoModel
from rdeep.auto.loading import load_auto as load_auto
