# What `saveRDS()` and `save()` write of an object that lives in Python.
#
# R writes an environment value by value and asks nobody. So the environment of a model, a
# layer or a tensor holds a raw vector of a class of this package's own (src/kept.c), whose
# bytes are made at the moment they are written: they are those of the weights as they are
# then, whoever changed them, and cost nothing until somebody saves. In the file, and in the
# session that reads it, it is an ordinary raw vector.

# A raw vector that is what `write(path)` writes to a file, when it is read.
lazy_bytes <- function(write, warns = TRUE) {
  .Call(rdeep_kept, function() bytes_now(write, warns))
}

# Bytes go by a file: as a Python object they would take seconds to convert.
bytes_now <- function(write, warns) {
  path <- tempfile(fileext = ".rdeep")
  on.exit(unlink(path))
  tryCatch(
    suppressWarnings({
      write(path)
      readBin(path, "raw", file.size(path))
    }),
    error = function(error) refused_bytes(error, warns)
  )
}

# What cannot be kept is said at once, and again where it is missed.
refused_bytes <- function(error, warns) {
  reason <- paste(strsplit(conditionMessage(error), "\n")[[1]], collapse = " ")
  if (warns) {
    warning("An object of rdeep cannot be saved with R's objects: ", reason, call. = FALSE)
  }
  charToRaw(paste0(refusal_mark, reason))
}

refusal_mark <- "rdeep: "

# The reason why bytes hold nothing, or NULL.
refused <- function(bytes) {
  start <- charToRaw(refusal_mark)
  if (length(bytes) >= length(start) && identical(bytes[seq_along(start)], start)) {
    return(rawToChar(bytes[-seq_along(start)]))
  }
  if (!length(bytes)) "nothing was kept of it."
}

# What `read(path)` makes of bytes, or an error that says why there are none.
from_bytes <- function(bytes, what, read, .call) {
  reason <- refused(bytes)
  if (!is.null(reason)) {
    abort_rdeep(
      "state",
      sprintf("This %s comes from another session, which could not keep it: %s", what, reason),
      hint = if (what == "model") {
        "`save_model()` and `save_model_weights()` write files of their own."
      } else {
        "Make it again."
      },
      call = .call
    )
  }
  path <- tempfile(fileext = ".rdeep")
  on.exit(unlink(path))
  writeBin(bytes, path)
  read(path)
}

# Lets go of bytes that were made for somebody who has read them.
release_bytes <- function(env) .Call(rdeep_release, env$bytes)

# Models --------------------------------------------------------------------------

keep_model <- function(env) {
  env$bytes <- lazy_bytes(function(path) {
    invoke(env$pointer, "save", list(filepath = path, overwrite = TRUE), NULL)
  })
}

revive_model <- function(env, .call) {
  env$pointer <- from_bytes(env$bytes, "model", .call = .call, read = function(path) {
    call_core("load_model", path = path, .call = .call)
  })
  keep_model(env)
}

# Layers, records, tensors --------------------------------------------------------

# What a handle has beside its pointer: `bytes`, and once they were read again, the
# `pointer` that they gave.
new_kept <- function(pointer, definition = NULL) {
  kept <- new.env(parent = emptyenv())
  keep_object(kept, pointer, definition)
  kept
}

# An object of a class of the user's own can be made anew, without bytes.
keep_object <- function(kept, pointer, definition) {
  write <- function(path) invoke(NULL, "keep_object", list(value = pointer, path = path), NULL)
  kept$bytes <- lazy_bytes(write, warns = is.null(definition))
}

handle_pointer <- function(object) {
  pointer <- attr(object, "pointer")
  if (!reticulate::py_is_null_xptr(pointer)) {
    return(pointer)
  }
  kept <- attr(object, "kept")
  if (is.null(kept$pointer) || reticulate::py_is_null_xptr(kept$pointer)) {
    revive_handle(object, kept, caller_env(2))
  }
  kept$pointer
}

revive_handle <- function(object, kept, .call) {
  model <- attr(object, "model")
  definition <- attr(object, "definition")
  if (!is.null(model)) {
    # A layer of a model is the model's, and so is its optimizer.
    kept$pointer <- if (inherits(object, "rdeep_model_optimizer")) {
      fetch(model, "optimizer", .call)
    } else {
      call_method(model, "get_layer", name = attr(object, "place"), .call = .call)
    }
    return()
  }
  what <- kind_of_handle(object)
  if (what == "symbolic tensor") {
    abort_rdeep(
      "state",
      "This symbolic tensor comes from another session: it is a part of nothing here.",
      hint = "Make the model again; a model that was made of it can be saved itself.",
      call = .call
    )
  }
  kept$pointer <- if (!is.null(definition) && !is.null(refused(kept$bytes))) {
    # A class of the user's own that was not applied to anything: it is made anew.
    unwrap(make_custom_layer(definition, attr(object, "arguments"), .call))
  } else {
    from_bytes(kept$bytes, what, .call = .call, read = function(path) {
      call_core("restore_object", path = path, .call = .call)
    })
  }
  keep_object(kept, kept$pointer, definition)
}

kind_of_handle <- function(object) {
  kinds <- c(
    rdeep_layer = "layer", rdeep_tensor = "symbolic tensor", rdeep_any_tensor = "tensor",
    rdeep_dataset = "dataset"
  )
  found <- kinds[names(kinds) %in% class(object)]
  if (length(found)) found[[1]] else "object"
}
