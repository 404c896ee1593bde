# A test in shell: writes a declaration as a layout and as an archive, and compares them.
set -eu
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT

oci-fixture write app.oci "$out/layout"
oci-fixture write - "$out/layout.tar" < app.oci
oci-fixture verify "$out/layout"
oci-fixture diff "$out/layout" "$out/layout.tar"

# `diff` ends with the status 1 where two images differ, and 2 where it cannot read one.
echo 'index "app:2" { linux/amd64 { "etc/name" => "other" } }' > "$out/other.oci"
status=0
oci-fixture diff app.oci "$out/other.oci" > "$out/differences" || status=$?
test "$status" = 1
grep -qx -e '- .* docker.io/library/app:1 .*' "$out/differences"
grep -qx -e '+ .* docker.io/library/app:2 .*' "$out/differences"
