"""What users hold: `Model`, `Sequential`, and reading one from a file."""

from rdeep.models.keras_models import clone_model as clone_model
from rdeep.models.keras_models import model_from_json as model_from_json
from rdeep.models.loading import load_model as load_model
from rdeep.models.loading import save_model as save_model
from rdeep.models.model import Model as Model
from rdeep.models.sequential import Sequential as Sequential
