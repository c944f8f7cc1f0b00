# application_vgg16 ----

# Features of small pictures
base <- application_vgg16(weights = NULL, include_top = FALSE, input_shape = c(32, 32, 3))
base$output_shape
#> shape(NA, 1, 1, 512)

# application_resnet50 ----

base <- application_resnet50(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 2048)

# With trained weights (leave `weights` out), a classifier of one's own is trained alone first
freeze_weights(base)
input <- layer_input(c(64, 64, 3))
output <- input |> base() |> layer_dense(3, activation = "softmax")
model <- keras_model(input, output)
length(model$trainable_weights)
#> [1] 2

# application_resnet50_v2 ----

base <- application_resnet50_v2(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 2048)

# application_densenet121 ----

base <- application_densenet121(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 1024)

# application_inception_v3 ----

base <- application_inception_v3(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 2048)

# application_inception_resnet_v2 ----

base <- application_inception_resnet_v2(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 1536)

# application_xception ----

base <- application_xception(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 2048)

# application_mobilenet ----

# A quarter of the usual width, for pictures of 128 by 128
model <- application_mobilenet(weights = NULL, input_shape = c(128, 128, 3), alpha = 0.25)
model$output_shape
#> shape(NA, 1000)
model$count_params()
#> [1] 475544

# application_mobilenet_v2 ----

base <- application_mobilenet_v2(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 1280)

# application_mobilenet_v3_small ----

# It takes pixels from 0 to 255, of pictures of any size
model <- application_mobilenet_v3_small(weights = NULL, classes = 10)
model$input_shape
#> shape(NA, NA, NA, 3)
model$output_shape
#> shape(NA, 10)

# application_nasnet_mobile ----

base <- application_nasnet_mobile(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 1056)

# application_efficientnet_b0 ----

# It takes pixels from 0 to 255
base <- application_efficientnet_b0(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 1280)

# application_efficientnet_v2b0 ----

base <- application_efficientnet_v2b0(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 1280)

# application_convnext_tiny ----

base <- application_convnext_tiny(weights = NULL, include_top = FALSE, pooling = "avg")
base$output_shape
#> shape(NA, 768)
