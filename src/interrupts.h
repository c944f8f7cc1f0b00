#include <Rinternals.h>

SEXP rdeep_take_signal(void);
void rdeep_give_signal_back(void);
SEXP rdeep_hold_interrupts(void);
SEXP rdeep_release_interrupts(void);
SEXP rdeep_pause_interrupts(void);
SEXP rdeep_resume_interrupts(SEXP depth);
SEXP rdeep_take_interrupt(void);
SEXP rdeep_poll_interrupts(void);
SEXP rdeep_interrupt_is_due(void);
SEXP rdeep_interrupt_flags(void);
SEXP rdeep_wake_python(SEXP address);
SEXP rdeep_keep_signal(void);
