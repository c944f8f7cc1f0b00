# Every generated layer: options, the shape of a sample, and that of what comes out.
layer_cases <- function() {
  list(
    layer_dense = list(list(units = 3), 4, 3),
    layer_activation = list(list(activation = "relu"), 4, 4),
    layer_embedding = list(list(input_dim = 10, output_dim = 3), 5, c(5, 3)),
    layer_reversible_embedding = list(list(input_dim = 10, output_dim = 3), 5, c(5, 3)),
    layer_dropout = list(list(rate = 0.5), 4, 4),
    layer_flatten = list(list(), c(2, 3), 6),
    layer_reshape = list(list(target_shape = c(3, 2)), c(2, 3), c(3, 2)),
    layer_batch_normalization = list(list(), c(4, 3), c(4, 3)),
    layer_conv_1d = list(list(filters = 3, kernel_size = 2), c(6, 2), c(5, 3)),
    layer_conv_2d = list(
      list(filters = 3, kernel_size = c(2, 3), padding = "same", strides = 2),
      c(6, 6, 2), c(3, 3, 3)
    ),
    layer_max_pooling_1d = list(list(), c(6, 2), c(3, 2)),
    layer_average_pooling_1d = list(list(pool_size = 3), c(6, 2), c(2, 2)),
    layer_max_pooling_2d = list(list(), c(6, 4, 2), c(3, 2, 2)),
    layer_average_pooling_2d = list(list(strides = c(1, 1)), c(6, 4, 2), c(5, 3, 2)),
    layer_global_max_pooling_1d = list(list(), c(6, 2), 2),
    layer_global_average_pooling_1d = list(list(keepdims = TRUE), c(6, 2), c(1, 2)),
    layer_global_max_pooling_2d = list(list(), c(6, 4, 2), 2),
    layer_global_average_pooling_2d = list(list(), c(6, 4, 2), 2),
    layer_simple_rnn = list(list(units = 3), c(5, 2), 3),
    layer_lstm = list(list(units = 3, return_sequences = TRUE), c(5, 2), c(5, 3)),
    layer_gru = list(list(units = 3), c(5, 2), 3),
    layer_layer_normalization = list(list(axis = 2), c(4, 3), c(4, 3)),
    layer_rms_normalization = list(list(), c(4, 3), c(4, 3)),
    layer_multi_head_attention = list(list(num_heads = 2, key_dim = 3), c(5, 4), c(5, 4)),
    layer_members = list(list(count = 3), 4, c(3, 4)),
    layer_ensemble_dense = list(
      list(units = 2, input_initializer = initializer_sectioned("random_sign", c(1, 3))),
      c(3, 4), c(3, 2)
    ),
    layer_member_dense = list(list(units = 2), c(3, 4), c(3, 2)),
    layer_feature_tokens = list(list(units = 5), 4, c(4, 5)),
    layer_piecewise_linear_embedding = list(
      list(edges = list(c(-1, 0, 1), c(a = 0L, b = 2L)), units = 5), 2, c(2, 5)
    ),
    layer_periodic_embedding = list(list(units = 5, frequencies = 3), 4, c(4, 5)),
    layer_category_tokens = list(list(cardinalities = c(10, 12), units = 5), 2, c(2, 5)),
    layer_one_hot = list(list(cardinalities = c(3, 12)), 2, 15),
    layer_class_token = list(list(), c(4, 3), c(5, 3)),
    layer_first_token = list(list(), c(4, 3), 3),
    layer_append_parameter = list(list(count = 2), 4, 6),
    layer_conv_3d = list(list(filters = 2, kernel_size = 2), c(4, 4, 3, 2), c(3, 3, 2, 2)),
    layer_conv_1d_transpose = list(
      list(filters = 3, kernel_size = 2, strides = 2), c(4, 2), c(8, 3)
    ),
    layer_conv_2d_transpose = list(list(filters = 3, kernel_size = 3), c(4, 4, 2), c(6, 6, 3)),
    layer_conv_3d_transpose = list(
      list(filters = 2, kernel_size = 2), c(3, 3, 3, 2), c(4, 4, 4, 2)
    ),
    layer_depthwise_conv_1d = list(
      list(kernel_size = 3, depth_multiplier = 2), c(6, 2), c(4, 4)
    ),
    layer_depthwise_conv_2d = list(list(kernel_size = 3), c(5, 5, 2), c(3, 3, 2)),
    layer_separable_conv_1d = list(list(filters = 3, kernel_size = 3), c(6, 2), c(4, 3)),
    layer_separable_conv_2d = list(list(filters = 3, kernel_size = 3), c(5, 5, 2), c(3, 3, 3)),
    layer_max_pooling_3d = list(list(), c(4, 4, 4, 2), c(2, 2, 2, 2)),
    layer_average_pooling_3d = list(list(), c(4, 4, 4, 2), c(2, 2, 2, 2)),
    layer_global_max_pooling_3d = list(list(), c(4, 4, 4, 2), 2),
    layer_global_average_pooling_3d = list(list(), c(4, 4, 4, 2), 2),
    layer_adaptive_max_pooling_1d = list(list(output_size = 3), c(7, 2), c(3, 2)),
    layer_adaptive_average_pooling_1d = list(list(output_size = 3), c(7, 2), c(3, 2)),
    layer_adaptive_max_pooling_2d = list(list(output_size = c(3, 2)), c(7, 6, 2), c(3, 2, 2)),
    layer_adaptive_average_pooling_2d = list(list(output_size = 2), c(7, 6, 2), c(2, 2, 2)),
    layer_adaptive_max_pooling_3d = list(list(output_size = 2), c(4, 4, 4, 2), c(2, 2, 2, 2)),
    layer_adaptive_average_pooling_3d = list(
      list(output_size = 2), c(4, 4, 4, 2), c(2, 2, 2, 2)
    ),
    layer_zero_padding_1d = list(list(padding = 2), c(4, 2), c(8, 2)),
    layer_zero_padding_2d = list(
      list(padding = list(list(1, 0), list(2, 2))), c(4, 4, 2), c(5, 8, 2)
    ),
    layer_zero_padding_3d = list(list(padding = 1), c(2, 2, 2, 1), c(4, 4, 4, 1)),
    layer_cropping_1d = list(list(cropping = c(1, 2)), c(6, 2), c(3, 2)),
    layer_cropping_2d = list(list(cropping = 1), c(5, 4, 2), c(3, 2, 2)),
    layer_cropping_3d = list(list(), c(4, 4, 4, 1), c(2, 2, 2, 1)),
    layer_upsampling_1d = list(list(size = 3), c(2, 2), c(6, 2)),
    layer_upsampling_2d = list(
      list(size = c(2, 3), interpolation = "bilinear"), c(2, 2, 1), c(4, 6, 1)
    ),
    layer_upsampling_3d = list(list(), c(2, 2, 2, 1), c(4, 4, 4, 1)),
    layer_permute = list(list(dims = c(2, 1)), c(3, 2), c(2, 3)),
    layer_repeat_vector = list(list(n = 3), 4, c(3, 4)),
    layer_activity_regularization = list(list(l2 = 0.1), 4, 4),
    layer_rnn = list(list(cell = rnn_cell_gru(units = 3)), c(5, 2), 3),
    layer_time_distributed = list(list(layer = layer_dense(units = 3)), c(5, 2), c(5, 3)),
    layer_conv_lstm_1d = list(list(filters = 2, kernel_size = 2), c(3, 5, 1), c(4, 2)),
    layer_conv_lstm_2d = list(
      list(filters = 2, kernel_size = 2, return_sequences = TRUE), c(3, 4, 4, 1), c(3, 3, 3, 2)
    ),
    layer_conv_lstm_3d = list(
      list(filters = 2, kernel_size = 2), c(2, 3, 3, 3, 1), c(2, 2, 2, 2)
    ),
    layer_activation_elu = list(list(alpha = 0.5), 4, 4),
    layer_activation_leaky_relu = list(list(), 4, 4),
    layer_activation_parametric_relu = list(list(), 4, 4),
    layer_activation_relu = list(list(max_value = 1), 4, 4),
    layer_activation_softmax = list(list(), 4, 4),
    layer_identity = list(list(), 4, 4),
    layer_masking = list(list(), c(5, 2), c(5, 2)),
    layer_einsum_dense = list(list(equation = "ab,bc->ac", output_shape = 3), 4, 3),
    layer_alpha_dropout = list(list(rate = 0.5), 4, 4),
    layer_gaussian_dropout = list(list(rate = 0.5), 4, 4),
    layer_gaussian_noise = list(list(stddev = 0.5), 4, 4),
    layer_spatial_dropout_1d = list(list(rate = 0.5), c(5, 2), c(5, 2)),
    layer_spatial_dropout_2d = list(list(rate = 0.5), c(4, 4, 2), c(4, 4, 2)),
    layer_spatial_dropout_3d = list(list(rate = 0.5), c(2, 2, 2, 2), c(2, 2, 2, 2)),
    layer_group_normalization = list(list(groups = 2), c(5, 4), c(5, 4)),
    layer_unit_normalization = list(list(), 4, 4),
    layer_spectral_normalization = list(list(layer = layer_dense(units = 3)), 4, 3),
    layer_rescaling = list(list(scale = 0.5), 4, 4),
    layer_normalization = list(list(mean = 1, variance = 4), 4, 4),
    layer_discretization = list(list(bin_boundaries = c(-1, 0, 1)), 4, 4),
    layer_category_encoding = list(list(num_tokens = 10), 4, 10),
    layer_hashing = list(list(num_bins = 5), 4, 4),
    layer_integer_lookup = list(list(vocabulary = 0:9), 4, 4),
    layer_resizing = list(list(height = 3, width = 5), c(6, 6, 3), c(3, 5, 3)),
    layer_center_crop = list(list(height = 3, width = 5), c(6, 6, 3), c(3, 5, 3)),
    layer_auto_contrast = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_equalization = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_random_brightness = list(list(factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_contrast = list(list(factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_color_degeneration = list(list(factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_color_jitter = list(list(brightness_factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_grayscale = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_random_hue = list(list(factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_saturation = list(list(factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_invert = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_random_posterization = list(list(factor = 4), c(6, 6, 3), c(6, 6, 3)),
    layer_random_sharpness = list(list(factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_gaussian_blur = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_solarization = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_random_crop = list(list(height = 3, width = 5), c(6, 6, 3), c(3, 5, 3)),
    layer_random_flip = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_random_rotation = list(list(factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_translation = list(
      list(height_factor = 0.2, width_factor = 0.2), c(6, 6, 3), c(6, 6, 3)
    ),
    layer_random_zoom = list(list(height_factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_shear = list(list(x_factor = 0.2), c(6, 6, 3), c(6, 6, 3)),
    layer_random_perspective = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_random_elastic_transform = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_random_erasing = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_mix_up = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_cut_mix = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_rand_augment = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_aug_mix = list(list(), c(6, 6, 3), c(6, 6, 3)),
    layer_stft_spectrogram = list(list(frame_length = 16, frame_step = 8), c(64, 1), c(7, 9)),
    layer_mel_spectrogram = list(
      list(fft_length = 32, sequence_stride = 16, num_mel_bins = 4), 64, c(4, 5)
    )
  )
}
