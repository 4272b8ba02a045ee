#!/usr/bin/env bash
# Node 24 with its headers, from the npm package of this platform, into the cache.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

installed() { [ "$("$node_home/bin/node" --version 2>/dev/null)" = "v$node_version" ]; }

download() {
  npm install --prefix "$1" --save-exact --no-audit --no-fund --loglevel=error "$node_package@$node_version"
}

install_node() {
  if installed; then return; fi
  step "installing Node $node_version into $BILLING_OPERATOR_CACHE" fill "$BILLING_OPERATOR_CACHE/node24" download
  installed || fail "$node_home/bin/node does not run" "see what it prints; the C library may be too old"
}

if installed; then exit 0; fi
[ "$node_package" != unsupported ] ||
  fail "no Node for $(uname -s) $(uname -m)" "use Linux (x64, arm64) or macOS (arm64)"
command -v npm >/dev/null ||
  fail "npm, which brings Node $node_version, is missing" "install any Node with npm (Debian: apt-get install npm)"
locked node install_node
