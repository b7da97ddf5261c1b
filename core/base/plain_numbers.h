// SPDX-License-Identifier: Apache-2.0
// Libraries that ask the C library how numbers are written: Qt, a person's environment and other
// libraries set its locale, and then "0.5" is no number. Our own code uses std::to_chars,
// std::from_chars and fmt (without {:a} and {:L}), which know no locale.
#pragma once

#include <clocale>

namespace vitrine {

/// While it lives, the C library of this thread has the locale "C", whatever the process has.
/// Threads: any; other threads are not touched.
class PlainNumbers {
  public:
    PlainNumbers()
        : m_plain(newlocale(LC_ALL_MASK, "C", static_cast<locale_t>(nullptr))),
          m_before(uselocale(m_plain)) {}
    ~PlainNumbers() {
        uselocale(m_before);
        if (m_plain) freelocale(m_plain);
    }
    PlainNumbers(const PlainNumbers&) = delete;
    PlainNumbers& operator=(const PlainNumbers&) = delete;

  private:
    locale_t m_plain, m_before;
};

}  // namespace vitrine
