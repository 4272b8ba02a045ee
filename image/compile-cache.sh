#!/usr/bin/env bash
# compile-cache.sh ROOT DEST: moves V8's compiled code of the often started subcommands into DEST/app/.compile-cache.
# A partition's pod starts a process with an empty /tmp; with this it needs 0.17 s of processor time to start instead
# of 0.43. Node looks for it by version, processor features and user id, and does without it where they differ.
# It is a layer of its own because V8 does not write the same bytes twice.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../setup/env.sh"

root=$(cd "${1:?usage: compile-cache.sh ROOT DEST}" && pwd)
destination=${2:?usage: compile-cache.sh ROOT DEST}
cache=app/.compile-cache

if [ "$(id -u)" != 0 ]; then
  echo "compile-cache: left out, as only root may run the program inside the image's files" >&2
  exit 0
fi

mkdir "$root/$cache"
chown 10001:10001 "$root/$cache"
node -p 'require(process.argv[1]).contents.startedOften.join("\n")' "$repository/image/contents.ts" |
  while read -r subcommand; do
    NODE_COMPILE_CACHE=/$cache chroot --userspec=10001:10001 "$root" \
      /usr/bin/node /app/main.ts "$subcommand" --help >/dev/null
  done
mkdir -p "$destination/app"
mv "$root/$cache" "$destination/$cache"
chown -R 0:0 "$destination"
chmod -R u=rwX,go=rX "$destination"
