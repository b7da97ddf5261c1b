// SPDX-License-Identifier: Apache-2.0
// Linked into a program: before its main, C and C++ have the locale that the environment names, as
// after Qt or another library. It says how half a number looks then, so that a test knows that
// there is something to see.
#include <clocale>
#include <cstdio>
#include <locale>

namespace {

struct LocaleOfEnvironment {
    LocaleOfEnvironment() {
        std::locale::global(std::locale(""));  // of C as well; throws where there is none
        std::fprintf(stderr, "half is %.1f\n", 0.5);
    }
};
const LocaleOfEnvironment localeOfEnvironment;

}  // namespace

#if defined(__SANITIZE_ADDRESS__)
/// glibc keeps the list that it makes of LOCPATH, and loses it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:argz_add_sep\n"; }
extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
#endif
