#!/usr/bin/env bash
# Everything that this repository needs on a fresh machine, once; a second run takes a fraction of a second.
#   all.sh --without-broker    what `make check` needs: Node and packages
#   all.sh --without-cluster   and what the demo needs: Kafka
#   all.sh                     and what `make test` needs: Chromium, a Kubernetes control plane, Prometheus, schemathesis
#   all.sh --with-node         and what `make e2e` needs: a node that runs pods, and KEDA
set -euo pipefail
setup=$(dirname "${BASH_SOURCE[0]}")
upto=${1:-}

"$setup/node.sh"
"$setup/npm.sh"
"$setup/kafka-client.sh"
if [ "$upto" = --without-broker ]; then exit 0; fi
"$setup/kafka.sh"
if [ "$upto" = --without-cluster ]; then exit 0; fi
"$setup/chromium.sh"
"$setup/kubernetes.sh"
"$setup/prometheus.sh"
"$setup/schemathesis.sh"
if [ "$upto" = --with-node ]; then
  "$setup/kubernetes-node.sh"
  "$setup/keda.sh"
fi
