#!/usr/bin/env bash
# build.sh: the image under the name $IMAGE [billing-operator] with the version of package.json as its tag: by docker
# where a daemon answers, else as .local/image/billing-operator.tar, with the same content.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../setup/env.sh"
source "$repository/setup/step.sh"

if docker info >/dev/null 2>&1; then
  version=$(node -p 'require(process.argv[1]).version' "$repository/package.json")
  docker build --build-arg "VERSION=$version" --tag "${IMAGE:-billing-operator}:$version" "$repository"
else
  say "no docker daemon answers: the image becomes an archive, for \`ctr images import\` or \`docker load\`"
  "$repository/image/without-docker.sh" "$repository/.local/image/billing-operator.tar"
fi
