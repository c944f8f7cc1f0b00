/* What R can call. */

#include <Rinternals.h>
#include <R_ext/Rdynload.h>

#include "interrupts.h"
#include "kept.h"

#define CALL(name, arguments) {#name, (DL_FUNC) &name, arguments}

static const R_CallMethodDef calls[] = {
    CALL(rdeep_kept, 1),
    CALL(rdeep_release, 1),
    CALL(rdeep_take_signal, 0),
    CALL(rdeep_hold_interrupts, 0),
    CALL(rdeep_release_interrupts, 0),
    CALL(rdeep_pause_interrupts, 0),
    CALL(rdeep_resume_interrupts, 1),
    CALL(rdeep_take_interrupt, 0),
    CALL(rdeep_poll_interrupts, 0),
    CALL(rdeep_interrupt_is_due, 0),
    CALL(rdeep_interrupt_flags, 0),
    CALL(rdeep_wake_python, 1),
    CALL(rdeep_keep_signal, 0),
    {NULL, NULL, 0}
};

void R_init_rdeep(DllInfo *dll)
{
    R_registerRoutines(dll, NULL, calls, NULL, NULL);
    R_useDynamicSymbols(dll, FALSE);
    rdeep_init_kept(dll);
}

void R_unload_rdeep(DllInfo *dll)
{
    rdeep_give_signal_back();
}
