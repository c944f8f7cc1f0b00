#include <Rinternals.h>
#include <R_ext/Rdynload.h>

SEXP rdeep_kept(SEXP maker);
SEXP rdeep_release(SEXP x);
void rdeep_init_kept(DllInfo *dll);
