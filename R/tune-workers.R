# A search in several processes, which share a file of SQLite's. Each is an R of its own, which
# reads from a file what it needs.

# Runs a search in other processes; returns whether an interrupt has ended that.
run_workers <- function(search, objective, space, options, progress, .call) {
  folder <- tempfile("search-")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  job <- file.path(folder, "job.rds")
  options["start"] <- list(NULL)
  # How the best is refitted is this process's own affair.
  objective$refit <- NULL
  saveRDS(
    list(
      objective = objective, space = space, options = options,
      globals = globals_of(objective$evaluate),
      packages = attached_packages(),
      settings = options()[grep("^rdeep[.]", names(options()))]
    ),
    job
  )
  processes <- call_core(
    "processes",
    command = list(
      file.path(R.home("bin"), "Rscript"), "-e", "rdeep:::work_on_search(commandArgs(TRUE))", job
    ),
    logs = as.list(file.path(folder, sprintf("%d.log", seq_len(options$workers)))),
    variables = list(
      R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep),
      RETICULATE_PYTHON = reticulate::py_config()$python
    ),
    .call = .call
  )
  interrupted <- tryCatch(
    {
      follow_workers(search, processes, progress)
      FALSE
    },
    interrupt = function(condition) TRUE
  )
  call_method(processes, "end", interrupt = interrupted)
  call_method(search, "settle")
  if (!interrupted) report_workers(search, processes, .call)
  interrupted
}

follow_workers <- function(search, processes, progress) {
  done <- 0
  while (fetch(processes, "running") > 0) {
    Sys.sleep(0.2)
    counts <- call_method(search, "counts")
    now <- counts$finished + counts$pruned + counts$failed
    if (now > done) {
      done <- now
      show_tuning(progress, search)
    }
  }
}

report_workers <- function(search, processes, .call) {
  failures <- unlist(fetch(processes, "failures"))
  if (length(failures) == 0) {
    return(invisible())
  }
  said <- trimws(failures[1])
  if (length(call_method(search, "rows")) == 0) {
    abort_rdeep(
      "state", sprintf("The processes of the search have failed: %s", said),
      hint = "With `workers = 1` it runs in this process.", call = .call
    )
  }
  warn(
    sprintf("%d of the processes of the search failed: %s", length(failures), said),
    class = "rdeep_warning", call = NULL
  )
}

# What a worker does: its part of a search, and nothing that is shown.
work_on_search <- function(job) {
  job <- readRDS(job)
  options(job$settings)
  for (package in rev(job$packages)) {
    suppressPackageStartupMessages(require(package, character.only = TRUE, quietly = TRUE))
  }
  suppressPackageStartupMessages(require("rdeep", character.only = TRUE, quietly = TRUE))
  list2env(job$globals, globalenv())
  call <- current_env()
  search <- open_search(job$space, job$options, call, first = FALSE)
  progress <- new_tuning_progress(search, 0L, call)
  run_trials(search, job$objective, job$space, progress, call)
  invisible()
}

attached_packages <- function() {
  packages <- sub("^package:", "", grep("^package:", search(), value = TRUE))
  setdiff(packages, "rdeep")
}

# What functions use of the user's workspace, which is not saved with them.
globals_of <- function(f) {
  found <- list()
  looked_at <- list()
  look <- function(x) {
    if (is.environment(x) && !identical(x, globalenv()) && !isNamespace(x) && !is_attached(x)) {
      if (any(vapply(looked_at, identical, NA, x))) return(invisible())
      looked_at <<- c(looked_at, list(x))
      # An argument that was left out has no value.
      value <- function(name) tryCatch(get(name, x), error = function(error) NULL)
      for (name in ls(x, all.names = TRUE)) look(value(name))
      look(parent.env(x))
    } else if (is.function(x) && !is.primitive(x)) {
      if (isNamespace(environment(x))) return(invisible())
      note(all.names(body(x)))
      note(all.names(as.call(c(quote(list), unname(as.list(formals(x)))))))
      look(environment(x))
    } else if (rlang::is_formula(x)) {
      note(all.names(x))
    } else if (is_plain_list(x)) {
      for (each in x) look(each)
    }
  }
  note <- function(names) {
    for (name in setdiff(unique(names), names(found))) {
      if (exists(name, globalenv(), inherits = FALSE)) {
        found[[name]] <<- get(name, globalenv())
        look(found[[name]])
      }
    }
  }
  look(f)
  found
}
