# Generic functions of R that have no answer for a network, a tabular model or a history.
# Without a method their defaults would take a model for a list of `lm()`'s, or for numbers,
# and fail in words of their own, or return nothing, or something wrong. Each is refused here,
# with the reason and with what to use.
#
# A row of these tables: generics, the reason, and a hint. `%s` in them is the generic's name.

refusal <- function(generics, reason, hint) list(generics = generics, reason = reason, hint = hint)

# For numbers, series, trees and tests.
generics_of_data <- list(
  stats = c(
    "aggregate", "ansari.test", "ar.burg", "ar.yw", "as.dendrogram", "as.dist", "as.hclust",
    "as.stepfun", "as.ts", "bartlett.test", "biplot", "cophenetic", "cor.test", "cycle",
    "deltat", "density", "deriv", "deriv3", "diffinv", "end", "estVar", "fligner.test",
    "frequency", "friedman.test", "ftable", "getInitial", "kernapply", "knots",
    "kruskal.test", "ks.test", "lag", "makepredictcall", "mantelhaen.test", "mauchly.test",
    "mcnemar.test", "median", "monthplot", "mood.test", "na.contiguous", "na.exclude",
    "na.fail", "na.omit", "napredict", "naprint", "naresid", "NLSstAsymptotic",
    "NLSstClosestX", "NLSstLfAsymptote", "NLSstRtAsymptote", "pacf", "ppr", "prcomp",
    "princomp", "qqnorm", "quade.test", "quantile", "relevel", "reorder", "screeplot",
    "selfStart", "sortedXyData", "SSD", "start", "t.test", "time", "tsdiag", "tsSmooth",
    "var.test", "weighted.mean", "wilcox.test", "window", "window<-"
  ),
  generics = c(
    "as.difftime", "as.factor", "as.ordered", "intersect", "interpolate", "is.element",
    "setdiff", "setequal", "union"
  ),
  graphics = c(
    "Axis", "barplot", "boxplot", "cdplot", "contour", "hist", "identify", "image", "lines",
    "mosaicplot", "pairs", "persp", "points", "spineplot", "stripchart", "sunflowerplot", "text"
  ),
  base = c(
    "as.matrix", "as.table", "by", "chol", "cut", "determinant", "diff", "mean", "merge",
    "pretty", "rowsum", "scale", "solve", "split", "subset", "transform"
  )
)

# What tidymodels' packages call the steps of an analysis.
refused_of_generics <- list(
  refusal(
    c("train", "learn", "refit", "fit_xy"),
    "`%s()` is not how models are fitted here.",
    "`fit()` trains a network, `deep_tabular()` fits a tabular model."
  ),
  refusal(
    c("accuracy", "rank_results"),
    "`%s()` does not know this model.",
    "`evaluate()` scores a network, `glance()` and `summary()` a tabular model."
  ),
  refusal("var_imp", "`%s()` does not know this model.", "`importance()` is what you look for."),
  refusal(
    c("explore", "visualize"), "`%s()` does not know this model.",
    "`plot()` and `importance()` show what a model is and does."
  ),
  refusal(
    c("forecast", "components"), "A model of rows knows no time, and has no `%s()`.",
    "`predict()` gives values for new rows."
  ),
  refusal(
    c("calculate", "equation", "hypothesize", "specify", "min_grid", "prune", "estfun"),
    "There is no `%s()` for this model.",
    "`summary()` and `tidy()` say what it consists of, `predict()` what it predicts."
  ),
  refusal(
    c("tune_args", "varying_args"), "The model is fitted, and has no arguments left open.",
    "`parsnip::mlp(engine = \"rdeep\")` is a specification, which can be tuned."
  )
)

# Of a network that the user built -------------------------------------------------

no_data_kept <- "`%s()` asks for the data of the fit, which a network does not keep."
no_likelihood <- paste(
  "A network has no `%s()`: it is trained on a loss, stops where training does, and does not",
  "have the likelihood and the degrees of freedom of a regression."
)
to_regressions <- paste(
  "`evaluate(model, x, y)` gives the loss and the metrics;",
  "`deep_tabular(hidden_units = 0)` is a regression."
)

