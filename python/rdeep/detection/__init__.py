"""Models that find objects in images: `DetectionModel`."""

from rdeep.detection.model import DetectionModel as DetectionModel
from rdeep.detection.settings import DetectionLearned as DetectionLearned
from rdeep.detection.settings import DetectionSettings as DetectionSettings
