/* Interrupts while Python works for R.
 *
 * R's own handler, and reticulate's, would have R jump out of Python, or Python raise an exception
 * in the middle of a training step. While interrupts are held, SIGINT is noted and does nothing
 * else; Python looks at the note between two steps (rdeep/interrupts.py), and R raises its own
 * interrupt once Python has returned.
 */

#define R_NO_REMAP
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>
#include <R.h>
#include <Rinternals.h>
/* With R_interrupts_suspended and R_interrupts_pending. */
#include <R_ext/GraphicsEngine.h>

#include "interrupts.h"

#ifdef _WIN32
/* What R has there instead of a signal. */
LibExtern int UserBreak;
#endif

/* An interrupt that follows another within so many seconds does not wait. */
#define AT_ONCE 2.0

/* Whether an interrupt has come (2: again, and is not to wait), and how often it was asked to hold
 * them: Python reads both. */
static volatile int noted;
static volatile int held;

/* Whether one was passed on since Python runs: reticulate's handler keeps a mark of it. */
static volatile int passed_on;

/* R's own state, to be put back. */
static Rboolean suspended_before;

/* Has Python look up, where it can: to be called by a handler of signals. */
static void (*wake)(void);

#ifndef _WIN32
/* What handles SIGINT while interrupts are not held. */
static struct sigaction former;
static int installed;

/* When the last came since interrupts are held. */
static volatile double noted_at;

static double now_in_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static void handle(int signum);

/* Whatever the flags: R and Python, among others, put handlers aside and back by their address. */
static int is_ours(const struct sigaction *action) { return action->sa_handler == handle; }

