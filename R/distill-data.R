# What a student is taught: samples, the teacher's answers, what came.

# A part holds `x` as the student takes it, `answers` of the teacher, `codes` (classes from 0 and -1,
# or numbers and NaN; NULL where nothing is known) and `seen`, the samples as the teacher takes them.
taught_by_arrays <- function(teacher, student, x, y, teacher_x, mixup, held, .call) {
  if (is_batched(x)) {
    abort_rdeep(
      "argument",
      "'x' must be arrays or a data frame: the teacher is asked once, for all samples.",
      argument = "x", call = .call
    )
  }
  seen <- teacher_x %||% x
  asked <- ask_teacher(teacher, seen, y, .call)
  build_student(student, x, .call)
  check_student_output(student, asked, .call)
  part <- list(x = x, answers = asked$answers, codes = asked$codes(y), seen = seen)
  nobs <- nrow_of(x)
  if (mixup > 0) {
    check_mixable(x, teacher_x, .call)
    part <- with_mixed(part, mixed_samples(x, mixup), asked)
  }
  if (!is.null(held)) {
    held <- check_held_list(held, .call)
    also <- if (length(held) == 3) held[[3]] else held[[1]]
    held <- list(
      x = held[[1]], answers = asked$predict(also), codes = asked$codes(held[[2]], nrow_of(also)), seen = also
    )
  }
  c(part, list(
    type = asked$type, outputs = asked$outputs, held = held, nobs = nobs,
    learned = learned_levels(student, asked$levels, .call)
  ))
}

taught_by_formula <- function(teacher, student, formula, y, data, teacher_x, mixup, held, .call) {
  data <- data_of_formula(y, data, .call)
  data <- check_data(data, "formula", .call)
  known <- with_outcome_filled(formula, data)
  given <- fit_input(student, formula, NULL, known$data, "fail", NULL, NULL, .call)
  design <- given$design
  outcome <- given$y
  outcome[known$missing] <- NA
  seen <- teacher_x %||% data
  flags <- is.data.frame(design$outcome) && is.logical(design$outcome[[1]])
  asked <- ask_teacher(teacher, seen, if (flags) as.logical(outcome) else outcome, .call)
  build_student(student, given$x, .call)
  check_student_output(student, asked, .call)
  part <- list(
    x = given$x, answers = asked$answers, seen = seen,
    codes = asked$codes(if (flags) as.logical(outcome) else outcome)
  )
  if (mixup > 0) {
    check_mixable(data, teacher_x, .call)
    mixed <- mixed_samples(data, mixup)
    columns <- as_plain_matrix(forge_design(design, mixed, .call = .call)$predictors)
    part <- with_mixed(part, mixed, asked, columns)
  }
  if (!is.null(held)) {
    scored <- columns_to_score(design, check_data(held, "validation_data", .call), NULL, .call)
    truth <- if (flags) as.logical(scored$y) else scored$y
    held <- list(
      x = scored$x, answers = asked$predict(held), codes = asked$codes(truth, nrow(held)), seen = held
    )
  }
  c(part, list(
    type = asked$type, outputs = asked$outputs, held = held, design = design, nobs = nrow(data),
    learned = learned_levels(student, if (!flags) asked$levels, .call)
  ))
}

# The design is learned of rows with an outcome: those without have another row's meanwhile.
with_outcome_filled <- function(formula, data) {
  side <- if (rlang::is_formula(formula) && length(formula) == 3) formula[[2]]
  name <- if (is.name(side)) as.character(side)
  missing <- if (!is.null(name) && name %in% names(data)) is.na(data[[name]])
  if (is.null(missing) || all(missing)) {
    return(list(data = data, missing = FALSE))
  }
  data[[name]][missing] <- data[[name]][!missing][1]
  list(data = data, missing = missing)
}

# The teacher ------------------------------------------------------------------------

# What a teacher predicts: `answers` for the samples, `predict()` for others, `codes()` of outcomes,
# classes in the order of `levels`, that of the outcome where it is a factor.
ask_teacher <- function(teacher, seen, y, .call) {
  predictor <- as_predictor(teacher, seen, "teacher", .call = .call)
  levels <- levels_to_teach(predictor, y, .call)
  predict <- function(rows) {
    found <- tryCatch(predictor$predict(rows), error = function(error) {
      abort_rdeep(
        "data", "The teacher cannot predict these samples.",
        argument = "teacher",
        hint = "`teacher_x` gives them as the teacher takes them.", parent = error, call = .call
      )
    })
    if (!is.null(predictor$levels)) {
      found <- found[, match(levels, predictor$levels), drop = FALSE]
    }
    bad <- !is.finite(if (is.matrix(found)) rowSums(found) else found)
    if (any(bad)) {
      abort_data(
        sprintf(
          "The teacher predicts no number for %d of %d samples, the first in row %d.",
          sum(bad), length(bad), which(bad)[1]
        ),
        "teacher",
        hint = "Leave samples with missing values out.", .call = .call
      )
    }
    found <- unname(found)
    if (is.null(dim(found))) array(found) else found
  }
  answers <- predict(seen)
  rows <- dim(answers)[1]
  list(
    type = predictor$type, levels = levels, predict = predict, answers = answers,
    outputs = if (length(dim(answers)) > 1) ncol(answers) else 1L,
    codes = function(y, n = rows) {
      taught_codes(predictor$type, levels, y, n, dim(answers)[2], .call)
    }
  )
}

