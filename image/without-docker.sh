#!/usr/bin/env bash
# without-docker.sh OUT.tar: the image of the Dockerfile, made by tar and sha256sum, as an archive for
# `ctr images import` or `docker load`. The layer with the content is the same byte for byte whenever it is built from
# the same clone on the same machine. IMAGE names it; the tag is the version of package.json.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../setup/env.sh"

archive=${1:?usage: without-docker.sh OUT.tar}
version=$(node -p 'require(process.argv[1]).version' "$repository/package.json")
name=${IMAGE:-billing-operator}:$version
case "$(uname -m)" in
  x86_64) architecture=amd64 ;;
  aarch64 | arm64) architecture=arm64 ;;
  *) architecture=$(uname -m) ;;
esac

work=$(mktemp -d "${TMPDIR:-/tmp}/billing-operator-image.XXXXXX")
trap 'rm -rf "$work"' EXIT

layer() { # <folder> <name>
  tar -C "$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/archive/$2.tar" .
}

diff_id() { sha256sum "$work/archive/$1.tar" | cut -d' ' -f1; }

mkdir "$work/archive" "$work/cache"
"$repository/image/root.sh" "$work/root"
"$repository/image/compile-cache.sh" "$work/root" "$work/cache"
layer "$work/root" content
layer "$work/cache" compile-cache

cat >"$work/archive/config.json" <<JSON
{
  "architecture": "$architecture",
  "os": "linux",
  "created": "1970-01-01T00:00:00Z",
  "config": {
    "User": "10001:10001",
    "WorkingDir": "/tmp",
    "Env": ["PATH=/usr/bin", "NODE_ENV=production", "NODE_COMPILE_CACHE=/app/.compile-cache"],
    "Entrypoint": ["/usr/bin/node", "/app/main.ts"],
    "Labels": {
      "org.opencontainers.image.title": "billing-operator",
      "org.opencontainers.image.version": "$version",
      "org.opencontainers.image.licenses": "Apache-2.0"
    }
  },
  "rootfs": { "type": "layers", "diff_ids": ["sha256:$(diff_id content)", "sha256:$(diff_id compile-cache)"] }
}
JSON
printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["content.tar","compile-cache.tar"]}]\n' "$name" \
  >"$work/archive/manifest.json"
mkdir -p "$(dirname "$archive")"
tar -C "$work/archive" --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$archive.new" \
  manifest.json config.json content.tar compile-cache.tar
mv "$archive.new" "$archive"
printf '%s: %s, %d MB\n' "$name" "$archive" $(($(wc -c <"$archive") / 1000000))
