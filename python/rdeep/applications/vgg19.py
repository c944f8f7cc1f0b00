"""VGG19: VGG16 with a convolution more in each of the last three blocks."""

from __future__ import annotations

from rdeep.applications.application import function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.vgg16 import vgg

VGG19 = function_of(
    vgg(
        "VGG19",
        (2, 2, 4, 4, 4),
        ("cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6"),
    )
)
preprocess_input = preprocessing_of("caffe")
