// SPDX-License-Identifier: Apache-2.0
// A list for each thread.
#include "kernels/cpu/upcoming.h"

#include <algorithm>

namespace vitrine::kernels::cpu {

Upcoming& Upcoming::ofThread() {
    static thread_local Upcoming own;
    return own;
}

void Upcoming::add(const Image& image, const float* data, const ResultShare& share) {
    if (!isFar(image)) return;
    const bool isOnEnd = share.count == share.stride;
    const int64_t runs = isOnEnd ? 1 : share.repeats;
    const int64_t planes = isOnEnd ? share.count * share.repeats : share.count;
    for (int64_t run = 0; run < runs && m_count < m_list.size(); ++run) {
        const Ahead ahead(image, data, share.first + run * share.stride, planes, share.firstRow,
                          share.endRow);
        const auto isSame = [&](const Ahead& other) { return other.next() == ahead.next(); };
        if (std::ranges::any_of(lines(), isSame) || m_lines + ahead.lines() > mostLines) continue;
        m_list[m_count++] = ahead;
        m_lines += ahead.lines();
    }
}

}  // namespace vitrine::kernels::cpu
