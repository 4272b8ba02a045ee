# pack_image <name:tag> <root folder> <OCI config as JSON> <output>: one layer, as `ctr images import` reads it. The same
# content gives the same bytes. Sourced after build.sh.
pack_image() {
  local work id
  work=$(mktemp -d)
  tar -C "$2" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" .
  id=$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)
  printf '{"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z","config":%s,"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(go env GOARCH)" "$3" "$id" >"$work/config.json"
  printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$1" >"$work/manifest.json"
  tar -C "$work" -cf "$4" manifest.json config.json layer.tar
  rm -rf "$work"
}