refused_by_networks <- list(
  refusal(
    c("coef", "coefficients"), "A network has weights, not coefficients.",
    "`get_weights(model)` gives them; `deep_tabular(hidden_units = 0)` is a regression."
  ),
  refusal(
    c("residuals", "resid"), no_data_kept,
    "`y - predict(model, x)` are the residuals of any data."
  ),
  refusal(
    c("fitted", "fitted.values"), no_data_kept,
    "`predict(model, x)` gives the same for the data of the fit."
  ),
  refusal(
    c("model.frame", "case.names", "na.action"), no_data_kept,
    "`model.matrix(model, data = df)` gives the columns that it makes of a data frame."
  ),
  refusal(
    "weights", paste(
      "`%s()` asks for the weights of rows, which a network does not keep."
    ),
    "`get_weights(model)` gives the weights of its layers."
  ),
  refusal(
    "update", "A network is not fitted again by its call: `%s()` has nothing to change.",
    "`fit()` trains it on; `clone_model()` makes a new one of the same layers."
  ),
  refusal(
    "getCall", "A network is built of layers, by many calls.",
    "`summary(model)` shows its layers, `get_config(model)` all of its options."
  ),
  refusal(
    c(
      "logLik", "AIC", "BIC", "extractAIC", "deviance", "df.residual", "family", "sigma", "anova",
      "add1", "drop1", "profile", "vcov", "confint", "simulate", "TukeyHSD", "model.tables",
      "se.contrast", "preplot"
    ),
    no_likelihood, to_regressions
  ),
  refusal(
    c(
      "hatvalues", "influence", "cooks.distance", "rstandard", "rstudent", "dfbeta", "dfbetas",
      "effects", "alias", "dummy.coef", "proj", "qr", "kappa"
    ),
    "`%s()` is about the columns of a regression; a network has layers.",
    "`importance()` and `explain()` say what a network makes of its inputs."
  ),
  refusal(
    c("head", "tail", "stack", "unstack", "type.convert", "toLatex", "toBibtex"),
    "A network is not a table, and has no `%s()`.",
    "`tidy(model)` is a table of its layers; `model$layers` are the layers themselves."
  ),
  refusal(
    "tunable", "A network is built of layers, whose options are not tuned by name.",
    "`tunable()` knows the arguments of `deep_tabular()`."
  ),
  refusal(
    "as.data.frame", "A network is not a table.",
    "`tidy(model)` is a table of its layers."
  )
)

# Of a `deep_tabular` ----------------------------------------------------------------

refused_by_tabular <- list(
  refusal(
    "profile", "The likelihood of this model is not profiled.",
    "`confint()` gives intervals by the standard errors."
  ),
  refusal(
    c("TukeyHSD", "model.tables", "se.contrast"), "`%s()` is for analyses of variance by `aov()`.",
    "`anova()` and `confint()` work on linear models, `marginal_effects()` on all."
  ),
  refusal(
    "preplot", "There is nothing to prepare for a plot.",
    "`plot()` draws how the model was trained, `partial_dependence()` what it has learned."
  ),
  refusal(
    c("fit", "compile"), "The model is fitted already.",
    "`update(model)` fits it again, with changes."
  ),
  refusal(
    "evaluate", "A tabular model is not scored by `%s()`.",
    "`glance()` scores it on held-out rows, `augment(model, newdata = df)` has its errors."
  ),
  refusal(
    "generate", "A tabular model generates no text.", "`predict()` gives its predictions."
  ),
  refusal(
    c("stack", "unstack", "type.convert", "toLatex", "toBibtex"),
    "A tabular model is not a table, and has no `%s()`.", "`tidy(model)` makes tables of it."
  ),
  refusal(
    "as.data.frame", "A tabular model is not a table.",
    "`tidy(model)`, `glance(model)` and `augment(model)` make tables of it."
  )
)

