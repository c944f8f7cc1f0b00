# Writes passages of six novels as JSON: `Rscript novels.R FILE`. Each is about 75 words of one
# chapter, not across its end.
library(janeaustenr)

lines <- austen_books()
heading <- grepl("^(chapter|volume)\\b", lines$text, ignore.case = TRUE)
lines$chapter <- ave(as.integer(heading), lines$book, FUN = cumsum)
lines <- lines[lines$text != "" & lines$chapter > 0 & !heading, ]

passages_of <- function(chapter) {
  words <- unlist(strsplit(chapter$text, "[[:space:]]+"))
  words <- words[words != ""]
  passages <- split(words, ceiling(seq_along(words) / 75))
  passages <- passages[lengths(passages) >= 50]
  if (length(passages) == 0) {
    return(NULL)
  }
  data.frame(
    book = as.character(chapter$book[1]), chapter = chapter$chapter[1],
    text = vapply(passages, paste, "", collapse = " ")
  )
}

chapters <- split(lines, list(lines$book, lines$chapter), drop = TRUE)
novels <- do.call(rbind, lapply(chapters, passages_of))
jsonlite::write_json(novels, commandArgs(TRUE)[1], dataframe = "columns")