levels_to_teach <- function(predictor, y, .call) {
  if (predictor$type == "number" || !is.factor(y) || is.null(predictor$levels)) {
    return(if (predictor$type == "class") predictor$levels %||% levels(y))
  }
  if (!setequal(levels(y), predictor$levels)) {
    abort_rdeep(
      "argument",
      sprintf(
        "The teacher knows other classes than 'y': %s; and 'y' %s.",
        listing(predictor$levels, "and"), listing(levels(y), "and")
      ),
      argument = "teacher",
      hint = "Give 'y' the levels that the teacher was fitted to.",
      call = .call
    )
  }
  levels(y)
}

# Classes from 0, -1 where they are not known; numbers, NaN there.
taught_codes <- function(type, levels, y, rows, classes, .call) {
  if (is.null(y)) {
    return(NULL)
  }
  if (NROW(y) != rows) {
    abort_data(
      sprintf("'y' has %d values, and there are %d samples.", NROW(y), rows), "y",
      .call = .call
    )
  }
  missing <- if (is.null(dim(y))) is.na(y) else rowSums(is.na(y)) > 0
  if (type == "number") {
    if (!is.numeric(y)) {
      abort_data(
        sprintf("'y' must be numbers, as the teacher predicts, not %s.", describe(y)), "y",
        .call = .call
      )
    }
    y <- if (is.null(dim(y))) array(as.double(y)) else unname(as.matrix(y))
    y[is.na(y)] <- NaN
    return(y)
  }
  if (is.logical(y) && !is.null(levels)) y <- as.character(y)
  codes <- rep(-1L, length(y))
  if (any(!missing)) {
    known <- new_predictor(type, NULL, levels)
    codes[!missing] <- outcome_codes(known, y[!missing], classes, .call = .call) - 1L
  }
  array(codes)
}

# A student without an input shape finds it in the samples.
build_student <- function(student, x, .call) {
  if (!fetch(student, "is_built", .call)) {
    known <- model_env(student)$learned$x
    values <- as_model_data(x, "x", NULL, known, text_inputs(student), .call = .call)$values
    call_method(student, "build_for", x = values, .call = .call)
  }
}

check_student_output <- function(student, asked, .call) {
  call_core(
    "check_student",
    student = student, type = asked$type, outputs = asked$outputs, .call = .call
  )
}

# What a student remembers of the classes, as if it had been fitted to a factor.
learned_levels <- function(student, levels, .call) {
  if (is.null(levels)) {
    return(NULL)
  }
  some <- factor(levels, levels = levels)
  as_model_data(some, "y", output_names(student), NULL, .call = .call)$learned
}

check_held_list <- function(held, .call) {
  if (is_plain_list(held) && length(held) %in% 2:3) {
    return(held)
  }
  abort_rdeep(
    "argument",
    sprintf(
      "'validation_data' must be `list(x, y)` or `list(x, y, teacher_x)`, not %s.", describe(held)
    ),
    argument = "validation_data", received = held, call = .call
  )
}

# Mixed samples ----------------------------------------------------------------------

check_mixable <- function(x, teacher_x, .call) {
  plain <- is.data.frame(x) || (is.numeric(x) && !is.null(dim(x)))
  if (!plain || !is.null(teacher_x)) {
    abort_rdeep(
      "argument",
      "Samples can be mixed in one array or data frame, which teacher and student both take.",
      argument = "mixup", hint = "Leave `mixup` out.", call = .call
    )
  }
}

# Further samples come first, so that `validation_split` takes real ones.
with_mixed <- function(part, mixed, asked, x = mixed) {
  part$x <- bind_samples(x, part$x)
  part$answers <- bind_samples(asked$predict(mixed), part$answers)
  if (!is.null(part$codes)) {
    unknown <- if (asked$type == "class") -1L else NaN
    shape <- dim(part$codes)
    before <- array(unknown, c(nrow_of(mixed), shape[-1]))
    part$codes <- bind_samples(before, part$codes)
  }
  part$seen <- bind_samples(mixed, part$seen)
  part
}

nrow_of <- function(x) if (is_plain_list(x)) NROW(x[[1]]) else NROW(x)

bind_samples <- function(a, b) {
  if (is.data.frame(a)) {
    return(rbind(a, b[names(a)]))
  }
  shape <- dim(b) %||% length(b)
  if (length(shape) == 1) {
    return(array(c(a, b)))
  }
  if (length(shape) == 2) {
    return(rbind(a, b))
  }
  flat <- function(x) matrix(x, dim(x)[1])
  both <- rbind(flat(a), flat(b))
  array(both, c(nrow(both), shape[-1]))
}

mixed_samples <- function(x, copies) {
  found <- lapply(seq_len(copies), function(copy) {
    n <- nrow(x)
    partner <- sample.int(n)
    share <- stats::runif(n)
    if (is.data.frame(x)) {
      x[] <- lapply(x, mixed_column, partner = partner, share = share)
      return(x)
    }
    flat <- matrix(x, n)
    array(share * flat + (1 - share) * flat[partner, , drop = FALSE], dim(x), dimnames(x))
  })
  Reduce(bind_samples, found)
}

# Whole numbers become numbers between; categories are those of one sample or the other.
mixed_column <- function(column, partner, share) {
  if (is.numeric(column) && !is.object(column)) {
    return(share * column + (1 - share) * column[partner])
  }
  other <- share < 0.5
  if (is.null(dim(column))) column[other] <- column[partner][other]
  column
}
