#!/usr/bin/env bash
# Installs what this checkout needs and the machine lacks: R and its packages, a Python environment in
# .venv, and the R package. Takes about a second when nothing is missing.
#   RDEEP_SETUP_PYTHON  the Python to make .venv from, where the one found is not the one wanted
# pip's own variables hold here too, for instance to have it prefer a CPU-only build of torch.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

log=build/setup.log
mkdir -p build
: >"$log"

say() { printf '%s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# Runs a command into the log. When it fails: one line, and whether the network was the reason.
logged() { # what command...
  local what=$1
  shift
  "$@" >>"$log" 2>&1 && return
  local refused='resolv|name resolution|Name or service not known|unreachable|NewConnectionError'
  if grep -qiE "$refused|Connection (failed|refused|timed out)|ConnectTimeout" "$log"; then
    fail "$what failed because the network can't be reached; connect and try again (details: $log)"
  fi
  fail "$what failed (details: $log)"
}

fingerprint() { # text and files on standard input
  sha256sum | cut -d ' ' -f 1
}

# ---- Debian packages -------------------------------------------------------------------------

install_debs() { # packages...
  command -v apt-get >/dev/null ||
    fail "missing here: $*; this is not a Debian-like system, so install their equivalents by hand"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "Debian packages are missing and there is neither root nor sudo; run as root: apt-get install $*"
    as_root=(sudo)
  fi
  logged "apt-get update" "${as_root[@]}" apt-get update
  logged "apt-get install $*" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "$@"
}

r_packages="callr cli generics ggplot2 hardhat jsonlite knitr lintr magrittr MASS modeldata recipes reticulate rlang
  nnet rmarkdown roxygen2 rsample survival testthat tibble vctrs withr zeallot"

missing_r_packages() {
  # shellcheck disable=SC2086  # one argument a package is meant
  Rscript --vanilla -e 'wanted <- commandArgs(TRUE)
    cat(wanted[!nzchar(vapply(wanted, function(p) system.file(package = p), ""))])' $r_packages
}

setup_r() {
  local debs=() missing=$r_packages name
  if command -v Rscript >/dev/null; then
    missing=$(missing_r_packages)
  else
    debs+=(r-base-core)
  fi
  for name in $missing; do debs+=("r-cran-${name,,}"); done
  command -v pandoc >/dev/null || debs+=(pandoc)
  # The R package has a file in C.
  command -v gcc >/dev/null || debs+=(gcc libc6-dev)
  if [ "${#debs[@]}" -gt 0 ]; then
    say "R packages: installing ${#debs[@]} of Debian's"
    install_debs "${debs[@]}"
  fi
}

# ---- Python ----------------------------------------------------------------------------------

# Prints "ok PATH", "deb PACKAGE..." when these would make it usable, or why it will not do.
judge_python() { # python newest-minor
  "$1" - "$2" <<'PYTHON' 2>/dev/null || say "does not run"
import importlib.util, os, sys, sysconfig
newest = int(sys.argv[1])
version = "%d.%d" % sys.version_info[:2]
library = os.path.join(sysconfig.get_config_var("LIBDIR") or "", sysconfig.get_config_var("INSTSONAME") or "")
python = getattr(sys, "_base_executable", None) or sys.executable
debian = os.path.dirname(python) in ("/usr/bin", "/bin") and os.path.exists("/etc/debian_version")
if not (3, 10) <= sys.version_info[:2] <= (3, newest):
    print("is Python %s and 3.10 to 3.%d is needed" % (version, newest))
    raise SystemExit
if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
    print("was built without a shared libpython, which R can't embed")
    raise SystemExit
lacks = []
if not os.path.exists(library):
    lacks.append(("libpython" + version, "has no " + library))
if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
    lacks.append(("python%s-venv" % version, "has no venv module"))
if not lacks:
    print("ok " + python)
elif debian:
    print("deb " + " ".join(package for package, _ in lacks))
else:
    print(" and ".join(reason for _, reason in lacks))
PYTHON
}

find_python() { # newest-minor; sets $python
  local candidates=(python3 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3)
  [ -z "${RDEEP_SETUP_PYTHON:-}" ] || candidates=("$RDEEP_SETUP_PYTHON")
  local candidate verdict looked_at="" debs
  # A Python that is ready comes first; one that lacks Debian packages is the second choice.
  for debs in without with; do
    for candidate in "${candidates[@]}"; do
      command -v "$candidate" >/dev/null || continue
      verdict=$(judge_python "$candidate" "$1")
      if [ "$debs" = with ] && [ "${verdict%% *}" = deb ]; then
        # shellcheck disable=SC2086  # one argument a package is meant
        install_debs ${verdict#deb }
        verdict=$(judge_python "$candidate" "$1")
      fi
      if [ "${verdict%% *}" = ok ]; then
        python=${verdict#ok }
        return
      fi
      [ "$debs" = without ] || looked_at+="; $candidate $verdict"
    done
  done
  [ -n "$looked_at" ] || looked_at="; found none of: ${candidates[*]}"
  fail "no suitable Python (point RDEEP_SETUP_PYTHON at one)$looked_at"
}

setup_python() {
  local r_version reticulate numpy newest_minor rpy2 wanted
  read -r r_version reticulate numpy <<<"$(Rscript --vanilla -e '
    reticulate <- packageVersion("reticulate")
    cat(format(getRversion()), format(reticulate), if (reticulate < "1.38") 1 else 2)')"
  Rscript --vanilla -e 'quit(status = packageVersion("reticulate") < "1.28")' ||
    fail "R's reticulate is version $reticulate and 1.28 is needed; in R: install.packages(\"reticulate\")"
  # reticulate before 1.38 can't use NumPy 2, and NumPy 1 has no build for Python 3.13.
  newest_minor=13
  [ "$numpy" = 2 ] || newest_minor=12
  # rpy2 3.6 needs R 4.5, and R 4.5 needs rpy2 3.6.
  rpy2=rpy2==3.5.17
  [ "$(printf '%s\n' 4.5 "$r_version" | sort -V | head -n 1)" != 4.5 ] || rpy2=rpy2==3.6.9

  wanted=$({
    echo "$PWD $numpy $rpy2"
    cat pyproject.toml python/rdeep/constraints-numpy"$numpy".txt scripts/constraints-dev.txt
  } | fingerprint)
  [ "$(cat .venv/.rdeep-setup 2>/dev/null)" != "$wanted" ] || return 0

  case $(judge_python .venv/bin/python "$newest_minor") in
  ok*) ;;
  *)
    find_python "$newest_minor"
    say "Python environment: making .venv from $python"
    logged "making .venv" "$python" -m venv --clear .venv
    ;;
  esac
  say "Python environment: installing torch, TensorFlow and the rest (minutes, the first time)"
  # ABI mode: rpy2 then needs no C compiler and none of the headers that R was built with.
  logged "pip install" env RPY2_CFFI_MODE=ABI .venv/bin/python -m pip install \
    --disable-pip-version-check \
    -c python/rdeep/constraints-numpy"$numpy".txt -c scripts/constraints-dev.txt \
    -e '.[torch,tensorflow,explain,test,lint]' "$rpy2"
  echo "$wanted" >.venv/.rdeep-setup
}

# ---- the R package ---------------------------------------------------------------------------

setup_r_package() {
  local library wanted
  # Where R looks first, or the user's own library where that one belongs to somebody else.
  library=$(Rscript -e 'first <- .libPaths()[1]
    cat(if (file.access(first, 2) == 0) first else path.expand(Sys.getenv("R_LIBS_USER")))')
  wanted=$(find -L DESCRIPTION NAMESPACE R man inst src -type f \
    ! -name '*.o' ! -name '*.so' ! -path '*/__pycache__/*' ! -path '*.egg-info/*' -print0 |
    sort -z | xargs -0 sha256sum | fingerprint)
  # The stamp lies in the installed package, so that a copy from elsewhere counts as out of date.
  [ "$(cat "$library/rdeep/.setup" 2>/dev/null)" != "$wanted" ] || return 0
  say "R package: installing into $library"
  logged "making $library" mkdir -p "$library"
  logged "R CMD INSTALL" R CMD INSTALL --library="$library" .
  echo "$wanted" >"$library/rdeep/.setup"
}

setup_r
setup_python
setup_r_package
