#!/usr/bin/env bash
# Rates a "churn" CSV file through import, settlement and export, and compares every charge with the published one.
# run.sh FILE.csv: progress on stderr; the last line of stdout is {"lines", "equal", "different"} as JSON.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if [ $# -ne 1 ]; then
  echo "usage: $0 FILE.csv" >&2
  exit 64
fi

# Node, the packages and PostgreSQL among them; nothing when they are there already.
"$folder/../../setup/node.sh" >&2
"$folder/../../setup/npm.sh" >&2
source "$folder/../../setup/env.sh"

exec node "$folder/run.ts" "$1"
