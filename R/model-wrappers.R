# The wrappers' other names, which keras3 has too.

#' @rdname layer_bidirectional
#' @export
bidirectional <- layer_bidirectional

#' @rdname layer_time_distributed
#' @export
time_distributed <- layer_time_distributed
