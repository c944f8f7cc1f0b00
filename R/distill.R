# `distill()`: a small network learns what a teacher predicts.

#' Distil a model into a small network
#'
#' Trains a network, the student, on what a fitted model, the teacher, predicts: its probabilities
#' say more of a sample than its class alone. So a network with a tenth of the parameters comes
#' close to its teacher, and nearly always closer than trained by itself.
#'
#' Classes: for a sample with the class \eqn{y}, the student's probabilities \eqn{p} and the
#' teacher's \eqn{q} the loss is \deqn{\alpha\,CE(y, p) + (1 - \alpha)\,T^2\,KL(q_T \| p_T),}{alpha
#' * CE(y, p) + (1 - alpha) * T^2 * KL(q_T || p_T),} where \eqn{q_T}, proportional to
#' \eqn{q^{1/T}}{q^(1/T)}, are the probabilities at the temperature \eqn{T}. Numbers: the student is
#' trained on \eqn{\alpha y + (1 - \alpha) q}. Of samples without an outcome (`NA`) the teacher's
#' answer alone counts.
#'
#' The teacher is asked once for all samples before training begins, which then takes as long as
#' that of the student alone.
#'
#' @section Features:
#' With `features`, what a layer of the student gives is drawn to what a layer of the teacher gives:
#' their mean squared distance, in spreads of the teacher's, is added to the loss (FitNets). Where
#' their last axes differ in size, a dense layer is trained along and left out in the end; where
#' other axes do, both are averaged over these. The teacher must be a network.
#'
#' @param teacher Any fitted model: a network of either engine, a `deep_*` model, an [ensemble()], a
#'   model of another package, or a function of new data that returns numbers, or a matrix of
#'   probabilities with the classes as its columns.
#' @param student A network, which is trained in place. With a formula its output layer is added, as
#'   by [fit()][fit.rdeep_model()]; else it ends in a softmax, in one sigmoid unit for two classes,
#'   or in numbers.
#' @param x,y The samples and their outcome, as for [fit()][fit.rdeep_model()]. `x` may be a formula
#'   with `data` beside it: the teacher is then given the rows of `data`, the student the columns
#'   that the formula makes. Outcomes may be missing; without `y` only the teacher counts.
#' @param ... Further arguments of [fit()][fit.rdeep_model()]: `batch_size`, `callbacks`, `verbose`
#'   and so on.
#' @param data The data frame that a formula speaks of.
#' @param temperature The temperature \eqn{T}, above 0: the larger, the more is seen of the classes
#'   that the teacher holds unlikely.
#' @param alpha How much the outcome itself counts, from 0 to 1.
#' @param features The names of two layers, `c(teacher = , student = )`; by default none.
#' @param feature_weight How much the distance of features counts.
#' @param mixup How many further samples for each: random places between two samples (of categories,
#'   those of one or the other), of which the teacher is asked. It helps where samples are few.
#' @param teacher_x The samples as the teacher takes them, where it takes them otherwise than `x`.
#' @param optimizer An optimizer or its name; by default the one that the student is compiled with,
#'   else Adam.
#' @param epochs How many epochs.
#' @param validation_data With a formula a data frame, else `list(x, y)` or `list(x, y, teacher_x)`.
#' @returns The student, invisibly: a network as any other, which knows the classes and is compiled
#'   as it was, or for its task.
#' @references
#' Hinton, G., Vinyals, O. and Dean, J. (2015). Distilling the knowledge in a neural network.
#' \url{https://arxiv.org/abs/1503.02531}
#'
#' Romero, A. et al. (2015). FitNets: hints for thin deep nets. ICLR.
#' \url{https://arxiv.org/abs/1412.6550}
#' @family ensembles
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' set.seed(1)
#' teacher <- deep_tabular(Species ~ ., iris, epochs = 30, verbose = 0)
#' student <- keras_model_sequential() |> layer_dense(4, activation = "relu")
#' distill(
#'   teacher, student, Species ~ .,
#'   data = iris, mixup = 2, optimizer = optimizer_adam(0.02), epochs = 20, verbose = 0
#' )
#' predict(student, iris[c(1, 51, 101), ], type = "prob")
#' count_params(student)
#' @export
distill <- function(teacher,
                    student,
                    x = NULL,
                    y = NULL,
                    ...,
                    data = NULL,
                    temperature = 4,
                    alpha = 0.1,
                    features = NULL,
                    feature_weight = 1,
                    mixup = 0,
                    teacher_x = NULL,
                    optimizer = NULL,
                    epochs = 10,
                    validation_data = NULL) {
  call <- current_env()
  check_student_model(student, call)
  check_present(is.null(x), "x", "samples, or a formula beside data", call)
  call_core(
    "check_numbers",
    temperature = as_number(temperature), alpha = as_number(alpha),
    feature_weight = as_number(feature_weight), .call = call
  )
  mixup <- check_whole(mixup, "mixup", 0, call)
  taught <- if (is_described(x)) {
    taught_by_formula(teacher, student, x, y, data, teacher_x, mixup, validation_data, call)
  } else {
    taught_by_arrays(teacher, student, x, y, teacher_x, mixup, validation_data, call)
  }
  lesson <- call_core(
    "lesson",
    student = student, type = taught$type, outputs = taught$outputs,
    temperature = as_number(temperature), alpha = as_number(alpha),
    optimizer = optimizer, teacher = if (!is.null(features)) network_teacher(teacher),
    features = if (!is.null(features)) features_in_order(features, call),
    feature_weight = as_number(feature_weight), .call = call
  )
  env <- model_env(student)
  network <- student
  if (!is.null(features)) {
    network <- new_model(fetch(lesson, "network"), list(x = env$learned$x))
  }
  # Whatever happens in training, the student is left as a network for its task.
  on.exit({
    call_method(lesson, "finish")
    env$learned <- list(x = model_env(network)$learned$x, y = taught$learned)
    env$design <- taught$design
    env$nobs <- taught$nobs
    keep_model(env)
    write_learned(student)
  })
  teach(lesson, network, taught, epochs, ..., .call = call)
  invisible(student)
}

# Trains the lesson's network on the teacher's answers.
teach <- function(lesson, network, taught, epochs, ..., .call) {
  targets <- function(part) {
    found <- call_core(
      "lesson_targets",
      lesson = lesson, predictions = part$answers, y = part$codes, x = part$seen, .call = .call
    )
    if (length(found) == 1) found[[1]] else found
  }
  held <- if (!is.null(taught$held)) list(taught$held$x, targets(taught$held))
  fit(network, taught$x, targets(taught), ..., epochs = epochs, validation_data = held)
}

check_student_model <- function(student, .call) {
  if (!inherits(student, "rdeep_model")) {
    abort_rdeep(
      "argument",
      sprintf("'student' must be a network, not %s.", describe(student)),
      argument = "student",
      received = student,
      hint = "`keras_model_sequential()` and `keras_model()` make networks.",
      call = .call
    )
  }
}

# Features are those of a network: another teacher is passed on, to be refused.
network_teacher <- function(teacher) {
  if (inherits(teacher, "rdeep_model")) teacher else class(teacher)[1]
}

features_in_order <- function(features, .call) {
  named <- setequal(names(features), c("teacher", "student"))
  if (!is.character(features) || length(features) != 2 || !(named || is.null(names(features)))) {
    abort_rdeep(
      "argument",
      sprintf(
        "'features' must be the names of two layers, `c(teacher = , student = )`, not %s.",
        describe(features)
      ),
      argument = "features", received = features, call = .call
    )
  }
  as.list(unname(if (named) features[c("teacher", "student")] else features))
}
