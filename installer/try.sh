#!/usr/bin/env bash
# Installs, starts, uses, upgrades and removes the package, and runs the archive, in fresh roots of
# Debian 12 and 13. Pictures of what was seen lie in RESULTS afterwards.
# Usage: installer/try.sh RESULTS PACKAGE.deb ARCHIVE.tar.xz [EARLIER.deb]     (as root; needs debootstrap)
#   SUITES="bookworm trixie"   MIRROR=http://deb.debian.org/debian
#   ROOTS=FOLDER: copies FOLDER/SUITE, which debootstrap has made, instead of making one
# Without EARLIER.deb the version before is this one under a smaller number.
set -euo pipefail
results=$1 package=$(realpath "$2") archive=$(realpath "$3") earlier=${4:+$(realpath "$4")}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
mkdir -p "$results"
results=$(realpath "$results")
scratch=$(mktemp -d /var/tmp/vitrine-try-XXXX)
mounted=()

clean_up() {
    local folder
    for folder in "${mounted[@]}"; do umount --lazy "$folder" || true; done
    rm -rf --one-file-system "$scratch"
}
trap clean_up EXIT

if [[ -z $earlier ]]; then
    dpkg-deb --raw-extract "$package" "$scratch/repacked"
    sed -i 's/^Version: .*/&~before/' "$scratch/repacked/DEBIAN/control"
    earlier=$scratch/earlier.deb
    dpkg-deb --root-owner-group -Znone --build "$scratch/repacked" "$earlier" >/dev/null
fi

mount_in() {
    mount "${@:1:$#-1}" "$root/${!#}"
    mounted=("$root/${!#}" "${mounted[@]}")
}

fresh_root() {
    if [[ -n ${ROOTS:-} ]]; then
        cp --archive "$ROOTS/$1" "$2"
    else
        debootstrap --variant=minbase "$1" "$2" "$mirror"
    fi
}

failures=0
for suite in ${SUITES:-bookworm trixie}; do
    echo "== $suite"
    root=$scratch/$suite
    if ! fresh_root "$suite" "$root" >"$results/$suite-debootstrap.log" 2>&1; then
        echo "FAILED  there is no root of $suite: $results/$suite-debootstrap.log"
        failures=$((failures + 1))
        continue
    fi
    mount_in --types proc proc proc
    mount_in --rbind --make-rslave /dev dev
    mkdir -p "$root/try/pictures"
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/try" # nothing in it has to survive a power cut
    cp "$package" "$root/try/vitrine.deb"
    cp "$earlier" "$root/try/earlier.deb"
    cp "$archive" "$root/try/vitrine.tar.xz"
    cp "$here/try_in_root.sh" "$root/try/run"
    env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
        chroot "$root" /try/run || failures=$((failures + 1))
    cp -r "$root/try/pictures" "$results/$suite"
    cp "$root/try/log" "$results/$suite.log"
done
echo "$failures of the systems had failures; pictures and logs are in $results"
[[ $failures -eq 0 ]]
