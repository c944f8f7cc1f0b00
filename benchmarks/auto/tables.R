# Writes the tables of tables.py into build/accuracy/data, as benchmarks/accuracy does.
#   Rscript benchmarks/auto/tables.R
here <- file.path("benchmarks", "accuracy")
for (file in c("data.R", "folds.R", "prepare.R")) source(file.path(here, file))
folder <- file.path("build", "accuracy", "data")
dir.create(folder, recursive = TRUE, showWarnings = FALSE)
names <- c(
  "boston", "concrete", "sacramento", "diabetes", "vehicle", "pima", "ionosphere", "attrition"
)
for (name in names) prepare_set(benchmark_sets[[name]](), folder)
