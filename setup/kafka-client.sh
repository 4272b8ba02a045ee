#!/usr/bin/env bash
# The native half of @confluentinc/kafka-javascript. A finished one comes from the cache; else the publisher's
# prebuilt binary if it is within reach; else librdkafka is built here, in 1 to 5 minutes.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

package="$repository/node_modules/@confluentinc/kafka-javascript"
addon=Release/confluent-kafka-javascript.node
version=$(node -p 'require(process.argv[1]).version' "$package/package.json")
# The addon belongs to one Node ABI, one platform and one C library.
abi=$(node -p '`abi${process.versions.modules}-${process.platform}-${process.arch}`')
libc=$(node -p 'process.report.getReport().header.glibcVersionRuntime ? "glibc" : "libc"')
cached="$BILLING_OPERATOR_CACHE/native/kafka-javascript-$version-$abi-$libc"

loads() { (cd "$repository" && node -e 'require("@confluentinc/kafka-javascript")') >/dev/null 2>&1; }

# Only what is needed at run time: the addon, and librdkafka where it is linked dynamically.
keep() {
  mkdir -p "$2/Release" "$2/deps"
  cp "$1/build/$addon" "$2/Release/"
  find "$1/build/deps" -maxdepth 1 \( -name 'librdkafka*.so*' -o -name 'librdkafka*.dylib' \) \
    -exec cp -P {} "$2/deps/" \; 2>/dev/null || true
}

# A copy, because a build that is interrupted must not leave half a package in node_modules.
copy_of_package() {
  mkdir -p "$1/node_modules/@confluentinc"
  cp -R "$package" "$1/node_modules/@confluentinc/"
  rm -rf "$1/node_modules/@confluentinc/kafka-javascript/build"
  local name
  for name in nan bindings file-uri-to-path @mapbox; do
    ln -s "$repository/node_modules/$name" "$1/node_modules/$name"
  done
}

fetch_prebuilt() {
  copy_of_package "$1"
  cd "$1/node_modules/@confluentinc/kafka-javascript"
  # Ten seconds decide whether its host answers: many networks do not let it through.
  node -e 'fetch("https://github.com/confluentinc/confluent-kafka-javascript", { method: "HEAD", signal: AbortSignal.timeout(10_000) })'
  node "$repository/node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp" install
  keep . "$1"
  rm -rf "$1/node_modules"
}

build_from_source() {
  copy_of_package "$1"
  cd "$1/node_modules/@confluentinc/kafka-javascript"
  unset MAKEFLAGS MFLAGS MAKELEVEL # those of the calling make break the build of librdkafka
  export CKJS_LINKING=dynamic
  npm run configure
  npm run build
  keep . "$1"
  rm -rf "$1/node_modules"
}

place() {
  local placed="$package/build"
  rm -rf "$placed.new" && cp -R "$cached" "$placed.new" && rm -rf "$placed" && mv "$placed.new" "$placed"
}

place_from_cache() { [ -d "$cached" ] && place && loads; }

prebuilt() { (fill "$cached" fetch_prebuilt) >/dev/null 2>&1 && place_from_cache; }

install_client() {
  if loads || place_from_cache; then return; fi
  if prebuilt; then
    say "took the prebuilt Kafka client"
    return
  fi
  "$repository/setup/debian-packages.sh" make g++ python3 pkg-config \
    libssl-dev zlib1g-dev libzstd-dev libcurl4-openssl-dev libsasl2-dev
  step "building the native Kafka client $version (1 to 5 minutes, once)" fill "$cached" build_from_source
  place_from_cache || fail "the Kafka client does not load" "node -e 'require(\"@confluentinc/kafka-javascript\")' says why"
}

if loads; then exit 0; fi
locked kafka-client install_client
