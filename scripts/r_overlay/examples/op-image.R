# op_image_rgb_to_grayscale ----

op_image_rgb_to_grayscale(array(runif(48), c(4, 4, 3)))

# op_image_rgb_to_hsv ----

op_image_rgb_to_hsv(array(runif(48), c(4, 4, 3)))

# op_image_hsv_to_rgb ----

op_image_hsv_to_rgb(array(runif(48), c(4, 4, 3)))

# op_image_resize ----

op_image_resize(array(runif(48), c(4, 4, 3)), size = c(8, 8))

# op_image_affine_transform ----

op_image_affine_transform(array(runif(48), c(4, 4, 3)), c(1, 0, 1, 0, 1, 0, 0, 0))

# op_image_perspective_transform ----

corners <- rbind(c(0, 0), c(3, 0), c(0, 3), c(3, 3))
op_image_perspective_transform(array(runif(48), c(4, 4, 3)), corners, corners + c(0, 1, 0, 0))

# op_image_map_coordinates ----

op_image_map_coordinates(diag(3), rbind(c(0, 0.5), c(0, 1)), order = 1)

# op_image_gaussian_blur ----

op_image_gaussian_blur(array(runif(48), c(4, 4, 3)))

# op_image_elastic_transform ----

op_image_elastic_transform(array(runif(48), c(4, 4, 3)), alpha = 2, sigma = 1, seed = 1)

# op_image_extract_patches ----

op_image_extract_patches(array(runif(48), c(4, 4, 3)), size = 2)

# op_image_crop ----

op_image_crop(array(runif(48), c(4, 4, 3)), 1, 1, target_height = 2, target_width = 2)

# op_image_pad ----

op_image_pad(array(runif(48), c(4, 4, 3)), 1, 1, target_height = 6, target_width = 6)
