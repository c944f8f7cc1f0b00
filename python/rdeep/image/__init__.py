"""Ready-made models of images."""

from rdeep.image.model import ImageModel as ImageModel
from rdeep.image.settings import ImageAugmentation as ImageAugmentation
from rdeep.image.settings import ImageLearned as ImageLearned
from rdeep.image.settings import ImageSettings as ImageSettings
