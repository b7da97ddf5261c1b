#!/usr/bin/env bash
# Makes the package for Debian 12, the archive that runs anywhere, and their SHA-256 sums, in
# build/PRESET/packages. Two runs on the same source give the same sums.
# Usage: installer/package.sh [PRESET]     (package)
set -euo pipefail
# shellcheck source=../cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/common.sh"
preset=${1:-package}
packages=$root/build/$preset/packages

# Everything that would be called "now" is the time of the last commit.
if [[ -z ${SOURCE_DATE_EPOCH:-} ]]; then
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2>/dev/null) ||
        fail "There is no git history that tells the time of this source: set SOURCE_DATE_EPOCH to it."
fi
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
# What one copy of the source has compiled serves another, whatever its folder is called: paths are not
# in the objects.
export CCACHE_BASEDIR=$root
umask 022

install_packages "$root/installer/packages.txt"
build "$preset" vitrine vitrine-cli
rm -rf "$packages"
say "Packing"
(cd "$root/build/$preset" && quietly cpack.log cpack)
rm -rf "$packages/_CPack_Packages"

say "Checking"
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
for archive in "$packages"/*.tar.xz; do tar --extract --file "$archive" --directory "$unpacked"; done
"$root/installer/check_archive.sh" "$unpacked"
shopt -s globstar
desktop-file-validate "$unpacked"/*/share/applications/*.desktop
quietly appstream.log appstreamcli validate --no-net "$unpacked"/*/share/metainfo/*.xml
for page in "$unpacked"/*/share/man/**/*.gz; do
    gunzip --stdout "$page" >"$unpacked/page"
    quietly manual.log mandoc -T lint -W warning "$unpacked/page"
done
(cd "$packages" && sha256sum -- *.deb *.tar.xz >SHA256SUMS)
say "" "In $packages:"
(cd "$packages" && ls -l --human-readable -- *.deb *.tar.xz | awk '{print $5, $NF}' && cat SHA256SUMS)
