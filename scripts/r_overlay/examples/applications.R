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
