# How the Go programs of a test cluster are compiled. A change of this file builds them anew: it is part of the checksum.

# go_build <module folder> <output> <package> [linker flags]: without inlining and debug information, which takes 30 %
# less time. The user's GOFLAGS, caches and proxy are in force; what would change the result is overridden.
go_build() {
  (cd "$1" && GOWORK=off CGO_ENABLED=0 go build -mod=readonly -buildvcs=false -trimpath \
    -gcflags='all=-l -dwarf=false' -ldflags="-s -w ${4:-}" -o "$2" "$3")
}
