# The arguments that several methods of a generic take.

# A method with more arguments. It is called as files are read, in the order of their names.
with_arguments <- function(method, arguments) {
  formals(method) <- c(formals(method), arguments)
  method
}
