#!/usr/bin/env bash
# Runs a service that stores images, until stdin ends: `services.sh SERVICE PARENT`.
#
# SERVICE is `containerd`, `dockerd`, `registry`, or `storage`, which is only a directory for podman and buildah. All that
# the service writes is in a new directory below PARENT; its sockets are in a new directory of /tmp, since the path of a
# socket may have no more than 107 bytes. When the service answers, stdout is one line: the address, and the directory.
#
# The caller holds the other end of stdin. When the caller ends, by whatever reason, the service is stopped, what is
# mounted below the directory is unmounted, and both directories are removed. No service runs for longer than LIMIT.
set -euo pipefail
LIMIT=400

service=$1
data=$(mktemp -d "$2/$service.XXXXXX")
sockets=$(mktemp -d /tmp/oci.XXXXXX)
address=$sockets/socket
log=$data/log
group=

finish() {
    trap - EXIT
    if [ -n "$group" ]; then
        # `timeout` leads a process group, in which the service is.
        kill -TERM -- "-$group" 2>/dev/null || true
        wait "$group" 2>/dev/null || true
        kill -KILL -- "-$group" 2>/dev/null || true
    fi
    # The last mount is the first to be unmounted.
    awk -v below="$data" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | tac | while read -r mounted; do
        umount --lazy "$mounted" || true
    done
    rm -rf --one-file-system "$data" "$sockets"
}
trap finish EXIT

fail() {
    printf '%s cannot run here: %s\n' "$service" "$1" >&2
    [ ! -e "$log" ] || tail -n 20 "$log" >&2
    exit 1
}

start() {
    timeout --kill-after=10 "$LIMIT" "$@" >"$log" 2>&1 </dev/null &
    group=$!
}

# Waits until the command succeeds.
until_it_answers() {
    for _ in $(seq 150); do
        if timeout 5 "$@" >/dev/null 2>&1; then return; fi
        kill -0 "$group" 2>/dev/null || fail "it has ended"
        sleep 0.1
    done
    fail "it does not answer"
}

if [ "$service" != registry ] && [ "$(id -u)" -ne 0 ]; then
    fail "it needs root"
fi
case $service in
containerd)
    cat >"$data/config.toml" <<-END
		version = 2
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
		root = "$data/root"
		state = "$sockets/state"
		[grpc]
		address = "$address"
	END
    start containerd --config "$data/config.toml"
    until_it_answers ctr --address "$address" version
    # `ctr images mount` of 1.6 takes no other snapshotter.
    # Not a pipe: `grep -q` ends at the first match, and `ctr` would fail by a broken pipe.
    plugins=$(ctr --address "$address" plugins list)
    grep -q 'overlayfs .* ok ' <<<"$plugins" || fail "there is no overlayfs"
    ;;
dockerd)
    # It starts a containerd of its own, in `exec`.
    start dockerd --data-root "$data/root" --exec-root "$sockets/exec" --pidfile "$sockets/pid" \
        --host "unix://$address" --iptables=false --bridge=none --storage-driver vfs
    until_it_answers /usr/bin/docker --host "unix://$address" version
    ;;
registry)
    cat >"$data/config.yml" <<-END
		version: 0.1
		log: { level: info }
		storage: { filesystem: { rootdirectory: $data/root } }
		http: { addr: 127.0.0.1:0 }
		validation: { manifests: { urls: { allow: ["^http://127.0.0.1"] } } }
	END
    start docker-registry serve "$data/config.yml"
    # The kernel chooses the port.
    until_it_answers grep -q 'listening on 127' "$log"
    address=$(grep -o 'listening on 127[0-9.:]*' "$log" | cut -d ' ' -f 3)
    ;;
storage) ;;
*) fail "there is no such service" ;;
esac

printf '%s %s\n' "$address" "$data"
exec >/dev/null
cat
