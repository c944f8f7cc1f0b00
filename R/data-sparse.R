# Sparse matrices go to the core by their slots, and are made dense there a few rows at
# a time.
sparse_to_python <- function(x, .call) {
  if (!inherits(x, "dgCMatrix")) {
    x <- methods::as(methods::as(methods::as(x, "dMatrix"), "generalMatrix"), "CsparseMatrix")
  }
  values <- as.double(x@x)
  check_finite(values, "x", .call = .call)
  call_core(
    "sparse_matrix",
    starts = array(x@p),
    rows = array(x@i),
    values = array(values),
    shape = as.list(dim(x)),
    .call = .call
  )
}

is_sparse <- function(x) inherits(x, "sparseMatrix")
