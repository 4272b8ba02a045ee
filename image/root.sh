#!/usr/bin/env bash
# root.sh DEST: the whole root file system of the image, below DEST: the program (assemble.ts), Node, the shared
# libraries of Node and of the native Kafka client, CA certificates, and the few files that the C library reads.
# The Dockerfile and without-docker.sh both call it, so an image has the same content whichever way it was built.
# No shell and no package manager: nothing in it runs but Node.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../setup/env.sh"
source "$repository/setup/step.sh"

user_id=10001
destination=${1:?usage: root.sh DEST}
mkdir -p "$destination"
destination=$(cd "$destination" && pwd)

folders() {
  cd "$destination"
  mkdir -p usr/bin usr/lib usr/lib64 etc/ssl/certs usr/lib/ssl tmp proc dev sys
  ln -sfn usr/bin bin
  ln -sfn usr/lib lib
  ln -sfn usr/lib64 lib64
}

accounts() {
  printf 'root:x:0:0:root:/:/sbin/nologin\nbilling:x:%s:%s:billing:/tmp:/sbin/nologin\n' $user_id $user_id >etc/passwd
  printf 'root:x:0:\nbilling:x:%s:\n' $user_id >etc/group
  # The C library's default asks DNS before /etc/hosts.
  printf 'hosts: files dns\n' >etc/nsswitch.conf
}

# Node has its own certificates; OpenSSL below the Kafka client looks where Debian has them.
certificates() {
  local bundle
  for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
    if [ -e "$bundle" ]; then
      cp -L "$bundle" etc/ssl/certs/ca-certificates.crt
      ln -sfn /etc/ssl/certs/ca-certificates.crt usr/lib/ssl/cert.pem
      ln -sfn /etc/ssl/certs usr/lib/ssl/certs
      return
    fi
  done
  fail "no CA certificates" "install them (Debian: apt-get install ca-certificates)"
}

# What the loader would load, without what the Kafka client brings in its own folder, and the loader itself.
libraries_of() {
  ldd "$@" | awk '/=> \// { print $3 } $1 ~ /^\/.*ld-linux/ { print $1 }' | grep -v /node_modules/ | sort -u
}

libraries() {
  local addon=app/node_modules/@confluentinc/kafka-javascript/build/Release/confluent-kafka-javascript.node
  local library
  libraries_of usr/bin/node "$addon" | while read -r library; do
    # /lib and /lib64 are links to the folders of the same name in /usr, here as on the machine that builds.
    library=/usr${library#/usr}
    mkdir -p "$(dirname "$destination$library")"
    cp -L "$library" "$destination$library"
    package_record "$library"
  done
}

# Which Debian package a library is of, where scanners of images look for it, and its licence. Debian may know a
# library by its name below /lib or below /usr/lib; they are the same folder.
package_record() {
  local owner name
  command -v dpkg-query >/dev/null || return 0
  owner=$({ dpkg-query -S "$1" || dpkg-query -S "${1#/usr}"; } 2>/dev/null | head -n 1 | sed 's/: .*//') || return 0
  name=${owner%%:*}
  mkdir -p var/lib/dpkg/status.d "usr/share/doc/$name"
  dpkg-query -s "$owner" >"var/lib/dpkg/status.d/$name"
  cp -L "/usr/share/doc/$name/copyright" "usr/share/doc/$name/copyright"
}

# The same modes whatever the umask was; any user may run it and none may change it, but /tmp is everybody's.
modes() {
  chmod -R u=rwX,go=rX .
  chmod 1777 tmp
}

node "$repository/image/assemble.ts" "$destination"
folders
cd "$destination"
cp "$node_home/bin/node" usr/bin/node
accounts
certificates
libraries
modes
