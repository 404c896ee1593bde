#!/bin/sh
# Prints the system calls of one fresh write, ours beside the floor's; fails where they are not the same.
# Usage: bench/syscalls.sh [PATH OF THE BINARY `write`]
set -eu
cd "$(dirname "$0")"
binary=${1:-${CARGO_TARGET_DIR:-target}/release/write}
output=$(mktemp -d)
trap 'rm -r "$output"' EXIT
strace -f -s 64 -o "$output/all" "$binary" --trace
calls() { # the calls between two marks, without memory's, without what differs from one directory to the other
    sed -n "/\/mark\/$1\"/,/\/mark\/$2\"/p" "$output/all" | sed '1d;$d' |
        sed -E 's/^[0-9]+ +//; s/, 0x[0-9a-f]+/, _/g' | grep -Ev '^(brk|mmap|munmap|mremap|madvise)\('
}
calls ours floor >"$output/ours"
calls floor raw >"$output/floor"
cat "$output/ours"
kinds() { sed -E 's/\(.*\) += /() = /' "$1" | sed -E 's/= (0|[1-9][0-9]*)$/= ok/' ; }
kinds "$output/ours" >"$output/ours.kinds"
kinds "$output/floor" >"$output/floor.kinds"
if diff -u --label ours --label floor "$output/ours.kinds" "$output/floor.kinds"; then
    echo "$(wc -l <"$output/ours") calls; the floor makes the same"
else
    echo "the floor makes other calls: bring floor() in src/ways.rs up to date" >&2
    exit 1
fi
