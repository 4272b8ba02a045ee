#!/usr/bin/env bash
# schemathesis, in a Python environment of its own in the cache: it calls the admin API with whatever its
# description allows, and more (tests/admin/schemathesis.test.ts). All packages as requirements.txt pins them.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

requirements="$repository/setup/schemathesis/requirements.txt"
home=$schemathesis_home

# An environment knows its own path, so it is made where it stays, and counts once the mark is there.
install_schemathesis() {
  if [ -e "$home/complete" ]; then return; fi
  rm -rf "$home"
  python3 -m venv "$home" || return 1
  "$home/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
  touch "$home/complete"
}

with_python() {
  if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
    "$repository/setup/debian-packages.sh" python3 python3-venv
  fi
  python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || fail "python3 with venv is missing" "install it (Debian: apt-get install python3-venv)"
  if [ -e "$home/complete" ]; then return; fi
  step "installing schemathesis" install_schemathesis
}

if [ -e "$home/complete" ]; then exit 0; fi
locked schemathesis with_python
