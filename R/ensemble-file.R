# Ensembles as files of data: the core's ensemble of the members' own objects.

# The core's object of an ensemble, ready to be saved.
ensemble_pointer <- function(object, .call) {
  pointers <- Map(function(member, name) member_pointer(member, name, .call),
    object$members, names(object$members)
  )
  call_core(
    "core_ensemble",
    members = unname(pointers),
    text = object$combination$text,
    annotations = list(ready = list(call = call_to_data(object$call), facts = list(.face = "R"))),
    .call = .call
  )
}

member_pointer <- function(member, name, .call) {
  if (inherits(member, "rdeep_model")) {
    model_pointer(member, .call)
  } else if (inherits(member, "deep_tabular")) {
    annotated_tabular(member, .call)
  } else if (inherits(member, "rdeep_ready")) {
    ready_pointer(member, .call)
  } else if (inherits(member, "rdeep_ensemble")) {
    ensemble_pointer(member, .call)
  } else {
    abort_rdeep(
      "file",
      sprintf(
        "Member '%s' is of class '%s', which a file of data cannot hold.", name, class(member)[1]
      ),
      argument = "model",
      hint = "`saveRDS()` keeps it; files hold models of this package.",
      call = .call
    )
  }
}

ensemble_from_core <- function(pointer, .call) {
  parts <- call_core("ensemble_parts", ensemble = pointer, .call = .call)
  members <- lapply(parts$members, model_from_core, .call = .call)
  names(members) <- as.character(unlist(parts$combination$members))
  said <- parts$annotations$ready$call
  as_ensemble(members, parts$combination, call_from_data(said %||% "ensemble()", "ensemble"))
}

# Whatever the core has read from a file, as R has it.
model_from_core <- function(pointer, .call) {
  if (inherits(pointer, "rdeep.ensembles.ensemble.Ensemble")) {
    return(ensemble_from_core(pointer, .call))
  }
  if (inherits(pointer, "rdeep.tabular.tabular.Tabular")) {
    return(tabular_from_core(pointer, .call))
  }
  if (inherits(pointer, "rdeep.ready.model.ReadyModel")) {
    return(ready_from_core(pointer, .call))
  }
  loaded <- new_model(pointer)
  read_learned(loaded)
  remember_random(model_env(loaded))
  loaded
}
