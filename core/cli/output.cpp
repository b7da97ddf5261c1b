// SPDX-License-Identifier: Apache-2.0
// Writing by the system's own call, so that each failure is seen.
#include "core/cli/output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

namespace vitrine::cli {

namespace {

constexpr size_t bytesAtOnce = 1 << 16;

}  // namespace

void Output::line(std::string_view text) {
    if (!m_whyClosed.empty()) return;
    m_buffer += text;
    m_buffer += '\n';
    if (m_buffer.size() >= bytesAtOnce) flush();
}

void Output::flush() {
    size_t at = 0;
    while (at < m_buffer.size() && m_whyClosed.empty()) {
        pollfd ready{STDOUT_FILENO, POLLOUT, 0};
        if (poll(&ready, 1, 100) <= 0) {
            if (m_isEnding()) m_whyClosed = "its reader takes nothing";
            continue;
        }
        // A pipe that is ready takes this much without waiting.
        const ssize_t taken = ::write(STDOUT_FILENO, m_buffer.data() + at,
                                      std::min<size_t>(m_buffer.size() - at, PIPE_BUF));
        if (taken > 0)
            at += static_cast<size_t>(taken);
        else if (taken == 0 || (errno != EINTR && errno != EAGAIN))
            m_whyClosed = std::generic_category().message(taken == 0 ? ENOSPC : errno);
    }
    m_buffer.clear();
}

}  // namespace vitrine::cli
