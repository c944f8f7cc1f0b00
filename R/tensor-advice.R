# What R's functions cannot do to tensors, and the operations that do it. Functions that R
# lets packages have methods for are in tensors.R; of the others a tensor, which is no vector,
# makes an error, and this is what is said then.

instead <- c(
  "if" = "`op_where()` or `op_cond()`",
  "while" = "`op_while_loop()`",
  "repeat" = "`op_while_loop()`",
  "for" = "operations on whole axes, `op_map()`, `op_scan()` or `op_unstack()`",
  "&&" = "`&` or `op_logical_and()`",
  "||" = "`|` or `op_logical_or()`",
  switch = "`op_switch()`",
  ":" = "`op_arange()`, or a range in brackets such as `x[1:NA, ]`",
  "<-" = "a list and `op_stack()`",
  sum = "`Reduce(\`+\`, x)` for a list of tensors",
  choose = "a formula of `op_exp()` and `op_log()`",
  beta = "a formula of `op_exp()` and `op_log()`",
  lbeta = "a formula of `op_exp()` and `op_log()`",
  digamma = "a formula of `op_exp()` and `op_log()`",
  trigamma = "a formula of `op_exp()` and `op_log()`",
  factorial = "a formula of `op_exp()` and `op_log()`",
  dbinom = "`y * op_log(p) + (1 - y) * op_log(1 - p)` for its logarithm",
  dpois = "`y * op_log(mu) - mu` for its logarithm up to a constant",
  summary = "`op_quantile()` and `op_mean()`",
  split = "`op_split()` or `op_segment_sum()`",
  subset = "`op_where()`, or truths in brackets",

  ifelse = "`op_where()`",
  stopifnot = "`op_where()`",
  isTRUE = "`op_where()`",
  pmax = "`op_maximum()`",
  pmin = "`op_minimum()`",
  sd = "`op_std()`, which divides by n,",
  var = "`op_var()`, which divides by n,",
  cov = "`op_mean()` of products",
  cor = "`op_mean()` of products of standardised values",
  mad = "`op_median()`",
  IQR = "`op_quantile()`",
  weighted.mean = "`op_sum(x * w) / op_sum(w)`",
  fivenum = "`op_quantile()`",
  scale = "`(x - op_mean(x, axis = 1)) / op_std(x, axis = 1)`",
  dnorm = "`op_exp(-x^2 / 2) / sqrt(2 * pi)`",
  pnorm = "`(1 + op_erf(x / sqrt(2))) / 2`",
  qnorm = "`sqrt(2) * op_erfinv(2 * p - 1)`",
  dexp = "`rate * op_exp(-rate * x)`",
  dlogis = "`op_sigmoid(x) * op_sigmoid(-x)`",
  plogis = "`op_sigmoid()`",
  qlogis = "`op_log(p) - op_log(1 - p)`",
  rnorm = "`random_normal()`",
  runif = "`random_uniform()`",
  rbinom = "`random_binomial()`",
  sample = "`random_shuffle()`",
  gamma = "a formula of `op_exp()` and `op_log()`",
  lgamma = "a formula of `op_exp()` and `op_log()`",
  cummax = "`op_associative_scan(op_maximum, x)`",
  cummin = "`op_associative_scan(op_minimum, x)`",
  atan2 = "`op_arctan2()`",
  signif = "`op_round()`",
  "%*%" = "`op_matmul()`",
  "%o%" = "`op_outer()`",
  "%in%" = "`op_any()` of `==`",
  match = "`op_argmax()` of `==`",
  crossprod = "`op_matmul(op_transpose(x), y)`",
  tcrossprod = "`op_matmul(x, op_transpose(y))`",
  outer = "`op_outer()`",
  kronecker = "`op_einsum()`",
  solve = "`op_solve()`",
  det = "`op_det()`",
  determinant = "`op_slogdet()`",
  svd = "`op_svd()`",
  qr = "`op_qr()`",
  chol = "`op_cholesky()`",
  eigen = "`op_eigh()`",
  norm = "`op_norm()`",
  fft = "`op_fft()`",
  diag = "`op_diagonal()` or `op_diag()`",
  lower.tri = "`op_tril()`",
  upper.tri = "`op_triu()`",
  apply = "an operation with `axis`",
  sapply = "an operation with `axis`, or `op_map()`",
  vapply = "an operation with `axis`, or `op_map()`",
  mapply = "an operation with `axis`, or `op_vectorized_map()`",
  Reduce = "`op_scan()`",
  sweep = "R's operators, which stretch axes of one place",
  prop.table = "`x / op_sum(x, axis = -1, keepdims = TRUE)`",
  aggregate = "`op_segment_sum()`",
  tapply = "`op_segment_sum()`",
  rowsum = "`op_segment_sum()`",
  rowSums = "`op_sum(x, axis = 2)`",
  colSums = "`op_sum(x, axis = 1)`",
  rowMeans = "`op_mean(x, axis = 2)`",
  colMeans = "`op_mean(x, axis = 1)`",
  max.col = "`op_argmax()`",
  which = "`op_nonzero()` or `op_where()`",
  which.max = "`op_argmax()`",
  which.min = "`op_argmin()`",
  order = "`op_argsort()`",
  rank = "`op_argsort()`, twice",
  xtfrm = "`op_argsort()`",
  quantile = "`op_quantile()`",
  ecdf = "`op_searchsorted()`",
  findInterval = "`op_searchsorted()`",
  cut = "`op_digitize()`",
  factor = "`op_one_hot()` or `op_digitize()`",
  as.factor = "`op_one_hot()` or `op_digitize()`",
  table = "`op_bincount()`",
  tabulate = "`op_bincount()`",
  hist = "`op_histogram()`",
  unique = "`op_bincount()` of whole numbers",
  duplicated = "`op_bincount()` of whole numbers",
  seq = "`op_arange()`",
  seq_len = "`op_arange()`",
  seq_along = "`op_arange()`",
  rep = "`op_tile()` or `op_repeat()`",
  rep_len = "`op_tile()`",
  head = "brackets, such as `x[1:3, ]`,",
  tail = "brackets, such as `x[-3:NA, ]`,",
  append = "`op_concatenate()`",
  array = "`op_reshape()`",
  matrix = "`op_reshape()`",
  as.numeric = "`op_cast()`",
  as.double = "`op_cast()`",
  as.integer = "`op_cast()`",
  as.logical = "`op_cast()`",
  as.character = "`op_cast()` of numbers",
  as.vector = "`op_ravel()`",
  as.matrix = "`op_reshape()`",
  embed = "`op_extract_sequences()`",
  filter = "`op_conv()`",
  convolve = "`op_conv()`",
  nchar = "a text layer"
)

