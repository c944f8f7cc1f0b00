/* A raw vector whose bytes are made when somebody reads them.
 *
 * saveRDS() and its kin write a model's environment value by value, and ask nobody. The vector
 * that stands in it for the model is of a class of this package, which R asks for its state
 * before it writes it: a function of R's then makes the bytes of the model as it is at that
 * moment. What is written is an ordinary raw vector, which any R can read.
 */

#include <R.h>
#include <Rinternals.h>
#include <R_ext/Altrep.h>
#include <R_ext/Rdynload.h>

#include "kept.h"

static R_altrep_class_t kept_class;

/* data1: the bytes as they were made last, or NULL; data2: the function, tagged by whether the
 * bytes were read since they were made. */

static SEXP bytes_of(SEXP x) { return R_altrep_data1(x); }

static int was_read(SEXP x) { return LOGICAL(TAG(R_altrep_data2(x)))[0]; }

static void set_read(SEXP x, int read) { LOGICAL(TAG(R_altrep_data2(x)))[0] = read; }

/* What the function signals reaches whoever saves, and an interrupt ends the saving: a file
 * without the model must not look like one that has it. */
static void make_bytes(SEXP x)
{
    SEXP call = PROTECT(Rf_lang1(CAR(R_altrep_data2(x))));
    SEXP made = PROTECT(Rf_eval(call, R_GlobalEnv));
    if (TYPEOF(made) != RAWSXP) {
        Rf_error("a function that makes bytes must return a raw vector");
    }
    R_set_altrep_data1(x, made);
    set_read(x, FALSE);
    UNPROTECT(2);
}

static void make_bytes_of(void *x) { make_bytes((SEXP) x); }

/* The older format of serialize() asks for the length, and for no state. */
static R_xlen_t kept_length(SEXP x)
{
    if (bytes_of(x) == R_NilValue || was_read(x)) {
        make_bytes(x);
    }
    return XLENGTH(bytes_of(x));
}

/* R calls this with its garbage collector turned off, and jumping out would leave it so. Whoever
 * saves has asked for a state or a length before. */
static void *kept_dataptr(SEXP x, Rboolean writeable)
{
    if (bytes_of(x) == R_NilValue && !R_ToplevelExec(make_bytes_of, x)) {
        R_set_altrep_data1(x, Rf_allocVector(RAWSXP, 0));
    }
    set_read(x, TRUE);
    return RAW(bytes_of(x));
}

static const void *kept_dataptr_or_null(SEXP x)
{
    return bytes_of(x) == R_NilValue ? NULL : RAW(bytes_of(x));
}

/* Without a state, R writes the bytes themselves. */
static SEXP kept_serialized_state(SEXP x)
{
    make_bytes(x);
    return NULL;
}

static Rboolean kept_inspect(SEXP x, int pre, int deep, int pvec,
                             void (*inspect_subtree)(SEXP, int, int, int))
{
    Rprintf(" bytes made when read\n");
    return TRUE;
}

SEXP rdeep_kept(SEXP maker)
{
    SEXP data = PROTECT(Rf_cons(maker, R_NilValue));
    /* Not by ScalarLogical(), which returns R's own FALSE for all to share. */
    SEXP read = Rf_allocVector(LGLSXP, 1);
    SET_TAG(data, read);
    LOGICAL(read)[0] = FALSE;
    SEXP made = R_new_altrep(kept_class, R_NilValue, data);
    UNPROTECT(1);
    return made;
}

/* Lets go of bytes that were made: they would take as much memory as the model. */
SEXP rdeep_release(SEXP x)
{
    if (R_altrep_inherits(x, kept_class)) {
        R_set_altrep_data1(x, R_NilValue);
        return Rf_ScalarLogical(TRUE);
    }
    return Rf_ScalarLogical(FALSE);
}

void rdeep_init_kept(DllInfo *dll)
{
    kept_class = R_make_altraw_class("rdeep_kept", "rdeep", dll);
    R_set_altrep_Length_method(kept_class, kept_length);
    R_set_altrep_Inspect_method(kept_class, kept_inspect);
    R_set_altrep_Serialized_state_method(kept_class, kept_serialized_state);
    R_set_altvec_Dataptr_method(kept_class, kept_dataptr);
    R_set_altvec_Dataptr_or_null_method(kept_class, kept_dataptr_or_null);
}
