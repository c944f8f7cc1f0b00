# A stand-in for parsnip that does what parsnip does between a specification and a fitted
# model: it keeps what is registered, gives arguments the engine's names, throws away arguments
# of `set_engine()` that are protected, calls the engine with quosures in the call, and
# gives predictions the names and types that its users see. It follows parsnip 1.0 to 1.2.

new_parsnip <- function() {
  known <- new.env()
  known$engines <- data.frame(engine = "nnet", mode = "regression")
  add <- function(table, ...) known[[table]] <- c(known[[table]], list(list(...)))
  check <- function(model, eng, mode = NULL) {
    stopifnot(model == "mlp", is.character(eng), length(eng) == 1)
    if (!is.null(mode)) stopifnot(any(known$engines$engine == eng & known$engines$mode == mode))
  }
  self <- list(
    known = known,
    get_from_env = function(items) if (items == "mlp") known$engines else known[[items]],
    set_model_engine = function(model, mode, eng) {
      known$engines <- rbind(known$engines, data.frame(engine = eng, mode = mode))
    },
    set_dependency = function(model, eng, pkg = "parsnip", mode = NULL) check(model, eng, mode),
    set_fit = function(model, mode, eng, value) {
      check(model, eng, mode)
      stopifnot(c("defaults", "func", "interface", "protect") %in% names(value))
      add("fit", mode = mode, eng = eng, value = value)
    },
    set_encoding = function(model, mode, eng, options) {
      check(model, eng, mode)
      add("encoding", mode = mode, eng = eng, options = options)
    },
    set_pred = function(model, mode, eng, type, value) {
      check(model, eng, mode)
      stopifnot(identical(sort(names(value)), c("args", "func", "post", "pre")))
      add("pred", mode = mode, eng = eng, type = type, value = value)
    },
    set_model_arg = function(model, eng, parsnip, original, func, has_submodel) {
      check(model, eng)
      stopifnot(is.character(func$fun), is.logical(has_submodel))
      add("args", eng = eng, parsnip = parsnip, original = original, func = func)
    }
  )
  self
}

# `mlp()` and `set_engine()`: arguments are kept as quosures.
mlp_spec <- function(mode,
                     hidden_units = NULL, penalty = NULL, dropout = NULL, epochs = NULL,
                     activation = NULL, learn_rate = NULL, engine_args = rlang::quos()) {
  args <- list(
    hidden_units = rlang::enquo(hidden_units), penalty = rlang::enquo(penalty),
    dropout = rlang::enquo(dropout), epochs = rlang::enquo(epochs),
    activation = rlang::enquo(activation), learn_rate = rlang::enquo(learn_rate)
  )
  list(mode = mode, args = args, eng_args = engine_args)
}

translated <- function(parsnip, spec) {
  of_mode <- function(table) Filter(function(record) record$mode == spec$mode, table)
  fit <- of_mode(parsnip$known$fit)[[1]]$value
  key <- stats::setNames(
    vapply(parsnip$known$args, `[[`, "", "original"),
    vapply(parsnip$known$args, `[[`, "", "parsnip")
  )
  args <- Filter(function(arg) !is.null(rlang::quo_get_expr(arg)), spec$args)
  args <- args[names(args) %in% names(key)]
  names(args) <- key[names(args)]
  protected <- intersect(c(fit$protect, key), names(spec$eng_args))
  if (length(protected)) {
    warning(
      "The following arguments cannot be manually modified and were removed: ",
      paste(protected, collapse = ", "), "."
    )
  }
  eng_args <- spec$eng_args[setdiff(names(spec$eng_args), protected)]
  defaults <- fit$defaults[setdiff(names(fit$defaults), names(eng_args))]
  list(fit = fit, args = c(args, as.list(eng_args), defaults), pred = of_mode(parsnip$known$pred))
}

# `fit_xy()`, and `fit()` for an engine that takes data frames: the formula's columns.
fit_by_parsnip <- function(parsnip, spec, x, y, case_weights = NULL) {
  plan <- translated(parsnip, spec)
  maybe_data_frame <- function(x) if (is.data.frame(x)) x else as.data.frame(x)
  env <- rlang::env(x = x, y = y, weights = case_weights, maybe_data_frame = maybe_data_frame)
  data <- list(x = quote(maybe_data_frame(x)), y = quote(y))
  if (!is.null(case_weights)) data$weights <- quote(weights)
  call <- rlang::call2(plan$fit$func[["fun"]], !!!data, !!!plan$args, .ns = plan$fit$func[["pkg"]])
  list(fit = rlang::eval_tidy(call, env = env), lvl = levels(y), spec = spec, plan = plan)
}

formula_by_parsnip <- function(parsnip, spec, formula, data, case_weights = NULL) {
  frame <- stats::model.frame(formula, data)
  terms <- stats::terms(frame)
  fit_by_parsnip(
    parsnip, spec, frame[attr(terms, "term.labels")], stats::model.response(frame), case_weights
  )
}

predict_by_parsnip <- function(object, new_data, type = NULL, level = 0.95) {
  type <- type %||% if (object$spec$mode == "regression") "numeric" else "class"
  record <- Filter(function(record) record$type == type, object$plan$pred)
  if (length(record) == 0) stop("No '", type, "' prediction method available for this model.")
  value <- record[[1]]$value
  call <- rlang::call2(value$func[["fun"]], !!!value$args)
  result <- rlang::eval_tidy(call)
  if (!is.null(value$post)) result <- value$post(result, object)
  switch(type,
    numeric = tibble::tibble(.pred = as.vector(result)),
    class = tibble::tibble(.pred_class = factor(as.character(result), levels = object$lvl)),
    prob = stats::setNames(result, paste0(".pred_", object$lvl)),
    result
  )
}
