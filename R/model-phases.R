#' A phase of training: a loss, the weights that it changes, and their optimizer
#'
#' A model is compiled with a list of phases where one loss and one optimizer do not do: a generator
#' and its discriminator (a GAN), an actor and its critic. In each batch the phases take turns, each
#' with an optimizer of its own. While one trains, the weights of the others are constants.
#'
#' `loss` is called once, with symbolic tensors, and becomes a part of a network that either engine
#' runs: it computes with `op_*()`, layers, models and `random_normal()` and its like, which draw
#' other numbers in each step. What it decides by the values of tensors is said with [op_where()].
#' [op_gradients()] gives gradients within a loss, such as those of a gradient penalty. A loss of
#' the catalogue may be called: `loss_binary_crossentropy(y_true, y_pred)`.
#'
#' [fit()][fit.rdeep_model()] is given the data that the losses take, whatever the model's own
#' inputs are. The logs are `<name>_loss` of each phase; [evaluate()] and validation give the same.
#' Phases go with the model into files: training goes on from them as if it had never stopped, for
#' data of the same form. What is compiled may be any model of the networks, such as the chain of a
#' generator and a discriminator, or an object of a [Model()] class without `call` that keeps them
#' in `self`.
#'
#' The learning rate of a model with phases is that of its first phase; what changes it
#' (`callback_reduce_lr_on_plateau()`, `callback_learning_rate_scheduler()`) changes those of the
#' other phases in proportion. Each optimizer may have a schedule of its own.
#'
#' @param name What its logs begin with: `"discriminator"` logs `discriminator_loss`.
#' @param weights What it changes: a model, a layer, the name of a layer, or a list of these. No
#'   weight may belong to two phases.
#' @param optimizer An `optimizer_*()`, or the name of one.
#' @param loss A function of the batch as `fit()` is given `x` (a tensor, or a list of them, by name
#'   if `x` has names), or of `(x, y)` where `fit()` is given `y` too. It returns one number, or a
#'   named list of numbers of which `loss` is minimised and the others are reported.
#' @param every The phase runs at the first of so many batches.
#' @param steps How often it runs there, each time with other random numbers: 5 for the critic of a
#'   Wasserstein GAN.
#' @returns A phase, for `compile(phases = )`.
#' @family training
#' @examplesIf rdeep_available()
#' generator <- keras_model_sequential(input_shape = 3) |>
#'   layer_dense(8, activation = "relu") |>
#'   layer_dense(2)
#' discriminator <- keras_model_sequential(input_shape = 2) |>
#'   layer_dense(8, activation = "relu") |>
#'   layer_dense(1)
#' gan <- keras_model_sequential(layers = list(generator, discriminator))
#'
#' judged <- loss_binary_crossentropy(from_logits = TRUE)
#' made <- function(batch) generator(random_normal(list(op_shape(batch)[[1]], 3)))
#' gan |> compile(phases = list(
#'   phase("discriminator", discriminator, optimizer_adam(2e-4, 0.5), function(batch) {
#'     real <- discriminator(batch)
#'     fake <- discriminator(made(batch))
#'     judged(op_ones_like(real), real) + judged(op_zeros_like(fake), fake)
#'   }),
#'   phase("generator", generator, optimizer_adam(2e-4, 0.5), function(batch) {
#'     fake <- discriminator(made(batch))
#'     judged(op_ones_like(fake), fake)
#'   })
#' ))
#' gan |> fit(matrix(rnorm(200), 100), epochs = 2, verbose = 0)
#' generator |> predict(matrix(rnorm(6), 2))
#' @export
phase <- function(name, weights, optimizer, loss, every = 1L, steps = 1L) {
  call <- current_env()
  f <- as_user_function(loss, "loss", call)
  taken <- names(formals(args(f)))
  made <- call_core(
    "r_phase",
    name = as_text(name),
    weights = weights,
    optimizer = as_record("optimizer", optimizer, call),
    `function` = without_conditions(f, constant = TRUE),
    arguments = if (!"..." %in% taken) length(taken),
    every = as_count(every),
    steps = as_count(steps),
    .call = call
  )
  structure(list(pointer = made, name = name), class = "rdeep_phase")
}

#' @export
print.rdeep_phase <- function(x, ...) {
  cat("<phase ", x$name, ">\n", sep = "")
  invisible(x)
}

as_phases <- function(phases, .call = caller_env()) {
  if (is.null(phases)) {
    return(NULL)
  }
  if (inherits(phases, "rdeep_phase")) phases <- list(phases)
  for (each in phases) {
    if (!inherits(each, "rdeep_phase")) {
      abort_rdeep(
        "argument",
        sprintf("'phases' must be a list of phases, not %s.", describe(each)),
        argument = "phases",
        received = each,
        hint = "Make one with `phase()`.",
        call = .call
      )
    }
  }
  lapply(unname(as.list(phases)), function(each) each$pointer)
}
