#!/usr/bin/env bash
# Everything that this repository needs on a fresh machine, once; a second run takes a fraction of a second.
# all.sh --without-broker leaves out what only the demo and the tests with servers need.
set -euo pipefail
setup=$(dirname "${BASH_SOURCE[0]}")

"$setup/node.sh"
"$setup/npm.sh"
"$setup/kafka-client.sh"
if [ "${1:-}" != --without-broker ]; then
  "$setup/kafka.sh"
fi
