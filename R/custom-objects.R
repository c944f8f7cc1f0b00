# The objects of the user's own that keras3 keeps a list of. Files hold what layers and
# losses compute, so none of them is needed to read one; the list is kept for scripts that
# look things up in it.

#' Custom objects
#'
#' keras3 needs to be told of classes and functions of one's own before it reads a model
#' that has them. rdeep's files hold what these compute, so they can be read without. These
#' functions keep the list that scripts written for keras3 expect.
#'
#' @param object,obj A class or function of your own, such as [Layer()] returns.
#' @param name The name to enter it under; by default its own.
#' @param package What the name begins with.
#' @param custom_objects,objects A named list of objects, or an object.
#' @param module_objects Another named list to look into.
#' @param clear Whether to forget what was entered before.
#' @param expr What to evaluate while the objects are known.
#' @returns `register_keras_serializable()` returns the object, invisibly;
#'   `get_registered_name()` its name, `get_registered_object()` the object of a name or
#'   `NULL`, `get_custom_objects()` all of them. `with_custom_object_scope()` returns the
#'   value of `expr`.
#' @family custom classes
#' @examples
#' double <- function(y_true, y_pred) 2 * op_mean(op_square(y_true - y_pred))
#' register_keras_serializable(double, "double", "mine")
#' get_registered_name(double)
#' names(get_custom_objects())
#' @export
register_keras_serializable <- function(object, name = NULL, package = NULL) {
  name <- name %||% own_name(object) %||% deparse1(substitute(object))
  key <- paste0(package %||% "Custom", ">", name)
  state$custom[[key]] <- object
  invisible(object)
}

# The name that a class is registered under, if it is.
name_of_class <- function(definition) {
  for (key in names(state$custom)) {
    if (identical(attr(state$custom[[key]], "definition")$class, definition$class)) {
      return(key)
    }
  }
  NULL
}

own_name <- function(object) {
  attr(object, "definition")$classname %||% attr(object, "py_function_name")
}

#' @rdname register_keras_serializable
#' @export
get_registered_name <- function(obj) {
  for (key in names(state$custom)) {
    if (identical(state$custom[[key]], obj)) {
      return(key)
    }
  }
  own_name(obj) %||% deparse1(substitute(obj))
}

#' @rdname register_keras_serializable
#' @export
get_registered_object <- function(name, custom_objects = NULL, module_objects = NULL) {
  if (!is_single(name) || !is.character(name)) {
    abort_rdeep(
      "argument",
      sprintf("'name' must be a string, not %s.", describe(name)),
      argument = "name",
      received = name,
      call = current_env()
    )
  }
  known <- c(as.list(custom_objects), state$custom, as.list(module_objects))
  if (name %in% names(known)) {
    return(known[[name]])
  }
  short <- sub("^.*>", "", names(known))
  if (name %in% short) known[[match(name, short)]] else NULL
}

#' @rdname register_keras_serializable
#' @export
get_custom_objects <- function() state$custom %||% named_list()

#' @rdname register_keras_serializable
#' @export
set_custom_objects <- function(objects = named_list(), clear = TRUE) {
  before <- get_custom_objects()
  state$custom <- if (isTRUE(clear)) objects else utils::modifyList(before, objects)
  invisible(before)
}

#' @rdname register_keras_serializable
#' @export
with_custom_object_scope <- function(objects, expr) {
  before <- get_custom_objects()
  on.exit(state$custom <- before)
  state$custom <- c(before, as_named_objects(objects))
  expr
}

as_named_objects <- function(objects) {
  if (!is_plain_list(objects)) {
    objects <- list(objects)
  }
  missing_names <- names2(objects) == ""
  names(objects)[missing_names] <- vapply(objects[missing_names], function(object) {
    own_name(object) %||% "object"
  }, "")
  objects
}
