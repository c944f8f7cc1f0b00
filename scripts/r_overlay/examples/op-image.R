# op_image_rgb_to_grayscale ----

op_image_rgb_to_grayscale(array(c(1, 0.5, 0.2), c(1, 1, 3)))
#> <tensor float32 (1, 1, 1)>
#> , , 1
#>
#>        [,1]
#> [1,] 0.6152
#>

# op_image_rgb_to_hsv ----

op_image_rgb_to_hsv(array(c(0.2, 0.4, 0.4), c(1, 1, 3)))
#> <tensor float32 (1, 1, 3)>
#> , , 1
#>
#>      [,1]
#> [1,]  0.5
#>
#> , , 2
#>
#>      [,1]
#> [1,]  0.5
#>
#> , , 3
#>
#>      [,1]
#> [1,]  0.4
#>

# op_image_hsv_to_rgb ----

op_image_hsv_to_rgb(array(c(0.5, 0.5, 0.4), c(1, 1, 3)))
#> <tensor float32 (1, 1, 3)>
#> , , 1
#>
#>      [,1]
#> [1,]  0.2
#>
#> , , 2
#>
#>      [,1]
#> [1,]  0.4
#>
#> , , 3
#>
#>      [,1]
#> [1,]  0.4
#>

# op_image_resize ----

images <- array(runif(48), c(4, 4, 3))
dim(op_image_resize(images, size = c(8, 6)))
#> [1] 8 6 3

# op_image_affine_transform ----

# Each pixel is read one to the right
image <- array(1:9, c(3, 3, 1))
moved <- op_image_affine_transform(image, c(1, 0, 1, 0, 1, 0, 0, 0))
as.array(moved)[, , 1]
#>      [,1] [,2] [,3]
#> [1,]    4    7    0
#> [2,]    5    8    0
#> [3,]    6    9    0

# op_image_perspective_transform ----

images <- array(runif(48), c(4, 4, 3))
corners <- rbind(c(0, 0), c(3, 0), c(0, 3), c(3, 3))
dim(op_image_perspective_transform(images, corners, corners + c(0, 1, 0, 0)))
#> [1] 4 4 3

# op_image_map_coordinates ----

op_image_map_coordinates(diag(3), rbind(c(0, 0.5), c(0, 1)), order = 1)
#> <tensor float32 (2)>
#> [1] 1.0 0.5

# op_image_gaussian_blur ----

image <- array(c(0, 0, 0, 0, 1, 0, 0, 0, 0), c(3, 3, 1))
round(as.array(op_image_gaussian_blur(image))[, , 1], 3)
#>       [,1]  [,2]  [,3]
#> [1,] 0.075 0.124 0.075
#> [2,] 0.124 0.204 0.124
#> [3,] 0.075 0.124 0.075

# op_image_elastic_transform ----

images <- array(runif(48), c(4, 4, 3))
dim(op_image_elastic_transform(images, alpha = 2, sigma = 1, seed = 1))
#> [1] 4 4 3

# op_image_extract_patches ----

image <- array(1:16, c(4, 4, 1))
op_image_extract_patches(image, size = 2)
#> <tensor int32 (2, 2, 4)>
#> , , 1
#>
#>      [,1] [,2]
#> [1,]    1    9
#> [2,]    3   11
#>
#> , , 2
#>
#>      [,1] [,2]
#> [1,]    5   13
#> [2,]    7   15
#>
#> , , 3
#>
#>      [,1] [,2]
#> [1,]    2   10
#> [2,]    4   12
#>
#> , , 4
#>
#>      [,1] [,2]
#> [1,]    6   14
#> [2,]    8   16
#>

# op_image_crop ----

images <- array(runif(48), c(4, 4, 3))
dim(op_image_crop(images, 1, 1, target_height = 2, target_width = 2))
#> [1] 2 2 3

# op_image_pad ----

images <- array(runif(48), c(4, 4, 3))
dim(op_image_pad(images, 1, 1, target_height = 6, target_width = 6))
#> [1] 6 6 3

# op_image_extract_patches_3d ----

volume <- array(1, c(4, 4, 4, 1))
op_shape(op_image_extract_patches_3d(volume, size = 2))
#> shape(2, 2, 2, 8)

# op_image_scale_and_translate ----

x <- rbind(c(1, 2), c(3, 4))
op_image_scale_and_translate(x, c(2, 2), c(1, 1), c(0, 1), c(1, 2), "linear")
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]    0    0
#> [2,]    1    2

# op_image_sobel_edges ----

op_shape(op_image_sobel_edges(array(1, c(1, 4, 4, 3))))
#> shape(1, 4, 4, 3, 2)

# op_image_ssim ----

image <- array(runif(432), c(1, 12, 12, 3))
op_image_ssim(image, image)
#> <tensor float32 (1)>
#> [1] 1
