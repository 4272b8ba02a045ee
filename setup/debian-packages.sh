#!/usr/bin/env bash
# debian-packages.sh <package...>: installs what is missing of the named packages, if this is Debian and we are
# root; otherwise says what to run. Elsewhere than on Debian it does nothing: the step that needs them will say so.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

missing() {
  local package
  for package in "$@"; do
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
      printf '%s ' "$package"
    fi
  done
}

# apt itself waits for its lock: on a new machine an unattended upgrade may hold it for minutes.
apt() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y "$@"; }

install_packages() { apt update && apt install --no-install-recommends "$@"; }

command -v dpkg-query >/dev/null || exit 0
read -r -a wanted <<<"$(missing "$@")"
[ ${#wanted[@]} -gt 0 ] || exit 0
[ "$(id -u)" = 0 ] || fail "Debian packages are missing" "sudo apt-get install ${wanted[*]}"
locked apt step "installing Debian packages ${wanted[*]}" install_packages "${wanted[@]}"
