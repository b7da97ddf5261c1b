// SPDX-License-Identifier: Apache-2.0
// For a program that sets locales, included once in it: what glibc itself loses then is no leak of
// ours. It makes a list of LOCPATH at every question for a locale, and never frees it.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:argz_add_sep\n"; }
extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
#endif
