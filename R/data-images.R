#' Load, convert and save images
#'
#' From files to arrays and back. Pillow, a Python package, reads and writes the files; it is
#' installed with `reticulate::py_install("pillow")`.
#'
#' @param path The file.
#' @param color_mode `"rgb"`, `"rgba"` or `"grayscale"`.
#' @param target_size The height and width to resize to; by default the picture's own.
#' @param interpolation `"nearest"`, `"bilinear"`, `"bicubic"`, `"lanczos"`, `"box"` or
#'   `"hamming"`; for `image_smart_resize()` `"bilinear"`, `"nearest"`, `"bicubic"`, `"lanczos3"` or
#'   `"lanczos5"`.
#' @param keep_aspect_ratio Whether to crop the picture to the proportions wanted instead of
#'   distorting it.
#' @param img A picture that `image_load()` returned.
#' @param x An array `(height, width, channels)`, for `image_smart_resize()` also several; for
#'   `image_array_save()` also a picture.
#' @param data_format `"channels_last"`, the default, or `"channels_first"`.
#' @param dtype The type to compute in, `"float32"` by default.
#' @param file_format Such as `"png"`; by default what the file's name ends in.
#' @param scale Whether to stretch the values to 0 to 255.
#' @param size The height and width wanted.
#' @param backend_module Must be `NULL`: arrays are resized by formulas of this package.
#' @param ... What Pillow's `save()` takes for the format.
#' @returns `image_load()` and `image_from_array()`: a picture. `image_to_array()` and
#'   `image_smart_resize()`: an array. `image_array_save()`: the path, invisibly.
#' @family images
#' @examplesIf rdeep_available()
#' x <- array(runif(8 * 6 * 3), c(8, 6, 3))
#' dim(image_smart_resize(x, c(4, 4)))
#' if (reticulate::py_module_available("PIL")) {
#'   path <- image_array_save(x, tempfile(fileext = ".png"))
#'   dim(image_to_array(image_load(path, target_size = c(4, 4))))
#' }
#' @export
image_load <- function(path,
                       color_mode = "rgb",
                       target_size = NULL,
                       interpolation = "nearest",
                       keep_aspect_ratio = FALSE) {
  call_core(
    "load_image",
    path = needed_path(path, current_env()),
    color_mode = as_text(color_mode),
    target_size = as_sizes(target_size),
    interpolation = as_text(interpolation),
    keep_aspect_ratio = as_flag(keep_aspect_ratio)
  )
}

#' @rdname image_load
#' @export
image_to_array <- function(img, data_format = NULL, dtype = NULL) {
  call_core(
    "image_to_array",
    img = img, data_format = as_text(data_format), dtype = as_text(dtype)
  )
}

#' @rdname image_load
#' @export
image_from_array <- function(x, data_format = NULL, scale = TRUE, dtype = NULL) {
  call_core(
    "image_from_array",
    x = as_values(x, "x", current_env()), data_format = as_text(data_format),
    scale = as_flag(scale), dtype = as_text(dtype)
  )
}

#' @rdname image_load
#' @export
image_array_save <- function(x,
                             path,
                             data_format = NULL,
                             file_format = NULL,
                             scale = TRUE,
                             ...) {
  call <- current_env()
  call_core(
    "save_image",
    path = needed_path(path, call), x = as_values(x, "x", call),
    data_format = as_text(data_format), file_format = as_text(file_format),
    scale = as_flag(scale), ...
  )
  invisible(path)
}

#' @rdname image_load
#' @export
image_smart_resize <- function(x,
                               size,
                               interpolation = "bilinear",
                               data_format = "channels_last",
                               backend_module = NULL) {
  call <- current_env()
  if (!is.null(backend_module)) {
    abort_rdeep(
      "argument", "'backend_module' must be NULL: arrays are resized by this package.",
      argument = "backend_module", call = call
    )
  }
  call_core(
    "smart_resize",
    x = as_values(x, "x", call), size = as_sizes(size),
    interpolation = as_text(interpolation), data_format = as_text(data_format)
  )
}
