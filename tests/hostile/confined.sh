#!/usr/bin/env bash
# Runs a command that may harm what it likes, in a mount namespace and a pid namespace of its own: `confined.sh TEMP COMMAND`.
#
# All file systems are read-only, but for TEMP and some directories that the tools need. What is written there is in memory,
# of bounded size, and goes with the namespace. TEMP is below /tmp.
set -euo pipefail
temp=$1
shift

mount --make-rprivate /
while read -r _ mounted kind _; do
    case $kind in
    proc | sysfs | cgroup | cgroup2) ;;
    # What lies below another mount cannot be reached, and not be remounted either.
    *) mount -o remount,bind,ro "$mounted" || [ ! -w "$mounted" ] ;;
    esac
done < <(sort --unique --key=2,2 /proc/self/mounts)

mount -t tmpfs -o size=128m tmpfs /run
# dockerd writes its key to /etc, and the absolute path of an image leads to /tmp, to which other tests write, too.
for directory in /etc /tmp; do
    mkdir -p "/run$directory/upper" "/run$directory/work"
done
mkdir -p /run/own /run/tmp/upper/oci-fixture-hostile
chmod 1777 /run/tmp/upper
for directory in /etc /tmp; do
    options=lowerdir=$directory,upperdir=/run$directory/upper,workdir=/run$directory/work
    mount -t overlay -o "$options" overlay "$directory"
done
mount --bind /run/own "$temp"
for directory in /tmp/oci-fixture-hostile /dev/shm /var/lib/containers; do
    [ ! -d "$directory" ] || mount -t tmpfs -o size=16m tmpfs "$directory"
done

ulimit -c 0
export TMPDIR=$temp
exec "$@"
