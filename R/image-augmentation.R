#' Augment images at random
#'
#' What [deep_image()] does to images while it trains: each is turned, moved, zoomed and slanted
#' anew in each epoch, so that a network does not learn what is of no importance. What comes in from
#' outside repeats the edge. Predictions are made of images as they are.
#'
#' `augment = "auto"` has these defaults, which leave a digit the digit it is; it mirrors
#' photographs only, that is where most images are JPEG files in colour, and leaves the brightness
#' of grey images.
#'
#' @param flip Which mirror images half of the images become: `"none"`, `"horizontal"` (left is
#'   right), `"vertical"` or `"both"`.
#' @param rotate The largest angle, in degrees.
#' @param shift How far images are moved, as a share of their size.
#' @param zoom How much larger or smaller they become.
#' @param shear How far they are slanted.
#' @param crop The largest share of height and width that is cut off.
#' @param colour How much brightness, contrast and the balance of channels change.
#' @param mixup,cutmix Parameters of mixup (images are blended, and their classes likewise) and of
#'   CutMix (a rectangle is another image's): 0.2 and 1 are usual, 0 does neither. With both, each
#'   batch has one of them.
#' @returns A list for the argument `augment` of [deep_image()].
#' @references
#' Zhang, H. et al. (2018). mixup: beyond empirical risk minimization. ICLR.
#'
#' Yun, S. et al. (2019). CutMix: regularization strategy to train strong classifiers with
#' localizable features. ICCV.
#' @family ready-made models
#' @examples
#' image_augmentation(flip = "horizontal", rotate = 5)
#' @export
image_augmentation <- function(flip = c("none", "horizontal", "vertical", "both"),
                               rotate = 12,
                               shift = 0.08,
                               zoom = 0.15,
                               shear = 0.1,
                               crop = 0,
                               colour = 0.15,
                               mixup = 0,
                               cutmix = 0) {
  flip <- one_of(flip, c("none", "horizontal", "vertical", "both"), "flip", current_env())
  structure(
    list(
      flip = flip, rotate = rotate, shift = shift, zoom = zoom, shear = shear, crop = crop,
      colour = colour, mixup = mixup, cutmix = cutmix
    ),
    class = "rdeep_image_augmentation"
  )
}

#' @export
print.rdeep_image_augmentation <- function(x, ...) {
  done <- Filter(function(value) !value %in% list(0, "none"), unclass(x))
  parts <- paste(names(done), vapply(done, format, ""))
  cat("Augmentation of images:", if (length(parts)) toString(parts) else "none", "\n")
  invisible(x)
}

# What the core takes for `augment`.
augment_for_core <- function(augment, .call) {
  if (is.null(augment)) {
    return("none")
  }
  if (is.list(augment)) {
    if (length(augment) && is.null(names(augment))) {
      abort_rdeep(
        "argument",
        "'augment' is a list without names.",
        argument = "augment",
        hint = "Such as `image_augmentation(rotate = 5)`.",
        call = .call
      )
    }
    return(if (length(augment)) lapply(unclass(augment), without_na) else "auto")
  }
  augment
}
