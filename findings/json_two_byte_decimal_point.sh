#!/usr/bin/env bash
# nlohmann/json 3.11.2 (Debian 12) reads 0.25 as 0 under a locale whose decimal point has two bytes.
#
# A good guess: a JSON parser does not depend on the locale. It does: numbers go through strtod, after
# "." was replaced by the FIRST byte of localeconv()->decimal_point. Under de_DE (",") that is right.
# Under ps_AF the decimal point is U+066B, bytes D9 AB: strtod stops behind the whole part, and what
# it gives is taken; an assertion says so, but not with NDEBUG. Any program that calls setlocale, as
# toolkits do for it, reads wrong numbers without an error there.
# The way around: newlocale and uselocale("C") while parsing, or the SAX interface, which gives the
# number's own text.
# Fails when the behaviour is another one. Needs g++, localedef (libc-bin), apt and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -qq download nlohmann-json3-dev=3.11.2-2 locales >/dev/null 2>&1 || {
    echo "the packages nlohmann-json3-dev 3.11.2-2 and locales cannot be had here" >&2
    exit 2
}
for package in ./*.deb; do dpkg -x "$package" root; done
mkdir locales
for name in de_DE ps_AF; do
    I18NPATH=root/usr/share/i18n localedef --no-archive -i "$name" -f UTF-8 "locales/$name.UTF-8" || true
done
cat >read.cpp <<'CPP'
#include <clocale>
#include <cstdio>
#include <nlohmann/json.hpp>
int main(int, char** words) {
    if (!std::setlocale(LC_ALL, words[1])) return 2;
    const double number = nlohmann::json::parse("0.25").get<double>();
    std::printf("%d/100\n", static_cast<int>(number * 100));
}
CPP
g++ -std=c++17 -O1 -DNDEBUG -I root/usr/include read.cpp -o read
found=
for name in C de_DE.UTF-8 ps_AF.UTF-8; do
    number=$(LOCPATH=$folder/locales ./read "$name")
    printf '%-12s 0.25 is read as %s\n' "$name" "$number"
    found+="$number "
done
[[ $found == "25/100 25/100 0/100 " ]] || {
    echo "the behaviour has changed" >&2
    exit 1
}
