# Settings of a script that can be given from outside, as in tfruns.

#' Flags of a training script
#'
#' `flags()` declares what a script may be told from outside and returns the values: the default,
#' over it what `flags.yml` says, over that the option `rdeep.flags` (a named list), over that the
#' command line (`Rscript train.R --epochs 5`, or `--epochs=5`).
#'
#' @param ... Flags, as `flag_*()` declare them; or default values by name.
#' @param name The flag's name.
#' @param default Its default.
#' @param description What it is.
#' @param config The section of the file, if it has sections; `"default"` holds for all.
#' @param file A YAML file; it need not be there. The package yaml reads it.
#' @param arguments The command line.
#' @returns `flags()`: a named list. `flag_*()`: a flag.
#' @family scripts
#' @examples
#' FLAGS <- flags(
#'   flag_integer("epochs", 10),
#'   flag_numeric("dropout", 0.2),
#'   arguments = c("--epochs", "3")
#' )
#' FLAGS$epochs
#' @export
flags <- function(...,
                  config = Sys.getenv("R_CONFIG_ACTIVE", unset = "default"),
                  file = "flags.yml",
                  arguments = commandArgs(TRUE)) {
  call <- current_env()
  declared <- flags_from(list2(...), call)
  values <- lapply(declared, function(flag) flag$default)
  sources <- list(
    list(from_file(file, config, call), sprintf("'%s'", file)),
    list(getOption("rdeep.flags", list()), "the option 'rdeep.flags'"),
    list(from_command_line(arguments, names(declared)), "the command line")
  )
  for (source in sources) {
    for (name in intersect(names(source[[1]]), names(declared))) {
      values[[name]] <- flag_value(declared[[name]], source[[1]][[name]], source[[2]], call)
    }
  }
  values
}

#' @rdname flags
#' @export
flag_numeric <- function(name, default, description = NULL) {
  new_flag("numeric", name, default, description, current_env())
}

#' @rdname flags
#' @export
flag_integer <- function(name, default, description = NULL) {
  new_flag("integer", name, default, description, current_env())
}

#' @rdname flags
#' @export
flag_boolean <- function(name, default, description = NULL) {
  new_flag("boolean", name, default, description, current_env())
}

#' @rdname flags
#' @export
flag_string <- function(name, default, description = NULL) {
  new_flag("string", name, default, description, current_env())
}

new_flag <- function(type, name, default, description, .call) {
  flag <- list(type = type, name = name, description = description)
  flag$default <- flag_value(flag, default, "'default'", .call)
  structure(flag, class = "rdeep_flag")
}

# What was given as plain values is a flag of the value's type.
flags_from <- function(given, .call) {
  own <- names(given) %||% rep("", length(given))
  found <- lapply(seq_along(given), function(i) {
    value <- given[[i]]
    if (inherits(value, "rdeep_flag")) {
      return(value)
    }
    type <- c(double = "numeric", integer = "integer", logical = "boolean", character = "string")
    if (!nzchar(own[i]) || !is_single(value) || !typeof(value) %in% names(type)) {
      abort_rdeep(
        "argument",
        "Flags are declared by `flag_*()`, or given as single values by name.",
        argument = "...",
        call = .call
      )
    }
    new_flag(type[[typeof(value)]], own[i], value, NULL, .call)
  })
  stats::setNames(found, vapply(found, function(flag) flag$name, ""))
}

flag_value <- function(flag, value, where, .call) {
  out <- suppressWarnings(switch(flag$type,
    numeric = as.numeric(value),
    integer = if (is_whole(as.numeric(value))) as.integer(as.numeric(value)) else NA,
    boolean = as_boolean(value),
    string = as.character(value)
  ))
  if (length(out) == 1 && !is.na(out)) {
    return(out)
  }
  abort_rdeep(
    "argument",
    sprintf("The flag '%s' must be %s; %s says %s.", flag$name,
            c(numeric = "a number", integer = "a whole number", boolean = "true or false",
              string = "a string")[[flag$type]], where, describe(value)),
    argument = flag$name,
    received = value,
    call = .call
  )
}

as_boolean <- function(value) {
  known <- c(true = TRUE, yes = TRUE, `1` = TRUE, false = FALSE, no = FALSE, `0` = FALSE)
  if (is.logical(value)) value else unname(known[tolower(as.character(value))])
}

from_file <- function(file, config, .call) {
  if (is.null(file) || !file.exists(file)) {
    return(list())
  }
  if (!requireNamespace("yaml", quietly = TRUE)) {
    abort_rdeep(
      "dependency",
      sprintf("'%s' is read by the package yaml, which is not installed.", file),
      hint = "`install.packages(\"yaml\")` installs it; `file = NULL` does without.",
      call = .call
    )
  }
  found <- yaml::read_yaml(file)
  if (!is.list(found$default)) {
    return(found)
  }
  utils::modifyList(found$default, as.list(found[[config]]))
}

# `--name value` and `--name=value`; a name alone is true.
from_command_line <- function(arguments, known) {
  out <- list()
  i <- 1
  while (i <= length(arguments)) {
    argument <- arguments[i]
    i <- i + 1
    if (!startsWith(argument, "--")) next
    name <- gsub("-", "_", sub("=.*$", "", substring(argument, 3)))
    if (!name %in% known) next
    if (grepl("=", argument, fixed = TRUE)) {
      out[[name]] <- sub("^[^=]*=", "", argument)
    } else if (i <= length(arguments) && !startsWith(arguments[i], "--")) {
      out[[name]] <- arguments[i]
      i <- i + 1
    } else {
      out[[name]] <- "true"
    }
  }
  out
}

#' The folder of a run
#'
#' Where a training script writes its results: the option `rdeep.run_dir`, or the working folder.
#'
#' @returns A path.
#' @family scripts
#' @examples
#' run_dir()
#' @export
run_dir <- function() getOption("rdeep.run_dir", getwd())
