#!/usr/bin/env bash
# Builds oneTBB from Debian's source package with the thread sanitizer, into build/tsan-tbb, where
# the tsan preset finds it. Debian's own library is not instrumented: its synchronisation cannot be
# seen, and a program without a race is given hundreds of reports.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target="$root/build/tsan-tbb"
[[ ! -e $target/lib/cmake/TBB/TBBConfig.cmake ]] || exit 0

work="$root/build/tsan-tbb-source"
rm -rf "$work"
mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial"

# apt reads the system's own sources as source packages, from lists that only live here.
if [[ -e /etc/apt/sources.list.d/debian.sources ]]; then
    sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$work/sources/debian.sources"
else
    sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$work/sources/debian.list"
fi
apt=(apt-get -q -o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$work/sources"
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update
cd "$work"
"${apt[@]}" source --download-only onetbb
cmake -E tar xf onetbb_*.orig.tar.xz

cmake -G Ninja -S "$work"/oneTBB-* -B "$work/build" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_INSTALL_PREFIX="$target" -DTBB_SANITIZE=thread -DTBB_TEST=OFF -DTBBMALLOC_BUILD=OFF \
    -DTBB_STRICT=OFF
cmake --build "$work/build" --target install
rm -rf "$work"
