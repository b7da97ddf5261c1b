// SPDX-License-Identifier: Apache-2.0
// Shares of classes.
#include "core/data/pixels/mixing.h"

#include <algorithm>

namespace vitrine {

void writeShares(const WorkedExample& example, std::span<float> to) {
    if (!example.classShares.empty()) {
        std::ranges::copy(example.classShares, to.begin());
        return;
    }
    std::ranges::fill(to, 0.0F);
    if (example.label >= 0 && example.label < std::ssize(to))
        to[static_cast<size_t>(example.label)] = 1;
}

void mixClasses(TransformContext& context, const WorkedExample& other, double share) {
    if (context.classes == 0) return;
    static thread_local std::vector<float> own, others;
    own.resize(static_cast<size_t>(context.classes));
    others.resize(own.size());
    writeShares(context.example, own);
    writeShares(other, others);
    for (size_t i = 0; i < own.size(); ++i)
        own[i] = static_cast<float>(share * own[i] + (1 - share) * others[i]);
    context.example.classShares = own;
}

}  // namespace vitrine
