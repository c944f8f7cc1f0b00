# Which words of a text a prediction rests on.

#' Explain predictions from text, word by word
#'
#' Each word of a text is left out in turn, at all its places, and the text predicted anew: the
#' `effect` of a word is what is predicted of the whole text minus that without the word, on the
#' scale of log odds for classes. This holds for any network, an encoder included; effects do not
#' add up to the prediction, since words that say the same stand in for each other.
#'
#' @param x A model of [deep_text()]; for `plot()` what `explain()` returned.
#' @param new_data Texts: a character vector, or a data frame with the column that the model was
#'   fitted to.
#' @param class The class whose log odds are explained; by default, for each text, the one that is
#'   predicted.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @returns A tibble with a row for each word of each text: `.row`, `.class` (for classes), `word`,
#'   its first `place` (a character's number) and its `count` in the text, its `effect`, and the
#'   text's `prediction`, a probability or a number. `plot()` and `autoplot()` return a ggplot;
#'   `summary()` a tibble with a row for each word: in how many `texts` it is, and its mean
#'   `effect`.
#' @family models of text
#' @examplesIf rdeep_available()
#' reviews <- data.frame(
#'   text = rep(c("a fine film", "a dull film", "fine music", "dull music"), 10),
#'   liked = rep(c("yes", "no", "yes", "no"), 10)
#' )
#' model <- deep_text(liked ~ text, reviews, epochs = 10, verbose = 0)
#' explanation <- explain(model, "What a fine film!")
#' explanation
#' plot(explanation)
#' @export
#' @rawNamespace S3method(dplyr::explain, deep_text)
explain.deep_text <- function(x, new_data = NULL, class = NULL, ...) {
  call <- current_env()
  check_dots(...)
  texts <- new_texts(x, new_data, call)
  level <- if (!is.null(class)) as.character(class)
  found <- ready_method(x, "explain", x = texts, level = level, .call = call)
  columns <- list(.row = as.integer(unlist(found$row)) + 1L)
  if (x$outcome$type == "class") {
    columns$.class <- factor(as.character(unlist(found$level)), levels = x$outcome$levels)
  }
  columns <- c(columns, list(
    word = as.character(unlist(found$word)),
    place = as.integer(unlist(found$place)),
    count = as.integer(unlist(found$count)),
    effect = as.double(unlist(found$effect)),
    prediction = as.double(unlist(found$prediction))
  ))
  tibble::new_tibble(
    columns,
    nrow = length(columns$.row), class = "rdeep_text_explanation"
  )
}

#' @param top How many words to show at most of each text.
#' @rdname explain.deep_text
#' @export
plot.rdeep_text_explanation <- function(x, ..., top = 10) {
  check_dots(...)
  rlang::check_installed("ggplot2", "to plot the effects of words.")
  of_class <- if (is.null(x$.class)) "" else paste0(", ", x$.class)
  panel <- sprintf("Text %d%s: %s", x$.row, of_class, format(x$prediction, digits = 2))
  x$.panel <- factor(panel, levels = unique(panel))
  x <- x[order(x$.panel, abs(x$effect)), ]
  rank <- stats::ave(-abs(x$effect), x$.panel, FUN = function(e) rank(e, ties.method = "first"))
  x <- x[rank <= top, ]
  # A word is one of its panel: it has another place elsewhere.
  label <- paste(x$word, x$.panel, sep = "\r")
  x$.label <- factor(label, levels = label)
  what <- if (is.null(x$.class)) "prediction" else "log odds of the class"
  ggplot2::ggplot(x, ggplot2::aes(
    x = .data[["effect"]], y = .data[[".label"]], fill = .data[["effect"]] > 0
  )) +
    ggplot2::geom_col(width = 0.7, show.legend = FALSE) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey40") +
    ggplot2::facet_wrap(ggplot2::vars(.data[[".panel"]]), scales = "free_y") +
    ggplot2::scale_y_discrete(labels = function(labels) sub("\r.*$", "", labels)) +
    ggplot2::scale_fill_manual(values = c("FALSE" = "#b5533c", "TRUE" = accent)) +
    ggplot2::labs(x = sprintf("Effect of the word on the %s", what), y = NULL)
}

#' @rdname explain.deep_text
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_text_explanation <- function(object, ...) plot(object, ...)

#' @param object What `explain()` returned.
#' @rdname explain.deep_text
#' @export
summary.rdeep_text_explanation <- function(object, ...) {
  check_dots(...)
  groups <- paste(object$word, object$.class, sep = "\r")
  first <- !duplicated(groups)
  at <- match(groups, groups[first])
  columns <- list(word = object$word[first])
  if (!is.null(object$.class)) columns$.class <- object$.class[first]
  columns$texts <- tabulate(at, sum(first))
  columns$effect <- as.vector(rowsum(object$effect, at)) / columns$texts
  found <- tibble::new_tibble(columns, nrow = sum(first))
  found[order(-abs(found$effect)), ]
}
