#!/usr/bin/env bash
# Prometheus and Alertmanager, for the tests of alerts. They are taken out of Debian's packages and put into the cache, not
# installed: an installed package starts both as daemons on their usual ports. So root is not needed, only apt's list of
# packages. Elsewhere those on PATH are used (tests/observability/programs.ts); without any, those tests are skipped.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$repository/setup/step.sh"

home="$BILLING_OPERATOR_CACHE/prometheus"
templates=/usr/share/prometheus/alertmanager # where Debian's Alertmanager looks for its own, and nowhere else

on_path() {
  local name
  for name in promtool prometheus amtool; do command -v $name >/dev/null || return 1; done
  command -v prometheus-alertmanager >/dev/null || command -v alertmanager >/dev/null
}

known() { apt-cache show prometheus prometheus-alertmanager >/dev/null 2>&1; }

extract() {
  mkdir "$1/packages" "$1/root"
  (cd "$1/packages" && apt-get -q -o APT::Sandbox::User="$(id -un)" download prometheus prometheus-alertmanager)
  local package
  for package in "$1"/packages/*.deb; do dpkg-deb --extract "$package" "$1/root"; done
  mv "$1/root/usr/bin" "$1/bin"
  mkdir "$1/templates"
  mv "$1/root$templates"/*.tmpl "$1/templates/"
  rm -r "$1/packages" "$1/root"
  "$1/bin/promtool" --version && "$1/bin/amtool" --version
}

skip() { say "$1; the tests of alerts will be skipped (install Prometheus and Alertmanager to run them)"; }

take() {
  if [ -d "$home" ]; then return; fi
  if ! known && [ "$(id -u)" = 0 ]; then
    step "updating the list of Debian packages" apt-get -o DPkg::Lock::Timeout=300 -q update || true
  fi
  if ! known; then
    skip "apt knows no package prometheus, and there is none on PATH"
    return
  fi
  step "taking Prometheus and Alertmanager from Debian's packages" fill "$home" extract ||
    skip "Prometheus could not be fetched"
}

if [ ! -d "$home" ]; then
  if on_path; then exit 0; fi
  if ! command -v apt-get >/dev/null; then
    skip "Prometheus is not on PATH"
    exit 0
  fi
  locked prometheus take
fi
if [ ! -d "$home" ] || [ -e $templates/default.tmpl ]; then exit 0; fi
if [ "$(id -u)" = 0 ]; then
  install -D -m 644 -t $templates "$home"/templates/*.tmpl
else
  skip "Alertmanager lacks its templates: sudo install -D -m 644 -t $templates $home/templates/*.tmpl"
fi
