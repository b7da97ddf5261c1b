// SPDX-License-Identifier: Apache-2.0
// Flat tensors one after another, cut into parts of equal length: many small ones share a part. And
// kernels that make one number of all of them.
#pragma once

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/ordered_sum.h"
#include "kernels/cpu/rows.h"

namespace vitrine::kernels::cpu {

/// The elements of one tensor that lie in one part.
struct TensorRun {
    size_t tensor = 0;
    int64_t from = 0, count = 0;
};

struct TensorList {
    std::vector<int64_t> counts;
    Cut elements;

    explicit TensorList(const std::vector<int64_t>& of)
        : counts(of),
          elements(cut(std::accumulate(of.begin(), of.end(), int64_t{0}), 1, partElements)) {}
};

/// Gives the runs of a part in order, none empty.
class RunsOfPart {
  public:
    RunsOfPart(const TensorList& list, int64_t part)
        : m_counts(list.counts),
          m_begin(list.elements.begin(part)),
          m_end(list.elements.end(part)) {}

    bool next(TensorRun& run) {
        while (m_tensor < m_counts.size() && m_start < m_end) {
            const int64_t count = m_counts[m_tensor],
                          from = std::max<int64_t>(m_begin - m_start, 0);
            run = {m_tensor++, from, std::min(m_end - m_start, count) - from};
            m_start += count;
            if (run.count > 0) return true;
        }
        return false;
    }

  private:
    const std::vector<int64_t>& m_counts;
    int64_t m_begin, m_end;
    size_t m_tensor = 0;
    int64_t m_start = 0;  // of that tensor among all elements
};

/// Each part leaves what `ofPart(list, tensors, part)` gives, an N, in the workspace; in the end
/// `together(span<const N>)` is the result, which lies behind the tensors.
template <class N, class OfPart, class Together>
void runOverParts(const void* problem, void* const* operands, Workspace workspace, int phase,
                  int64_t part, OfPart ofPart, Together together) {
    const auto& list = *static_cast<const TensorList*>(problem);
    const int64_t parts = list.elements.parts;
    auto* numbers = static_cast<N*>(workspace.shared);
    if (phase == 0) numbers[part] = ofPart(list, operands, part);
    if (!finishes(parts, phase)) return;
    const auto result = together(std::span<const N>(numbers, static_cast<size_t>(parts)));
    std::memcpy(operands[list.counts.size()], &result, sizeof result);
}

/// The kernel whose `choice` runs over the parts of such tensors.
inline Kernel bindOverParts(std::string_view family, const std::vector<int64_t>& counts,
                            Choice choice) {
    const TensorList list(counts);
    Kernel kernel = bindVector(family, Layout::RowMajor, list, choice, list.elements.parts);
    setOrderedSum(kernel, list.elements.parts);
    return kernel;
}

}  // namespace vitrine::kernels::cpu