# Registering ------------------------------------------------------------------------

refusal_tables <- function() {
  of_data <- function(what, hint) {
    generics <- unlist(generics_of_data, use.names = FALSE)
    list(refusal(generics, paste0("`%s()` is for data; ", what), hint))
  }
  of_model <- paste(
    "`predict()` gives its predictions, `get_weights()` the weights of its layers."
  )
  of_tabular <- "`predict()` gives its predictions, `augment()` the data with them."
  networks <- c(refused_by_networks, refused_of_generics, of_data("this is a network.", of_model))
  tabular <- c(
    refused_by_tabular, refused_of_generics, of_data("this is a fitted model.", of_tabular)
  )
  # A history is asked like a model at times, since `fit()` returns it.
  asked <- unlist(lapply(c(networks, refused_by_tabular), `[[`, "generics"))
  asked <- setdiff(c(asked, of_models), c("as.data.frame", "head", "tail"))
  history <- list(refusal(
    asked,
    "A history holds the loss and the metrics of each epoch, and has no `%s()`.",
    "`as.data.frame(history)` are its numbers; the model is what `fit()` was given."
  ))
  list(rdeep_model = networks, deep_tabular = tabular, rdeep_history = history)
}

# Generics that models answer and a history does not.
of_models <- c(
  "formula", "nobs", "terms", "variable.names", "model.matrix", "predict", "labels", "glance",
  "augment", "evaluate", "explain", "tunable", "required_pkgs", "generate", "compile"
)

# Generics differ from version to version of R and of generics: those that are there.
register_refusals <- function() {
  homes <- lapply(c("stats", "generics", "graphics", "utils", "base"), asNamespace)
  tables <- refusal_tables()
  for (class in names(tables)) {
    for (row in tables[[class]]) {
      for (generic in row$generics) {
        register_refusal(generic, class, row, homes)
      }
    }
  }
}

# The same as `registerS3method()`, which copies a table of the namespace's methods each time: five
# hundred take a third of `library(rdeep)`. As methods of packages do, each waits until it is
# called.
register_refusal <- function(generic, class, row, homes) {
  for (home in homes) {
    known <- get0(generic, home, mode = "function", inherits = FALSE)
    if (!is.null(known)) {
      delay_refusal(generic, class, known, row)
    }
  }
}

delay_refusal <- function(generic, class, known, row) {
  force(row)
  # R looks for methods where the generic was made; primitive functions are base's.
  methods <- topenv(environment(known) %||% baseenv())[[".__S3MethodsTable__."]]
  delayedAssign(
    paste0(generic, ".", class), refuse_generic(generic, known, row$reason, row$hint),
    assign.env = methods
  )
}

# A method with the generic's arguments, so that they can be given by name.
refuse_generic <- function(generic, known, reason, hint) {
  force(reason)
  force(hint)
  name <- sub("<-$", "", generic)
  method <- function() {
    abort_rdeep(
      "argument", gsub("%s", name, reason, fixed = TRUE),
      argument = first, received = generic, hint = hint, call = current_env()
    )
  }
  first <- names(formals(known))[1]
  formals(method) <- formals(known)
  method
}

# What ggplot2's users and torch's write: a model is put together by the pipe.
#' @export
Ops.rdeep_model <- function(e1, e2) {
  abort_rdeep(
    "argument",
    sprintf("Models and layers have no `%s`.", .Generic),
    hint = paste(
      "The pipe adds a layer to a model: `model |> layer_dense(1)`;",
      "`+` adds symbolic tensors, as layers return them."
    ),
    call = current_env()
  )
}

#' @export
Ops.rdeep_layer <- Ops.rdeep_model

#' @export
`[.rdeep_model` <- function(x, ...) {
  abort_rdeep(
    "argument",
    "A model is not subset by `[`.",
    argument = "x",
    hint = "`model$layers` is the list of its layers; `get_layer(model, name)` is one of them.",
    call = current_env()
  )
}
