#!/usr/bin/env bash
# Makes .venv with everything Python needs, once per change of the dependency lists.
# Usage: scripts/bootstrap.sh [EXTRAS]   (e.g. dev,postgres,voice)
set -euo pipefail
cd "$(dirname "$0")/.."
extras="${1:-}"

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

lists="$(cat pyproject.toml constraints.txt | sha256sum | cut -c1-16)"
want="$lists-${extras//,/-}"
if [ ! -f ".venv/installed-$want" ]; then
  echo "· Python packages (once; a few minutes)"
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
    --editable ".${extras:+[$extras]}" || fail "Python packages could not be installed: see the lines above, then run the same command again"
  find .venv -maxdepth 1 -name 'installed-*' ! -name "installed-$lists-*" -delete
  touch ".venv/installed-$want"
fi
