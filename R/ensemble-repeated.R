# One model trained several times: deep ensembles, and snapshots of one training.

#' Deep ensembles: the same model from several seeds
#'
#' Fits a model several times, from a seed each, and averages the fits. What differs are the
#' weights that training begins with and the order of samples, which is enough for the members to
#' err in different places: predictions are better than each alone, and where members disagree is
#' where they have not learned enough (see `type = "uncertainty"` of
#' [predict][predict.rdeep_ensemble()]).
#'
#' @param fit What is fitted: a function without argument, or of the seed, that returns a fitted
#'   model; a fitted `deep_*` model, which is fitted again to the data that it keeps, or else by its
#'   call; or a network, whose copies with
#'   weights of their own are fitted to what the dots say.
#' @param members How many models.
#' @param ... For a network the arguments of [fit()][fit.rdeep_model()]: `x`, `y`, or a formula and
#'   data, `epochs` and so on.
#' @param seeds A seed for each member, by default drawn by R's random numbers.
#' @returns An [ensemble()] of the fits.
#' @references
#' Lakshminarayanan, B., Pritzel, A. and Blundell, C. (2017). Simple and scalable predictive
#' uncertainty estimation using deep ensembles. NeurIPS. \url{https://arxiv.org/abs/1612.01474}
#' @family ensembles
#' @examplesIf rdeep_available()
#' set.seed(1)
#' network <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(8, activation = "relu") |>
#'   layer_dense(3, activation = "softmax")
#' compile(network, "adam", "sparse_categorical_crossentropy")
#' deep <- ensemble_seeds(network, 3, iris[1:4], iris$Species, epochs = 5, verbose = 0)
#' predict(deep, iris[c(1, 51, 101), 1:4], type = "uncertainty")
#' @export
ensemble_seeds <- function(fit, members = 5, ..., seeds = NULL) {
  call <- current_env()
  matched <- match.call()
  seeds <- member_seeds(members, seeds, call)
  build <- member_builder(fit, ..., .env = parent.frame(), .call = call)
  before <- random_state()
  # What follows draws as if one model had been fitted.
  on.exit(if (!is.null(before)) assign(".Random.seed", before, envir = globalenv()))
  fitted <- lapply(seeds, function(seed) {
    set.seed(seed)
    found <- build(seed)
    check_present(is.null(found), "fit", "a function that returns a fitted model", call)
    found
  })
  names(fitted) <- paste0("seed_", seeds)
  new_ensemble(fitted, NULL, NULL, NULL, NULL, matched, call)
}

member_seeds <- function(members, seeds, .call) {
  if (is.null(seeds)) {
    if (!is_single(members) || !is_whole(members) || members < 2) {
      abort_rdeep(
        "argument",
        sprintf("'members' must be a whole number, 2 or more, not %s.", describe(members)),
        argument = "members", received = members, call = .call
      )
    }
    return(sample.int(99999L, members))
  }
  if (!is_whole(seeds) || length(seeds) < 2 || anyDuplicated(seeds)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'seeds' must be different whole numbers, two or more, not %s.",
        if (is.numeric(seeds)) listing(seeds, "and") else describe(seeds)
      ),
      argument = "seeds", received = seeds, hint = "One seed gives one model.", call = .call
    )
  }
  as.integer(seeds)
}

# A function of the seed that returns a fitted model.
member_builder <- function(model, ..., .env, .call) {
  if (inherits(model, "rdeep_model")) {
    check_present(...length() == 0, "x", "what the network is fitted to", .call)
    return(function(seed) {
      copy <- fresh_network(model, .call)
      fit(copy, ...)
      copy
    })
  }
  if (...length() && !is_plain_function(model)) {
    check_dots(..., .call = .call)
  }
  if (is_plain_function(model)) {
    check_dots(..., .call = .call)
    return(if (length(formals(args(model)))) model else function(seed) model())
  }
  if (inherits(model, c("deep_tabular", "rdeep_ready"))) {
    # What keeps its data needs no call.
    if (!is.null(model$data)) {
      return(function(seed) refit_rows(model, seq_len(nrow(model$data$predictors)), .call))
    }
    return(function(seed) eval(model$call, .env))
  }
  abort_rdeep(
    "argument",
    sprintf(
      "'fit' must be a function that returns a fitted model, a `deep_*` model or a network, not %s.",
      describe(model)
    ),
    argument = "fit",
    received = model,
    hint = "Such as `ensemble_seeds(function() deep_tabular(y ~ ., data))`.",
    call = .call
  )
}

