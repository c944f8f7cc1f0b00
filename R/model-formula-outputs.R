# What an outcome asks of a network: its last layer, its loss, its metrics. Where these were
# left open they are set; where they were given and do not fit, that is an error.

# The outcome of a design as targets: `kind` is classes, flags or numbers.
target_of <- function(outcomes, .call) {
  outcomes[] <- lapply(outcomes, without_class, argument = "y", .call = .call)
  y <- if (ncol(outcomes) == 1) outcomes[[1]]
  name <- outcome_label(paste(names(outcomes), collapse = ", "))
  if (is.factor(y)) {
    if (is.ordered(y)) {
      inform_ordered(name)
      y <- factor(y, levels = levels(y), ordered = FALSE)
    }
    return(list(kind = "classes", name = name, width = nlevels(y), values = y))
  }
  if (is.logical(y)) {
    return(list(kind = "flags", name = name, width = 1L, values = as.integer(y)))
  }
  plain <- vapply(outcomes, function(column) is.numeric(column) && !is.object(column), NA)
  if (!all(plain)) {
    refuse_target(outcomes[[which(!plain)[1]]], names(outcomes)[!plain][1], .call)
  }
  values <- y %||% as_plain_matrix(outcomes)
  list(kind = "numbers", name = name, width = NCOL(values), values = values)
}

inform_ordered <- function(name) {
  inform(
    sprintf(
      "'%s' is an ordered factor: its levels are classes here, their order is not used.", name
    ),
    class = "rdeep_message",
    .frequency = "once",
    .frequency_id = paste0("rdeep_ordered_", name)
  )
}

refuse_target <- function(y, name, .call) {
  survival <- inherits(y, "Surv")
  abort_rdeep(
    "data",
    sprintf(
      "The outcome '%s' is %s; your own network learns numbers, a factor, or TRUE and FALSE.",
      name, if (survival) "survival times" else describe(y)
    ),
    argument = "formula", received = y,
    hint = if (survival) {
      "`deep_tabular()` has models for survival times."
    } else {
      "`deep_tabular()` takes one outcome, of more kinds."
    },
    call = .call
  )
}

# Makes sure that the model has a last layer and a loss for the target.
prepare_output <- function(model, target, .call) {
  if (is_compiled_with_loss(model)) {
    check_output(model, target, .call)
    return(invisible())
  }
  output <- output_layer(model)
  loss <- loss_for(output, target)
  if (is.null(loss)) {
    loss <- add_output(model, output, target, .call)
  }
  compile_with(model, loss, target)
}

is_compiled_with_loss <- function(model) {
  fetch(model, "is_compiled") && !is.null(compiled_part(model, "loss"))
}

compiled_part <- function(model, name) {
  fetch(fetch(fetch(model, "trainer"), "compiled"), name)
}

# What was compiled without a loss keeps its optimizer and its metrics.
compile_with <- function(model, loss, target) {
  metrics <- if (target$kind != "numbers") "accuracy"
  if (!fetch(model, "is_compiled")) {
    compile(model, optimizer = "adam", loss = loss, metrics = metrics)
    return(invisible())
  }
  call_method(
    model, "compile",
    optimizer = compiled_part(model, "optimizer"),
    loss = loss,
    metrics = compiled_part(model, "metrics") %||% metrics,
    loss_weights = compiled_part(model, "loss_weights"),
    weighted_metrics = compiled_part(model, "weighted_metrics"),
    steps_per_execution = compiled_part(model, "steps_per_execution"),
    jit_compile = compiled_part(model, "jit") %||% "auto",
    dtype_policy = compiled_part(model, "policy")
  )
}

# Last layers -------------------------------------------------------------------