# What to write instead of a function; nothing where nothing is known.
instead_of <- function(name) {
  if (isTRUE(name %in% names(instead))) {
    sprintf("Write %s instead of `%s`.", instead[[name]], shown_function(name))
  }
}

shown_function <- function(name) {
  words <- c("if", "while", "for", "repeat", "&&", "||", "%*%", "%in%", "%o%", ":", "<-")
  if (name %in% words) name else paste0(name, "()")
}

# What to write instead of the function of R's that an error in the user's function came
# from. Called while the error is handled, from `depth` calls on.
advice_for <- function(condition, depth = 0L) {
  calls <- sys.calls()
  parents <- sys.parents()
  names <- vapply(calls, called_name, "")
  inside <- vapply(seq_along(calls), is_internal, NA)
  # Those that handle the error come last.
  handling <- which(names %in% c(
    ".handleSimpleError", "signalCondition", "stop", "cli_abort", ".signalSimpleWarning"
  ))
  handling <- handling[handling > depth]
  at <- if (length(handling)) handling[[1]] - 1L else length(calls)
  if (at <= depth || !inside[[at]]) {
    own <- conditionCall(condition)
    return(if (is.call(own)) instead_of(called_name(own)))
  }
  while (parents[[at]] > depth && inside[[parents[[at]]]]) {
    at <- parents[[at]]
  }
  # A primitive has no frame: the one that failed may stand in the arguments of this function.
  own <- conditionCall(condition)
  name <- if (is.call(own) && holds_call(calls[[at]], own)) called_name(own) else names[[at]]
  instead_of(name) %||%
    # The call of the user's function itself is not among what it computes.
    if (!inherits(condition, "rdeep_error") && name != "do.call") {
      sprintf("Compute with `op_*()` functions instead of `%s`.", shown_function(name))
    }
}

# Whether an expression has another one in it.
holds_call <- function(outer, inner) {
  is.call(outer) && (identical(outer, inner) ||
    any(vapply(as.list(outer), function(part) !missing(part) && holds_call(part, inner), NA)))
}

called_name <- function(call) {
  head <- call[[1]]
  if (is.call(head) && length(head) == 3 && is.name(head[[1]])) {
    head <- head[[3]]
  }
  if (is.name(head)) sub("[.](rdeep_any_tensor|default)$", "", as.character(head)) else ""
}

