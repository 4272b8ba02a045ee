# Which Go builds the test cluster, and what its builds are named after. Sourced after step.sh.

oldest_go=1.26

# inputs_checksum <file...>: twelve digits that change with any of the files (tests/cluster/programs.ts does the same).
inputs_checksum() {
  if command -v sha256sum >/dev/null; then cat "$@" | sha256sum; else cat "$@" | shasum -a 256; fi | cut -c 1-12
}

require_go() {
  local remedy="install Go $oldest_go or newer (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a folder with
       etcd, kube-apiserver, kube-controller-manager, kubectl and helm"
  command -v go >/dev/null || fail "go is missing; it builds the Kubernetes of the tests" "$remedy"
  local found
  found=$(GOTOOLCHAIN=local go env GOVERSION)
  found=${found#go}
  if [ "$(printf '%s\n' "$oldest_go" "$found" | sort -V | head -n 1)" = "$oldest_go" ]; then return; fi
  # Since 1.21 Go fetches a newer one by itself, as a module, unless it is told not to.
  export GOTOOLCHAIN=auto
  (cd "$repository/setup/kubernetes" && go version) >/dev/null 2>&1 ||
    fail "go $found is too old to build the Kubernetes of the tests, and cannot fetch a newer one" "$remedy"
}
