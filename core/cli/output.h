// SPDX-License-Identifier: Apache-2.0
// Standard output that may go away: a reader that ends, or takes nothing when the program is asked
// to end, never ends or holds a training.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vitrine::cli {

class Output {
  public:
    /// `isEnding`: has the program been asked to end? A write that waits is given up then.
    explicit Output(std::function<bool()> isEnding) : m_isEnding(std::move(isEnding)) {}

    /// Adds a line's end. What comes after the output was closed is dropped.
    void line(std::string_view text);
    void flush();
    /// Why nothing is written any more; empty while all is well.
    const std::string& whyClosed() const { return m_whyClosed; }

  private:
    std::function<bool()> m_isEnding;
    std::string m_buffer, m_whyClosed;
};

}  // namespace vitrine::cli
