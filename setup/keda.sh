#!/usr/bin/env bash
# KEDA for the cluster of `make e2e`, unmodified: its three programs compiled from Go modules into one image, and the
# manifests of the same version. Called after kubernetes.sh, whose kubectl renders them.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"
source "$repository/setup/kubernetes/go.sh"
source "$repository/setup/kubernetes/build.sh"
source "$repository/setup/kubernetes/image.sh"

kubernetes="$repository/setup/kubernetes"
module="$kubernetes/keda"
path=github.com/kedacore/keda/v2
version=$(awk -v path=$path '$1 == path { print $2 }' "$module/go.mod")
checksum=$(inputs_checksum "$kubernetes"/{build.sh,image.sh} "$module"/{go.mod,go.sum,kustomization.yaml})
home="$BILLING_OPERATOR_CACHE/keda-$checksum"
kubectl="$BILLING_OPERATOR_CACHE/kubernetes-$(inputs_checksum "$kubernetes"/{build.sh,go.mod,go.sum,main.go})/bin/kubectl"

# The names that the image's programs have in the published images.
program_of() {
  case $1 in
    operator) echo keda ;;
    adapter) echo keda-adapter ;;
    webhooks) echo keda-admission-webhooks ;;
  esac
}

build() {
  local name
  mkdir -p "$1/root/tmp" "$1/manifests"
  chmod 1777 "$1/root/tmp"
  for name in operator adapter webhooks; do
    go_build "$module" "$1/root/$(program_of "$name")" "$path/cmd/$name" "-X $path/version.Version=${version#v}"
  done
  pack_image localhost/keda:1 "$1/root" '{"User":"1000"}' "$1/image.tar"
  cp "$module/kustomization.yaml" "$1/manifests/"
  cp -r "$(cd "$module" && go list -m -f '{{.Dir}}' $path)/config" "$1/manifests/"
  chmod -R u+w "$1/manifests" # the module cache is read-only
  "$kubectl" kustomize "$1/manifests" >"$1/keda.yaml"
  rm -r "$1/root" "$1/manifests"
}

install_keda() {
  if [ -d "$home" ]; then return; fi
  require_go
  step "building KEDA $version for the tests (once; 5 to 7 minutes on two cores)" fill "$home" build
}

if [ -d "$home" ]; then exit 0; fi
locked keda install_keda
