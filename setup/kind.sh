#!/usr/bin/env bash
# A cluster on this laptop by kind, with KEDA, the chart in its development values, 10,000 members, and a BillingRun.
# A second run upgrades what is there. `kind delete cluster --name billing` removes everything.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

cluster=billing
namespace=billing
context=kind-$cluster
keda_version=2.21.0 # that of the tests

require() { # <program> <remedy>
  command -v "$1" >/dev/null || fail "$1 is missing" "$2"
}

on_cluster() { kubectl --context "$context" --namespace "$namespace" "$@"; }

require docker "install Docker (https://docs.docker.com/engine/install/)"
docker info >/dev/null 2>&1 || fail "no docker daemon answers" "start Docker; \`docker info\` says what is wrong"
require kind "go install sigs.k8s.io/kind@latest, or see https://kind.sigs.k8s.io"
require helm "see https://helm.sh/docs/intro/install"
require kubectl "see https://kubernetes.io/docs/tasks/tools"

version=$(node -p 'require(process.argv[1]).version' "$repository/package.json")

# Not a pipe: grep would end at the first match, and a kind that still writes would count as failed.
clusters=$(kind get clusters 2>/dev/null)
if ! grep -qx "$cluster" <<<"$clusters"; then
  kind create cluster --name "$cluster" --config "$repository/kind-config.yaml" --wait 3m
fi
"$repository/image/build.sh"
step "loading the image into the cluster" kind load docker-image --name "$cluster" "billing-operator:$version"

step "installing KEDA $keda_version" helm upgrade --install keda keda --kube-context "$context" \
  --repo https://kedacore.github.io/charts --version "$keda_version" \
  --namespace keda --create-namespace --wait --timeout 5m
# Who signs in at the dashboard: two, because nobody approves what they started themselves. Their passwords are made once and
# stand beside the hashes: this is a laptop.
people=billing-operator-and-approver
if ! on_cluster get secret "$people" >/dev/null 2>&1; then
  on_cluster create namespace "$namespace" --dry-run=client --output yaml | on_cluster apply --filename - >/dev/null
  users=()
  passwords=()
  for person in operator approver; do
    password=$(node -p 'require("node:crypto").randomBytes(12).toString("base64url")')
    users+=("$(node "$repository/main.ts" admin password "$person" --role "$person" <<<"$password")")
    passwords+=("--from-literal=$person=$password")
  done
  on_cluster create secret generic "$people" --from-literal="ADMIN_USERS=$(IFS=,; echo "${users[*]}")" "${passwords[@]}" >/dev/null
fi
step "installing the chart" helm upgrade --install billing "$repository/charts/billing-operator" --kube-context "$context" \
  --namespace "$namespace" --create-namespace --values "$repository/charts/billing-operator/values-dev.yaml" \
  --set "image.tag=$version" --set "admin.enabled=true,admin.users.existingSecret=$people,admin.secureCookies=false" --wait --timeout 10m

# Members are generated into an empty database only.
if ! on_cluster get job example-members >/dev/null 2>&1; then
  sed "s/IMAGE_TAG/$version/" "$repository/setup/kind-members.yaml" | on_cluster apply --filename -
fi
step "generating members" on_cluster wait --for=condition=Complete --timeout=10m job/example-members
on_cluster apply --filename "$repository/crds/examples/billing-run.yaml"

cat <<TEXT

The run is on its way:
  kubectl --context $context -n $namespace get billingruns -w
  PATH=$repository/plugin/bin:\$PATH kubectl --context $context -n $namespace billing status 2026-10 --watch

The dashboard, as "operator", who starts runs and sends, and as "approver", who approves what the other started; their passwords:
  kubectl --context $context -n $namespace get secret $people -o jsonpath='{.data.operator}' | base64 -d; echo
  kubectl --context $context -n $namespace get secret $people -o jsonpath='{.data.approver}' | base64 -d; echo
  kubectl --context $context -n $namespace port-forward svc/billing-billing-operator-admin 8080:80
TEXT