static void install(void)
{
    struct sigaction action = {0};
    action.sa_handler = handle;
    action.sa_flags = former.sa_flags & SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

/* Nobody holds interrupts: it is as if this handler were not there. R's own, among others, puts
 * itself in its place again. */
static void pass_on(int signum)
{
    passed_on = wake != NULL;
    if ((former.sa_flags & SA_SIGINFO) || former.sa_handler == SIG_DFL) {
        sigaction(SIGINT, &former, NULL);
        raise(signum);
        return;
    }
    if (former.sa_handler != SIG_IGN) {
        former.sa_handler(signum);
    }
    install();
}

static void handle(int signum)
{
    int code = errno;
    if (held) {
        double now = now_in_seconds();
        noted = noted_at > 0 && now - noted_at < AT_ONCE ? 2 : 1;
        noted_at = now;
        if (wake) {
            wake();
        }
    } else {
        pass_on(signum);
    }
    errno = code;
}

/* The handler stays once it is there, since exchanging it at each call would take longer than many
 * calls. Whoever has put another there since, such as reticulate when it starts Python, is passed
 * on to. What ignores SIGINT, as a process in the background, goes on ignoring it. */
static void take_signal(void)
{
    struct sigaction now;
    if (sigaction(SIGINT, NULL, &now) != 0 || is_ours(&now)) {
        return;
    }
    if (!(now.sa_flags & SA_SIGINFO) && now.sa_handler == SIG_IGN) {
        return;
    }
    former = now;
    installed = 1;
    install();
}

static void give_signal_back(void)
{
    struct sigaction now;
    if (sigaction(SIGINT, NULL, &now) == 0 && is_ours(&now)) {
        sigaction(SIGINT, &former, NULL);
    }
}

static void begin(void) { noted_at = 0; }
#else
static void begin(void) {}
static void take_signal(void) {}
static void give_signal_back(void) {}
#endif

/* To be called before interrupts are held for long: others may have put their handlers there. */
SEXP rdeep_take_signal(void)
{
    take_signal();
    return R_NilValue;
}

/* Before this code is unloaded. */
void rdeep_give_signal_back(void) { give_signal_back(); }

/* Calls nest. Returns whether an interrupt was passed on since the last call. */
SEXP rdeep_hold_interrupts(void)
{
    int before = passed_on;
    passed_on = 0;
    if (held == 0) {
        noted = 0;
        begin();
        suspended_before = R_interrupts_suspended;
    }
    held += 1;
    R_interrupts_suspended = TRUE;
    return Rf_ScalarLogical(before);
}

static void let_go(void)
{
    held = 0;
    R_interrupts_suspended = suspended_before;
}

/* What was noted and nobody has answered is R's to raise, where it next looks. */
SEXP rdeep_release_interrupts(void)
{
    if (held == 1) {
        let_go();
        if (noted) {
            noted = 0;
            R_interrupts_pending = 1;
        }
    } else if (held > 1) {
        held -= 1;
    }
    return R_NilValue;
}

/* For code of the user's that R runs in between, which may be interrupted: returns what
 * `rdeep_resume_interrupts` takes. What was noted before waits until then. */
SEXP rdeep_pause_interrupts(void)
{
    SEXP before = PROTECT(Rf_allocVector(INTSXP, 3));
    INTEGER(before)[0] = held;
    INTEGER(before)[1] = noted;
    INTEGER(before)[2] = suspended_before;
    if (held > 0) {
        let_go();
    }
    UNPROTECT(1);
    return before;
}

SEXP rdeep_resume_interrupts(SEXP before)
{
    int depth = INTEGER(before)[0];
    if (depth > 0) {
        rdeep_hold_interrupts();
        held = depth;
        /* R may be on its way out of that code, and have put its own state back already. */
        suspended_before = (Rboolean) INTEGER(before)[2];
        if (INTEGER(before)[1]) {
            noted = 1;
        }
    }
    return R_NilValue;
}

/* Answers what was noted: returns whether anything was. */
SEXP rdeep_take_interrupt(void)
{
    int taken = noted || R_interrupts_pending;
    noted = 0;
    R_interrupts_pending = 0;
    return Rf_ScalarLogical(taken);
}

static void check_user_interrupt(void *unused) { R_CheckUserInterrupt(); }

/* Where a front end sends no signal, R itself must look, which may jump. */
SEXP rdeep_poll_interrupts(void)
{
    if (R_interrupts_pending) {
        R_interrupts_pending = 0;
        noted = 1;
    }
    Rboolean suspended = R_interrupts_suspended;
    R_interrupts_suspended = FALSE;
    if (!R_ToplevelExec(check_user_interrupt, NULL)) {
        noted = 1;
    }
    R_interrupts_suspended = suspended;
    return R_NilValue;
}

/* Whether R is to raise an interrupt now. */
SEXP rdeep_interrupt_is_due(void)
{
    return Rf_ScalarLogical(!held && !R_interrupts_suspended && R_interrupts_pending);
}

/* Where Python finds what was noted, by address: how deep interrupts are held, and the flags. */
SEXP rdeep_interrupt_flags(void)
{
#ifdef _WIN32
    volatile int *flags[] = {&held, &noted, &R_interrupts_pending, &UserBreak};
#else
    volatile int *flags[] = {&held, &noted, &R_interrupts_pending};
#endif
    int n = sizeof(flags) / sizeof(flags[0]);
    SEXP addresses = PROTECT(Rf_allocVector(REALSXP, n));
    for (int i = 0; i < n; i++) {
        /* Addresses of processes stay below 2^53. */
        REAL(addresses)[i] = (double) (uintptr_t) flags[i];
    }
    UNPROTECT(1);
    return addresses;
}

/* Takes the address of Python's PyErr_SetInterrupt, which a handler of signals may call. */
SEXP rdeep_wake_python(SEXP address)
{
    wake = (void (*)(void)) (uintptr_t) Rf_asReal(address);
    return R_NilValue;
}

/* Python has been told of a handler of its own, which takes the signal. */
SEXP rdeep_keep_signal(void)
{
#ifndef _WIN32
    if (installed) {
        install();
    }
#endif
    return R_NilValue;
}