# A network of the same layers, compiled alike where it was, with weights of its own.
fresh_network <- function(model, .call) {
  if (!isTRUE(fetch(model, "is_compiled"))) {
    return(clone_model(model))
  }
  sync_seed(.call)
  new_model(call_core("fresh_copy", model = model, .call = .call))
}

#' Snapshot ensembles: one training, several models
#'
#' Trains a network once, with a rate that falls to zero along half a cosine and starts again, in
#' cycles. At the end of each cycle the network has found another minimum, whose weights are kept:
#' an ensemble for the price of one training.
#'
#' In step \eqn{t} of a cycle of \eqn{T} steps the rate is
#' \eqn{\alpha (1 + \cos(\pi t / T)) / 2}{alpha (1 + cos(pi t / T)) / 2}.
#'
#' @param object A network, compiled unless it is fitted by a formula or a recipe. It ends as the
#'   last snapshot.
#' @param x,y,... The data and other arguments of [fit()][fit.rdeep_model()]: also a formula and
#'   data, `validation_data`, `batch_size`, `verbose`.
#' @param cycles How many cycles, and snapshots.
#' @param epochs How many epochs each cycle has.
#' @param learning_rate The rate \eqn{\alpha}{alpha} that each cycle begins with, by default the one
#'   that the network is compiled with.
#' @param last How many snapshots are members, the last ones; by default all.
#' @param callbacks A callback or a list of them, which follow the training.
#' @returns An [ensemble()] of the snapshots.
#' @references
#' Huang, G. et al. (2017). Snapshot ensembles: train 1, get M for free. ICLR.
#' \url{https://arxiv.org/abs/1704.00109}
#' @family ensembles
#' @examplesIf rdeep_available()
#' set.seed(1)
#' network <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(8, activation = "relu") |>
#'   layer_dense(3, activation = "softmax")
#' compile(network, optimizer_adam(0.02), "sparse_categorical_crossentropy")
#' snapshots <- ensemble_snapshots(
#'   network, iris[1:4], iris$Species,
#'   cycles = 3, epochs = 4, verbose = 0
#' )
#' predict(snapshots, iris[c(1, 51, 101), 1:4], type = "prob")
#' @export
ensemble_snapshots <- function(object,
                               x = NULL,
                               y = NULL,
                               ...,
                               cycles = 5,
                               epochs = 10,
                               learning_rate = NULL,
                               last = NULL,
                               callbacks = NULL) {
  call <- current_env()
  matched <- match.call()
  check_model(object)
  if (!is.null(last)) last <- check_whole(last, "last", 2, call)
  snapshots <- call_core(
    "snapshots",
    cycles = as_count(cycles), epochs = as_count(epochs),
    learning_rate = as_number(learning_rate), .call = call
  )
  if (!is.null(callbacks) && !is_plain_list(callbacks)) callbacks <- list(callbacks)
  fit(
    object, x, y, ...,
    epochs = as.integer(cycles * epochs), callbacks = c(callbacks, list(snapshots))
  )
  copies <- call_core(
    "snapshot_copies",
    model = object, snapshots = snapshots, last = last, .call = call
  )
  env <- model_env(object)
  members <- lapply(copies, new_model, learned = env$learned, design = env$design)
  names(members) <- paste0("cycle_", seq_len(cycles)[cycles - length(members) + seq_along(members)])
  new_ensemble(members, NULL, NULL, NULL, NULL, matched, call)
}
