"""Ready-made models that find what each pixel of an image belongs to."""

from rdeep.segmentation.model import SegmentationModel as SegmentationModel
