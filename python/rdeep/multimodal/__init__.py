"""Ready-made models of several kinds of data at once: images, texts, series and columns."""

from rdeep.multimodal.model import MultimodalModel as MultimodalModel
from rdeep.multimodal.settings import MultimodalLearned as MultimodalLearned
from rdeep.multimodal.settings import MultimodalSettings as MultimodalSettings
