#!/usr/bin/env bash
# Chromium, in which the tests look at the dashboard.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

if [ -x /usr/bin/chromium ]; then exit 0; fi
"$repository/setup/debian-packages.sh" chromium
[ -x /usr/bin/chromium ] || fail "/usr/bin/chromium is missing; the tests of the dashboard need it" "install it (Debian: apt-get install chromium)"
