#!/usr/bin/env bash
# What a node needs besides the programs of kubernetes.sh: containerd, runc, CNI and iptables from Debian, and the image
# that every pod starts from. Only `make e2e` calls it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"
source "$repository/setup/kubernetes/go.sh"
source "$repository/setup/kubernetes/build.sh"
source "$repository/setup/kubernetes/image.sh"

[ "$(uname -s)" = Linux ] || fail "a node for tests runs on Linux only" "use kind there: docs/cluster.md"
[ "$(id -u)" = 0 ] || fail "a node for tests needs root (namespaces, cgroups, mounts)" "run make e2e as root"

"$repository/setup/kubernetes.sh" --for-node
"$repository/setup/debian-packages.sh" containerd runc containernetworking-plugins iptables iproute2
for program in containerd ctr runc iptables ip nsenter; do
  command -v "$program" >/dev/null || fail "$program is missing" "install containerd, runc, iptables, iproute2 and util-linux"
done
[ -x /usr/lib/cni/bridge ] || fail "/usr/lib/cni/bridge is missing" "install the CNI plugins (Debian: containernetworking-plugins)"

module="$repository/setup/kubernetes"
checksum=$(inputs_checksum "$module"/{build.sh,image.sh,go.mod,pause/main.go})
home="$BILLING_OPERATOR_CACHE/kubernetes-pause-$checksum"

build() {
  mkdir "$1/root"
  go_build "$module" "$1/root/pause" ./pause
  pack_image localhost/pause:1 "$1/root" '{"Entrypoint":["/pause"]}' "$1/image.tar"
  rm -r "$1/root"
}

install_pause() {
  if [ -d "$home" ]; then return; fi
  require_go
  step "building the pause image" fill "$home" build
}

if [ -d "$home" ]; then exit 0; fi
locked kubernetes-pause install_pause
