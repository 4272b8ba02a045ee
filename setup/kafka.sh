#!/usr/bin/env bash
# Kafka's jars, by Maven, into the cache; the demo and the tests start a broker from them. Java runs it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

java_runs() { java -version >/dev/null 2>&1; }

require_program() { # <program> <Debian package>
  if command -v "$1" >/dev/null; then return; fi
  "$repository/setup/debian-packages.sh" "$2"
  command -v "$1" >/dev/null || fail "$1 is missing" "install it (Debian: apt-get install $2; macOS: brew install $1)"
}

download() {
  cat >"$1/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.telco.billing</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka_version</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>$slf4j_version</version>
    </dependency>
  </dependencies>
</project>
POM
  mvn --batch-mode --quiet --file "$1/pom.xml" dependency:copy-dependencies -DoutputDirectory="$1/libs"
  test -e "$1/libs/kafka_2.13-$kafka_version.jar"
}

install_kafka() {
  if [ -d "$kafka_home" ]; then return; fi
  require_program mvn maven
  step "installing Kafka $kafka_version into $BILLING_OPERATOR_CACHE" fill "$kafka_home" download
}

java_runs || require_program java default-jre-headless
java_runs || fail "java does not run" "install Java 17 or newer (Debian: apt-get install default-jre-headless)"
if [ -d "$kafka_home" ]; then exit 0; fi
locked kafka install_kafka
