#' Destructuring assignment: several names at once
#'
#' `c(a, b) %<-% list(1, 2)` assigns the elements of a list to names, also nested:
#' `c(c(x_train, y_train), c(x_test, y_test)) %<-% dataset_mnist()`. A dot skips an element, and
#' `...rest` takes all that remain (`...` leaves them out). A name with a default may lack a value,
#' as in `c(x, y = NULL) %<-% data`. `.[a, b] <- list(1, 2)` says the same. `%<>%` is that of
#' magrittr: `x %<>% sqrt()` says
#' `x <- x %>% sqrt()`.
#'
#' @param x A name, or `c()` of names.
#' @param value A list or a vector.
#' @param lhs,rhs A name, and a call of a function.
#' @returns The value, invisibly.
#' @name assignment
#' @examples
#' c(a, c(b, .), ...rest) %<-% list(1, list(2, 3), 4, 5)
#' rest
#' c(x, y, sample_weight = NULL) %<-% list(1, 2)
#' sample_weight
#' .[first, second] <- list(1, 2)
#' second
NULL

#' @rdname assignment
#' @export
`%<-%` <- function(x, value) {
  destructure(substitute(x), value, parent.frame(), current_env())
  invisible(value)
}

#' @rdname assignment
#' @format NULL
#' @usage NULL
#' @export
. <- structure(list(), class = "rdeep_names")

#' @export
`[<-.rdeep_names` <- function(x, ..., value) {
  pattern <- substitute(c(...))
  destructure(pattern, value, parent.frame(), current_env())
  invisible(x)
}

#' @export
print.rdeep_names <- function(x, ...) {
  cat("`.[a, b] <- list(1, 2)` assigns to `a` and `b`.\n")
  invisible(x)
}

#' @name %<>%
#' @rdname assignment
#' @importFrom magrittr %<>%
#' @export %<>%
NULL

destructure <- function(pattern, value, env, .call) {
  if (!is.call(pattern) || !identical(pattern[[1]], quote(c))) {
    if (!identical(pattern, quote(.))) {
      eval(call("<-", pattern, call("quote", value)), env)
    }
    return(invisible())
  }
  parts <- as.list(pattern)[-1]
  names <- names2(parts)
  # `y = NULL`: a name, and what it gets where there is no value for it.
  default <- nzchar(names)
  rest <- vapply(parts, is_rest, NA)
  values <- if (is.list(value)) unclass(value) else as.list(value)
  few <- length(values) < sum(!rest & !default)
  if (few || (!any(rest) && length(values) > length(parts)) || sum(rest) > 1) {
    abort_rdeep(
      "argument",
      sprintf("%d names cannot take %d values.", length(parts), length(values)),
      argument = "x",
      received = value,
      call = .call
    )
  }
  # Names with defaults take what the others leave, from the first on.
  spare <- length(values) - sum(!rest & !default)
  filled <- !rest & (!default | cumsum(default) <= spare)
  taken <- vector("list", length(parts))
  before <- sum(filled[seq_len(match(TRUE, rest, nomatch = 1) - 1)])
  extra <- before + seq_len(length(values) - sum(filled))
  taken[filled] <- if (any(rest)) values[-extra_or_none(extra, values)] else values
  if (any(rest)) {
    taken[rest] <- list(values[extra])
  }
  for (i in seq_along(parts)) {
    target <- if (default[i]) as.name(names[i]) else parts[[i]]
    if (rest[i]) {
      if (identical(parts[[i]], quote(...))) next
      target <- as.name(sub("^[.]{3}", "", as.character(parts[[i]])))
    }
    destructure(target, if (filled[i] || rest[i]) taken[[i]] else eval(parts[[i]], env), env, .call)
  }
  invisible()
}

is_rest <- function(part) is.symbol(part) && grepl("^[.]{3}", part)

# For a negative index: of no places it would take all away.
extra_or_none <- function(extra, values) if (length(extra)) extra else length(values) + 1L

#' Lists by name, and lists of lists
#'
#' `named_list()` names its elements by how they were written: `named_list(x, y)` is
#' `list(x = x, y = y)`. `zip_lists()` turns lists of equal length inside out.
#'
#' @param ... Values; for `zip_lists()` lists of one length, with the same names if they have any.
#' @returns A list.
#' @family arrays
#' @examples
#' x <- 1
#' named_list(x, y = 2)
#' zip_lists(list(1, 2), list("a", "b"))
#' @export
named_list <- function(...) {
  values <- list2(...)
  written <- vapply(rlang::enexprs(...), function(x) paste(deparse(x), collapse = " "), "")
  own <- names(values) %||% rep("", length(values))
  stats::setNames(values, ifelse(nzchar(own), own, written))
}

#' @rdname named_list
#' @export
zip_lists <- function(...) {
  lists <- list2(...)
  sizes <- lengths(lists)
  names <- names(lists[[1]])
  same <- vapply(lists, function(x) setequal(names(x), names), NA)
  if (length(unique(sizes)) > 1 || !all(same)) {
    abort_rdeep(
      "argument",
      sprintf("Lists must have one length and the same names; they have %s elements.",
              paste(sizes, collapse = ", ")),
      argument = "...",
      call = current_env()
    )
  }
  places <- names %||% seq_len(sizes[1])
  out <- lapply(places, function(place) lapply(lists, `[[`, place))
  stats::setNames(out, names)
}
