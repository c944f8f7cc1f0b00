"""Known networks, with the weights that others trained, by Keras's names for them.

Examples
--------
>>> from rdeep.applications import ResNet50
>>> model = ResNet50(weights=None, include_top=False, pooling="avg")
>>> model.output_shape
(None, 2048)
"""

from __future__ import annotations

from rdeep.applications.convnext import ConvNeXtBase as ConvNeXtBase
from rdeep.applications.convnext import ConvNeXtLarge as ConvNeXtLarge
from rdeep.applications.convnext import ConvNeXtSmall as ConvNeXtSmall
from rdeep.applications.convnext import ConvNeXtTiny as ConvNeXtTiny
from rdeep.applications.convnext import ConvNeXtXLarge as ConvNeXtXLarge
from rdeep.applications.densenet import DenseNet121 as DenseNet121
from rdeep.applications.densenet import DenseNet169 as DenseNet169
from rdeep.applications.densenet import DenseNet201 as DenseNet201
from rdeep.applications.efficientnet import EfficientNetB0 as EfficientNetB0
from rdeep.applications.efficientnet import EfficientNetB1 as EfficientNetB1
from rdeep.applications.efficientnet import EfficientNetB2 as EfficientNetB2
from rdeep.applications.efficientnet import EfficientNetB3 as EfficientNetB3
from rdeep.applications.efficientnet import EfficientNetB4 as EfficientNetB4
from rdeep.applications.efficientnet import EfficientNetB5 as EfficientNetB5
from rdeep.applications.efficientnet import EfficientNetB6 as EfficientNetB6
from rdeep.applications.efficientnet import EfficientNetB7 as EfficientNetB7
from rdeep.applications.efficientnet_v2 import EfficientNetV2B0 as EfficientNetV2B0
from rdeep.applications.efficientnet_v2 import EfficientNetV2B1 as EfficientNetV2B1
from rdeep.applications.efficientnet_v2 import EfficientNetV2B2 as EfficientNetV2B2
from rdeep.applications.efficientnet_v2 import EfficientNetV2B3 as EfficientNetV2B3
from rdeep.applications.efficientnet_v2 import EfficientNetV2L as EfficientNetV2L
from rdeep.applications.efficientnet_v2 import EfficientNetV2M as EfficientNetV2M
from rdeep.applications.efficientnet_v2 import EfficientNetV2S as EfficientNetV2S
from rdeep.applications.inception_resnet_v2 import InceptionResNetV2 as InceptionResNetV2
from rdeep.applications.inception_v3 import InceptionV3 as InceptionV3
from rdeep.applications.mobilenet import MobileNet as MobileNet
from rdeep.applications.mobilenet_v2 import MobileNetV2 as MobileNetV2
from rdeep.applications.mobilenet_v3 import MobileNetV3Large as MobileNetV3Large
from rdeep.applications.mobilenet_v3 import MobileNetV3Small as MobileNetV3Small
from rdeep.applications.nasnet import NASNetLarge as NASNetLarge
from rdeep.applications.nasnet import NASNetMobile as NASNetMobile
from rdeep.applications.resnet import ResNet101 as ResNet101
from rdeep.applications.resnet import ResNet152 as ResNet152
from rdeep.applications.resnet50 import ResNet50 as ResNet50
from rdeep.applications.resnet_v2 import ResNet50V2 as ResNet50V2
from rdeep.applications.resnet_v2 import ResNet101V2 as ResNet101V2
from rdeep.applications.resnet_v2 import ResNet152V2 as ResNet152V2
from rdeep.applications.vgg16 import VGG16 as VGG16
from rdeep.applications.vgg19 import VGG19 as VGG19
from rdeep.applications.xception import Xception as Xception
