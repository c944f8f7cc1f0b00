# Packages that have generics of the same names, attached beside this one, before it or after. Their
# generics get our methods when both packages are loaded; ours pass on what is theirs.

# Calls the function of another package that knows an object. Only what is loaded is asked: an
# object of a package that is not loaded has no methods.
elsewhere <- function(name, packages, object, ..., .call) {
  for (package in Filter(isNamespaceLoaded, packages)) {
    if (knows(package, name, object)) {
      return(getExportedValue(package, name)(object, ...))
    }
  }
  abort_rdeep(
    "argument",
    sprintf("'object' must be a model, not %s.", describe(object)),
    argument = "object",
    received = object,
    call = .call
  )
}

# What is no model of any package: generics would say so in R's words.
#' @export
fit.default <- function(object, ...) refuse_no_model(object, current_env())
#' @export
compile.default <- function(object, ...) refuse_no_model(object, current_env())

refuse_no_model <- function(object, .call) {
  abort_rdeep(
    "argument",
    sprintf("'object' must be a model, not %s.", describe(object)),
    argument = "object",
    received = object,
    hint = if (inherits(object, "rdeep_layer")) {
      "Put the layer into a model: `keras_model_sequential(input_shape = 3) |> layer_dense(1)`."
    } else {
      "`keras_model_sequential()` and `keras_model()` make models."
    },
    call = .call
  )
}

knows <- function(package, name, object) {
  if (!name %in% getNamespaceExports(package)) {
    return(FALSE)
  }
  namespace <- asNamespace(package)
  # The implicit classes, such as "matrix", are nobody's models.
  methods <- lapply(class(object), function(class) {
    utils::getS3method(name, class, optional = TRUE, envir = namespace)
  })
  # luz has a function for objects of its own, which is no generic.
  any(lengths(methods) > 0) || any(startsWith(class(object), paste0(package, "_")))
}

# Of torch for R.
as_array.rdeep_any_tensor <- function(x) as.array(x)

packages_beside <- c("keras", "keras3", "luz", "tabnet", "tensorflow", "tfestimators", "torch")

# `S3method(package::generic, class)` in NAMESPACE would stop this package from loading beside a
# version that lacks the generic.
register_beside <- function() {
  for (package in packages_beside) {
    local({
      name <- package
      setHook(packageEvent(name, "onLoad"), function(...) register_with(name))
    })
    if (isNamespaceLoaded(package)) register_with(package)
  }
}

# Gives a package's generics the methods that ours of the same name have.
register_with <- function(package) {
  namespace <- asNamespace(package)
  ours <- asNamespace("rdeep")
  methods <- getNamespaceInfo(ours, "S3methods")[, 1:2]
  methods <- rbind(methods, c("as_array", "rdeep_any_tensor"))
  for (i in which(methods[, 1] %in% ls(namespace) & grepl("^(rdeep_|deep_)", methods[, 2]))) {
    generic <- methods[i, 1]
    f <- get(generic, namespace)
    method <- get0(paste(methods[i, ], collapse = "."), ours, mode = "function")
    if (is.function(f) && !is.null(method) && is_generic(f)) {
      registerS3method(generic, methods[i, 2], method, envir = namespace)
    }
  }
}

is_generic <- function(f) "UseMethod" %in% all.names(body(f))
