#!/usr/bin/env bash
# Makes .venv with everything Python needs, once per change of the dependency lists.
# Usage: scripts/bootstrap.sh [EXTRAS]   (e.g. dev,postgres,voice)
# ENGINES names the speech engines to install: vosk,sherpa,whisper when unset; empty for none.
set -euo pipefail
cd "$(dirname "$0")/.."
extras="${ENGINES-vosk,sherpa,whisper}"
extras="$extras${extras:+${1:+,}}${1:-}"

fail() { echo "hotline: $1" >&2; exit 1; }

for candidate in python3.11 python3.12 python3.13 python3; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    python="$candidate"; break
  fi
done
[ -n "${python:-}" ] || fail "Python 3.11 or newer is missing. Run: apt-get install python3 python3-venv"

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  [ "$(id -u)" = 0 ] || fail "python3-venv is missing, and only root can install it. Run: sudo apt-get install python3-venv"
  echo "· installing python3-venv"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
fi

# Runs a command with its output kept in a log; on a screen one line moves with it.
watched() {
  local title="$1" log="$2"; shift 2
  "$@" >"$log" 2>&1 &
  local work=$!
  trap 'kill "$work" 2>/dev/null; exit 130' INT TERM
  [ -t 1 ] || echo "· $title"
  while kill -0 "$work" 2>/dev/null; do
    if [ -t 1 ]; then
      local now; now="$(grep -aoE '^ *(Collecting|Downloading|Using cached|Installing|Building|Preparing) [^;(]*' "$log" | tail -n 1 || true)"
      printf '\r\033[K· %s  %.60s' "$title" "$now"
    fi
    sleep 0.3
  done
  [ ! -t 1 ] || printf '\r\033[K· %s\n' "$title"
  trap - INT TERM
  wait "$work"
}

lists="$(cat pyproject.toml constraints.txt | sha256sum | cut -c1-16)"
want="$lists-${extras//,/-}"
if [ ! -f ".venv/installed-$want" ]; then
  # An interrupted run may have left half an environment.
  .venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv
  log=.venv/bootstrap.log
  if ! watched "Python packages (once; a few minutes)" "$log" \
    .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off --constraint constraints.txt \
    --editable ".${extras:+[$extras]}"; then
    grep -aE '^ *(ERROR|error)' "$log" >&2 || tail -n 5 "$log" >&2
    fail "Python packages could not be installed (log: $log). Check the network, then run the same command again"
  fi
  find .venv -maxdepth 1 -name 'installed-*' ! -name "installed-$lists-*" -delete
  touch ".venv/installed-$want"
fi
