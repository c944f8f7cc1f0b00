"""What users hold: `Model`, `Sequential`, and reading one from a file."""

from rdeep.models.loading import load_model as load_model
from rdeep.models.model import Model as Model
from rdeep.models.sequential import Sequential as Sequential
