#' @keywords internal
#' @useDynLib rdeep, .registration = TRUE
#' @importFrom rlang %||%
#' @importFrom rlang caller_env
#' @importFrom rlang current_env
#' @importFrom rlang inform
#' @importFrom rlang inject
#' @importFrom rlang list2
#' @importFrom rlang names2
#' @importFrom rlang .data
#' @importFrom rlang warn
"_PACKAGE"

# The generics of R's own packages that models and tensors have methods for, or may have: R looks
# for them when it loads this package, and a script need not have attached theirs.
#' @importFrom stats AIC BIC add1 alias anova case.names coef confint cooks.distance
#' @importFrom stats deviance df.residual dfbeta dfbetas drop1 dummy.coef effects
#' @importFrom stats extractAIC family fitted formula hatvalues influence logLik median model.frame
#' @importFrom stats model.matrix na.action nobs predict profile proj quantile residuals
#' @importFrom stats rstandard rstudent se.contrast sigma simulate terms update
#' @importFrom stats variable.names vcov weights
#' @importFrom utils head str tail
NULL

# The user's own `%>%` works on everything here; this one is for scripts that
# attach nothing else, as keras3's does.
#' Pipe
#'
#' See [magrittr::%>%] for details. R's own `|>` works as well.
#'
#' @param lhs,rhs A value and a call of a function.
#' @returns The value of the call.
#' @examples
#' c(1, 4) %>% sqrt()
#' @name %>%
#' @rdname pipe
#' @keywords internal
#' @importFrom magrittr %>%
#' @export
NULL

#' @importFrom generics compile
#' @export
generics::compile

#' @importFrom generics fit
#' @export
generics::fit

.onLoad <- function(libname, pkgname) {
  register_with_parsnip()
  register_refusals()
  keep_torch_apart()
  register_beside()
  # `%*%` has methods from R 4.3 on.
  if (getRversion() >= "4.3.0") {
    registerS3method("matrixOps", "rdeep_any_tensor", matmul_tensors, envir = baseenv())
  }
}
