# The engine "rdeep" of parsnip's `mlp()`. Nothing here needs parsnip: it is called when
# parsnip is loaded, and finds parsnip's functions in its namespace.

#' tidymodels
#'
#' Where parsnip is installed, [deep_tabular()] is an engine of its `mlp()`:
#'
#' ```r
#' spec <- mlp(hidden_units = c(64, 32), dropout = 0.1) |>
#'   set_engine("rdeep") |>
#'   set_mode("classification")
#' fit(spec, Species ~ ., data = iris)
#' ```
#'
#' Factors reach the network as factors, and numbers are scaled by it, so that a recipe
#' need not do either. Case weights are used.
#'
#' @section Arguments:
#' | `mlp()` | `deep_tabular()` |
#' | --- | --- |
#' | `hidden_units` | `hidden_units`; several numbers are several layers |
#' | `penalty` | `weight_decay` |
#' | `dropout` | `dropout` |
#' | `epochs` | `epochs`, the most there may be: training stops by itself |
#' | `learn_rate` | `learning_rate` |
#'
#' All other arguments of [deep_tabular()] can be given to `set_engine()`, such as
#' `architecture = "tabm"` (it is `"mlp"` otherwise), `members = 5`, `patience` or `batch_size`.
#' To tune one of them, mark it there by `tune()` and name its range, as
#' `extract_parameter_set_dials(spec) |> update(patience = dials::stop_iter())`. `activation` has
#' no counterpart: parsnip leaves it out.
#'
#' @section Predictions:
#' `type = "numeric"`, `"pred_int"` (conformal, at any `level`) and `"raw"` in regression;
#' `"class"`, `"prob"` and `"raw"` in classification.
#'
#' @param x A model of [deep_tabular()].
#' @param ... Not used.
#' @returns `tunable()`: a tibble of the arguments that can be tuned and of dials' functions
#'   for them.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("parsnip", quietly = TRUE)
#' spec <- parsnip::mlp("regression", hidden_units = 8, epochs = 2, engine = "rdeep")
#' model <- parsnip::fit(spec, mpg ~ wt + hp, data = mtcars)
#' predict(model, head(mtcars, 2))
#' @name tidymodels
NULL

# Of deep_tabular()'s arguments those that can be tuned: parsnip's name, and the function
# of dials that says in which range. Learning rates and penalties are powers of 10 there,
# batch sizes powers of 2.
tunable_arguments <- list(
  hidden_units = list(parsnip = "hidden_units", fun = "hidden_units", range = c(8L, 256L)),
  weight_decay = list(parsnip = "penalty", fun = "penalty", range = c(-6, -1)),
  dropout = list(parsnip = "dropout", fun = "dropout", range = c(0, 0.5)),
  epochs = list(parsnip = "epochs", fun = "epochs", range = c(10L, 500L)),
  learning_rate = list(parsnip = "learn_rate", fun = "learn_rate", range = c(-4, -2)),
  patience = list(parsnip = "patience", fun = "stop_iter", range = c(3L, 40L)),
  batch_size = list(parsnip = "batch_size", fun = "batch_size", range = c(4L, 10L))
)

mlp_arguments <- c("hidden_units", "penalty", "dropout", "epochs", "learn_rate")

own_of_mlp <- function(arguments) {
  vapply(arguments, function(argument) argument$parsnip %in% mlp_arguments, NA)
}

dials_call <- function(argument) {
  list(pkg = "dials", fun = argument$fun, range = argument$range)
}

#' @rdname tidymodels
#' @rawNamespace S3method(generics::tunable, deep_tabular)
tunable.deep_tabular <- function(x, ...) {
  check_dots(...)
  tibble::tibble(
    name = names(tunable_arguments),
    call_info = unname(lapply(tunable_arguments, dials_call)),
    source = "deep_tabular",
    component = x$architecture,
    component_id = "main"
  )
}

# Registering ---------------------------------------------------------------------

# At once if parsnip is loaded already, else when it is.
register_with_parsnip <- function() {
  if (isNamespaceLoaded("parsnip")) {
    try_register_engine()
  }
  setHook(packageEvent("parsnip", "onLoad"), function(...) try_register_engine())
}

# A change in parsnip must not keep anybody from loading either package.
try_register_engine <- function(parsnip = asNamespace("parsnip")) {
  tryCatch(
    register_engine(parsnip),
    error = function(error) {
      packageStartupMessage(
        "rdeep could not become an engine of parsnip's mlp(): ", conditionMessage(error)
      )
    }
  )
  invisible()
}

# `parsnip`: where parsnip's functions are found by name.
register_engine <- function(parsnip) {
  # parsnip refuses to hear the same thing twice, as after reloading this package.
  if ("rdeep" %in% parsnip$get_from_env("mlp")$engine) {
    return(invisible())
  }
  for (mode in c("regression", "classification")) {
    parsnip$set_model_engine("mlp", mode = mode, eng = "rdeep")
    parsnip$set_dependency("mlp", eng = "rdeep", pkg = "rdeep", mode = mode)
    parsnip$set_fit("mlp", eng = "rdeep", mode = mode, value = engine_fit())
    parsnip$set_encoding("mlp", eng = "rdeep", mode = mode, options = engine_encoding())
    predictions <- engine_predictions(mode)
    for (type in names(predictions)) {
      parsnip$set_pred(
        "mlp",
        eng = "rdeep", mode = mode, type = type, value = predictions[[type]]
      )
    }
  }
  # What is registered as an argument of `mlp()` cannot be given to `set_engine()`: parsnip
  # throws it away there. The others reach `deep_tabular()` by `set_engine()` as they are.
  for (name in names(tunable_arguments)[own_of_mlp(tunable_arguments)]) {
    parsnip$set_model_arg(
      "mlp",
      eng = "rdeep",
      parsnip = tunable_arguments[[name]]$parsnip,
      original = name,
      func = dials_call(tunable_arguments[[name]]),
      has_submodel = FALSE
    )
  }
  invisible()
}

engine_fit <- function() {
  list(
    interface = "data.frame",
    protect = c("x", "y", "weights"),
    func = c(pkg = "rdeep", fun = "deep_tabular"),
    defaults = list(architecture = "mlp", verbose = 0)
  )
}

# Factors stay factors: the network has embeddings for them.
engine_encoding <- function() {
  list(
    predictor_indicators = "none",
    compute_intercept = FALSE,
    remove_intercept = FALSE,
    allow_sparse_x = FALSE
  )
}

# For each type of prediction how parsnip asks predict.deep_tabular() for it, and what it
# takes of the answer.
engine_predictions <- function(mode) {
  if (mode == "regression") {
    list(
      numeric = asked_as("response", function(results, object) results$.pred),
      pred_int = asked_as("interval", interval_ends, level = quote(level)),
      raw = asked_as("response")
    )
  } else {
    list(
      class = asked_as("class", function(results, object) results$.pred_class),
      prob = asked_as("prob"),
      raw = asked_as("prob")
    )
  }
}

interval_ends <- function(results, object) results[c(".pred_lower", ".pred_upper")]

asked_as <- function(type, post = NULL, ...) {
  list(
    pre = NULL,
    post = post,
    func = c(fun = "predict"),
    args = list(
      object = quote(object$fit), new_data = quote(new_data), type = type, ...
    )
  )
}