# Whether a call is one of a function of R's own, or of this package's.
is_internal <- function(frame) {
  home <- environment(sys.function(frame)) %||% baseenv()
  if (identical(home, topenv())) {
    return(TRUE)
  }
  environmentName(topenv(home)) %in% c("base", "stats", "utils", "methods")
}

# `na.rm = TRUE` that leaves nothing out would be a wrong number.
refuse_na_rm <- function(na.rm, name, .call = caller_env()) {
  if (isTRUE(na.rm)) {
    abort_rdeep(
      "argument",
      sprintf("`%s()` of a tensor has no `na.rm`.", name),
      argument = "na.rm",
      received = na.rm,
      hint = "`op_where(op_isnan(x), 0, x)` replaces what is missing.",
      call = .call
    )
  }
}

refuse_tensor <- function(name, .call) {
  abort_rdeep(
    "argument",
    sprintf("Tensors have no `%s()`.", name),
    hint = instead_of(name),
    call = .call
  )
}

# Tensors are equal whose values are; symbolic ones, that are the same one.
#' @method all.equal rdeep_any_tensor
#' @export
all.equal.rdeep_any_tensor <- function(target, current, ...) {
  if (has_symbolic(list(target, current))) {
    return(identical(unwrap(target), unwrap(current)))
  }
  as_array <- function(x) if (inherits(x, "rdeep_any_tensor")) as.array(x) else x
  all.equal(as_array(target), as_array(current), ...)
}

# Generics whose default methods would take a tensor for something else.

#' @export
xtfrm.rdeep_any_tensor <- function(x) refuse_tensor("order", current_env())
#' @export
unique.rdeep_any_tensor <- function(x, incomparables = FALSE, ...) {
  refuse_tensor("unique", current_env())
}
#' @export
duplicated.rdeep_any_tensor <- function(x, incomparables = FALSE, ...) {
  refuse_tensor("duplicated", current_env())
}
#' @export
rep.rdeep_any_tensor <- function(x, ...) refuse_tensor("rep", current_env())
#' @export
as.character.rdeep_any_tensor <- function(x, ...) {
  if (inherits(x, "rdeep_tensor")) refuse_tensor("as.character", current_env())
  as.character(as_plain_vector(x))
}
#' @importFrom utils head
#' @export
head.rdeep_any_tensor <- function(x, ...) refuse_tensor("head", current_env())
#' @importFrom utils tail
#' @export
tail.rdeep_any_tensor <- function(x, ...) refuse_tensor("tail", current_env())
#' @importFrom stats quantile
#' @export
quantile.rdeep_any_tensor <- function(x, probs = seq(0, 1, 0.25), na.rm = FALSE, ...) {
  refuse_na_rm(na.rm, "quantile")
  op_quantile(x, probs, ...)
}
#' @export
diff.rdeep_any_tensor <- function(x, lag = 1L, differences = 1L, ...) {
  if (lag != 1) {
    abort_rdeep(
      "argument",
      "`diff()` of a tensor has no `lag`.",
      argument = "lag",
      received = lag,
      hint = "Write the difference of two parts, such as `x[3:NA] - x[1:-3]`.",
      call = current_env()
    )
  }
  # R's go down the rows of a matrix.
  op_diff(x, n = as.integer(differences), axis = 1)
}
#' @export
cbind.rdeep_any_tensor <- function(..., deparse.level = 1) bound_tensors(list2(...), 2L)
#' @export
rbind.rdeep_any_tensor <- function(..., deparse.level = 1) bound_tensors(list2(...), 1L)

# Vectors are columns, or rows, and numbers are repeated, as in R.
bound_tensors <- function(parts, axis, .call = caller_env()) {
  parts <- lapply(unname(parts), function(part) {
    if (is.atomic(part) && length(part) == 1) {
      return(part)
    }
    part <- if (inherits(part, "rdeep_any_tensor")) part else as_tensor(part)
    if (length(dim(part)) == 1) op_expand_dims(part, axis = axis) else part
  })
  numbers <- vapply(parts, is.atomic, NA)
  like <- parts[!numbers][[1]]
  like <- if (axis == 1) like[1:1, ] else like[, 1:1]
  parts[numbers] <- lapply(parts[numbers], function(number) op_zeros_like(like) + number)
  ranks <- vapply(parts, function(part) length(dim(part)), 0L)
  if (any(ranks != 2)) {
    abort_rdeep(
      "argument",
      "`cbind()` and `rbind()` take vectors and matrices.",
      hint = "`op_concatenate()` joins tensors along any axis.",
      call = .call
    )
  }
  op_concatenate(parts, axis = axis)
}
