#!/usr/bin/env bash
# A Kubernetes for tests in one program, compiled from Go modules into the cache: no Docker, no images, no downloads
# but modules. With KUBEBUILDER_ASSETS the programs of that folder are used and nothing is built, except for a node
# (kubernetes.sh --for-node), which needs more programs than such a folder has, all of one version.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"
source "$repository/setup/kubernetes/go.sh"
source "$repository/setup/kubernetes/build.sh"

module="$repository/setup/kubernetes"
version=$(awk '$1 == "k8s.io/kubernetes" { print $2 }' "$module/go.mod")
checksum=$(inputs_checksum "$module"/{build.sh,go.mod,go.sum,main.go})
home="$BILLING_OPERATOR_CACHE/kubernetes-$checksum"

check_assets() {
  local name
  for name in etcd kube-apiserver kube-controller-manager kubectl helm; do
    [ -x "$KUBEBUILDER_ASSETS/$name" ] || fail "KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS has no program $name" \
      "put it there (also as a link; Jobs need kube-controller-manager, charts need Helm 4), or unset KUBEBUILDER_ASSETS"
  done
}

build() {
  local package=k8s.io/component-base/version minor name
  minor=$(cut -d . -f 2 <<<"$version")
  mkdir "$1/bin"
  go_build "$module" "$1/bin/kubernetes" . \
    "-X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor"
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy coredns kubectl helm; do
    ln -s kubernetes "$1/bin/$name"
  done
}

install_kubernetes() {
  if [ -d "$home" ]; then return; fi
  require_go
  step "building Kubernetes $version for the tests (once; 4 to 7 minutes on two cores, 4 GB of Go's caches)" \
    fill "$home" build
}

if [ "${KUBEBUILDER_ASSETS:-}" != "" ] && [ "${1:-}" != --for-node ]; then
  check_assets
  exit 0
fi
command -v openssl >/dev/null || "$repository/setup/debian-packages.sh" openssl
command -v openssl >/dev/null || fail "openssl is missing; it makes the certificates of the test cluster" "install it"
if [ -d "$home" ]; then exit 0; fi
locked kubernetes install_kubernetes
