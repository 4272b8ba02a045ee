# What the set-up scripts share: how they report, fail, and fill the cache. Sourced after env.sh.

say() { printf 'setup: %s\n' "$*"; }

# fail <what happened> <what the reader can do about it>
fail() {
  printf 'setup: %s\n       remedy: %s\n' "$1" "$2" >&2
  exit 1
}

# step <sentence> <command...>: runs the command quietly and says how long it took; its output is shown if it fails.
step() {
  local sentence=$1 log started=$SECONDS
  shift
  log=$(mktemp "${TMPDIR:-/tmp}/billing-operator-setup.XXXXXX")
  printf 'setup: %s ... ' "$sentence"
  # `set -e` is off inside a condition, so the command runs in a shell of its own that has it on.
  (set -euo pipefail && "$@") >"$log" 2>&1 &
  if wait $!; then
    printf 'done in %d s\n' $((SECONDS - started))
    rm -f "$log"
  else
    printf 'FAILED after %d s\n' $((SECONDS - started))
    tail -n 40 "$log" >&2
    printf 'setup: the whole output is in %s\n' "$log" >&2
    return 1
  fi
}

# locked <name> <command...>: one process at a time. Without flock (macOS) two may do the same work, which costs
# time only: what they make appears in the cache by a rename.
locked() {
  local name=$1
  shift
  mkdir -p "$BILLING_OPERATOR_CACHE/locks"
  if command -v flock >/dev/null; then
    (
      flock -n 9 || { say "waiting for another set-up of $name" && flock 9; }
      "$@"
    ) 9>"$BILLING_OPERATOR_CACHE/locks/$name"
  else
    "$@"
  fi
}

# fill <folder> <function>: the function fills a temporary folder, which then takes the place of <folder> by a
# rename. So a folder of the cache is complete or absent, whenever the machine stops.
fill() {
  local folder=$1 fill_folder=$2 temporary
  mkdir -p "$(dirname "$folder")"
  temporary=$(mktemp -d "$folder.new.XXXXXX")
  # The subshell waits in the background so that `set -e` holds in it, whoever calls.
  (set -euo pipefail && "$fill_folder" "$temporary") &
  if ! wait $!; then
    rm -rf "$temporary"
    return 1
  fi
  chmod 755 "$temporary"
  if [ -e "$folder" ]; then
    mv "$folder" "$temporary.old"
  fi
  mv "$temporary" "$folder"
  rm -rf "$temporary.old"
}
