# How the Go programs of a test cluster are compiled. Sourced by setup/kubernetes.sh and setup/keda.sh, after step.sh.
# A change of this file builds them anew: it is part of the checksum.

oldest_go=1.26

# inputs_checksum <file...>: twelve digits that change with any of the files (tests/cluster/programs.ts does the same).
inputs_checksum() {
  if command -v sha256sum >/dev/null; then cat "$@" | sha256sum; else cat "$@" | shasum -a 256; fi | cut -c 1-12
}

require_go() {
  local remedy="install Go $oldest_go or newer (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a folder with
       etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl"
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

# go_build <module folder> <output> <package> [linker flags]: without inlining and debug information, which takes 30 %
# less time. The user's GOFLAGS, caches and proxy are in force; what would change the result is overridden.
go_build() {
  (cd "$1" && GOWORK=off CGO_ENABLED=0 go build -mod=readonly -buildvcs=false -trimpath \
    -gcflags='all=-l -dwarf=false' -ldflags="-s -w ${4:-}" -o "$2" "$3")
}
