// SPDX-License-Identifier: Apache-2.0
// Linked into a program: before its main, C and C++ have the locale that the environment names, as
// after Qt or another library. It says how half a number looks then, so that a test knows that
// there is something to see.
#include <clocale>
#include <cstdio>
#include <locale>

#include "tests/support/locale_leaks.h"

namespace {

struct LocaleOfEnvironment {
    LocaleOfEnvironment() {
        std::locale::global(std::locale(""));  // of C as well; throws where there is none
        std::fprintf(stderr, "half is %.1f\n", 0.5);
    }
};
const LocaleOfEnvironment localeOfEnvironment;

}  // namespace