# The layer that gives the output: its name, kind, width and activation, where known.
output_layer <- function(model) {
  sequential <- is_sequential(model)
  records <- if (sequential) fetch(model, "records") else last_record(model)
  if (length(records) == 0) {
    return(list(sequential = TRUE, kind = "none", width = NA, activation = "linear"))
  }
  last <- records[[length(records)]]
  activation <- activation_of(last)
  shaping <- c("Activation", "Softmax")
  while (record_kind(last) %in% shaping && length(records) > 1) {
    records <- records[-length(records)]
    last <- records[[length(records)]]
    if (activation == "linear") activation <- activation_of(last)
  }
  kind <- record_kind(last)
  built <- fetch(model, "is_built")
  shape <- if (built) fetch(model, "output_shapes")[[1]]
  units <- if (kind == "Dense") fetch(last, "units") else NA
  list(
    sequential = sequential,
    name = if (built) utils::tail(fetch(model, "output_names"), 1)[[1]],
    outputs = if (built) length(fetch(model, "output_names")) else 1L,
    kind = kind,
    width = if (length(shape) == 2) shape[[2]] else units,
    activation = activation
  )
}

is_sequential <- function(model) reticulate::py_has_attr(model_pointer(model), "records")

last_record <- function(model) {
  name <- utils::tail(fetch(model, "output_names"), 1)[[1]]
  list(fetch(call_method(model, "get_layer", name = name), "record"))
}

record_kind <- function(record) sub("^.*[.]", "", class(record)[1])

activation_of <- function(record) {
  if (record_kind(record) == "Softmax") {
    return("softmax")
  }
  if (!reticulate::py_has_attr(record, "activation")) {
    return("linear")
  }
  activation <- fetch(record, "activation")
  if (is.null(activation)) "linear" else tolower(record_kind(activation))
}

# The loss that a last layer goes with for a target; NULL if it can not be the output.
loss_for <- function(output, target) {
  if (output$kind == "none" || (output$sequential && output$kind != "Dense")) {
    return(NULL)
  }
  fits <- identical(as.integer(output$width), as.integer(target$width))
  one_sigmoid <- identical(as.integer(output$width), 1L) && output$activation == "sigmoid"
  if (one_sigmoid && (target$kind == "flags" || identical(target$width, 2L))) {
    return("binary_crossentropy")
  }
  if (target$kind == "classes" && fits && output$activation == "softmax") {
    return("sparse_categorical_crossentropy")
  }
  if (target$kind == "numbers" && fits && reaches(output$activation, target$values)) "mse"
}

# Can an activation give these values?
reaches <- function(activation, values) {
  range <- range(values)
  switch(activation,
    linear = TRUE,
    sigmoid = range[1] >= 0 && range[2] <= 1,
    tanh = range[1] >= -1 && range[2] <= 1,
    softplus = range[1] >= 0,
    FALSE
  )
}

output_activation <- function(target) {
  switch(target$kind, classes = "softmax", flags = "sigmoid", numbers = "linear")
}

add_output <- function(model, output, target, .call) {
  activation <- output_activation(target)
  if (!output$sequential) {
    refuse_width(output, target, .call)
  }
  scores <- output$kind == "Dense" && output$activation == "linear" &&
    identical(as.integer(output$width), as.integer(target$width))
  if (scores) {
    layer_activation(model, activation)
    added <- sprintf("layer_activation(\"%s\")", activation)
  } else {
    layer_dense(model, target$width, activation = activation)
    added <- dense_text(target)
  }
  inform(
    sprintf("Added an output for %s: `%s`.", target_text(target), added),
    class = "rdeep_message"
  )
  switch(target$kind,
    classes = "sparse_categorical_crossentropy",
    flags = "binary_crossentropy",
    numbers = "mse"
  )
}

dense_text <- function(target) {
  activation <- output_activation(target)
  if (activation == "linear") {
    return(sprintf("layer_dense(%d)", target$width))
  }
  sprintf("layer_dense(%d, activation = \"%s\")", target$width, activation)
}

target_text <- function(target) {
  switch(target$kind,
    classes = sprintf("the %d levels of '%s'", target$width, target$name),
    flags = sprintf("the flags '%s'", target$name),
    numbers = if (target$width == 1) {
      sprintf("the numbers '%s'", target$name)
    } else {
      sprintf("the %d numbers '%s'", target$width, target$name)
    }
  )
}

# Models that the user compiled -------------------------------------------------

check_output <- function(model, target, .call) {
  output <- output_layer(model)
  if (output$outputs > 1) {
    abort_rdeep(
      "shape",
      sprintf("A formula gives one outcome; the model has %d outputs.", output$outputs),
      argument = "x",
      hint = "Give `x` and `y`, with `y` as a list of targets.", call = .call
    )
  }
  loss <- loss_name(compiled_part(model, "loss"))
  two_only <- loss %in% losses_of_flags && target$width > 2
  if (target$kind == "classes" && (loss %in% losses_of_numbers || two_only)) {
    abort_rdeep(
      "argument",
      sprintf(
        "The loss is for %s; it does not fit %s.",
        if (two_only) "two classes" else "numbers", target_text(target)
      ),
      argument = "loss", received = loss,
      hint = "`compile()` with \"sparse_categorical_crossentropy\", or without a loss.",
      call = .call
    )
  }
  wanted <- units_for(target, loss)
  if (!is.na(output$width) && !is.null(wanted) && output$width != wanted) {
    refuse_width(output, target, .call, wanted)
  }
}

# How many units a loss wants for a target; `NULL` where that is the loss's affair.
units_for <- function(target, loss) {
  if (target$kind == "classes") {
    if (loss %in% losses_of_classes) {
      return(target$width)
    }
    return(if (target$width == 2 && loss %in% losses_of_flags) 1L)
  }
  if (loss %in% c(losses_of_numbers, losses_of_flags)) target$width
}

losses_of_classes <- c("sparsecategoricalcrossentropy", "categoricalcrossentropy")

losses_of_flags <- "binarycrossentropy"

losses_of_numbers <- c(
  "mse", "mae", "mape", "msle", "meansquarederror", "meanabsoluteerror",
  "meanabsolutepercentageerror", "meansquaredlogarithmicerror", "huber", "logcosh", "poisson"
)

# Their outputs have parameters of distributions, or belong together.
other_losses_of_numbers <- c(
  "cosine", "cosinesimilarity", "gaussianlikelihood", "negativebinomiallikelihood",
  "poissonlikelihood", "quantileloss"
)

refuse_classes_as_numbers <- function(what, loss, .call) {
  abort_rdeep(
    "argument",
    sprintf("The loss is for numbers; it does not fit %s.", what),
    argument = "loss", received = loss,
    hint = paste(
      "`compile()` with \"sparse_categorical_crossentropy\" and a unit for each level;",
      "if the levels are numbers, give the numbers."
    ),
    call = .call
  )
}

# A loss by its name or its record, in letters alone.
loss_name <- function(loss) {
  if (is.list(loss) && !is.object(loss)) {
    loss <- loss[[1]]
  }
  name <- if (is.character(loss)) loss[1] else record_kind(loss)
  gsub("[^a-z]", "", tolower(name))
}

refuse_width <- function(output, target, .call, wanted = target$width) {
  write <- dense_text(target)
  if (wanted != target$width) {
    write <- "layer_dense(1, activation = \"sigmoid\")"
  }
  layer <- if (is.null(output$name)) "The last layer" else sprintf("The layer '%s'", output$name)
  units <- if (identical(as.integer(output$width), 1L)) "unit" else "units"
  abort_rdeep(
    "shape",
    if (!is.na(output$width) && output$width != wanted) {
      sprintf(
        "%s has %d %s; with this loss, %s take %d.",
        layer, output$width, units, target_text(target), wanted
      )
    } else {
      sprintf(
        "%s has the activation \"%s\", which does not fit %s.",
        layer, output$activation, target_text(target)
      )
    },
    layer = output$name, received = output$width, expected = wanted,
    hint = paste0(
      "Write `", write, "`.",
      if (output$sequential) {
        " Or leave out `compile()` and that layer: then `fit()` adds one, with its loss."
      }
    ),
    call = .call
  )
}
