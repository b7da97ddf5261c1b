// SPDX-License-Identifier: Apache-2.0
// Ordered candidates: the first that takes the problem is the kernel; the others' reasons are kept.
#pragma once

#include "kernels/api/kernel.h"

#include <initializer_list>
#include <utility>

namespace vitrine::kernels {

/// A candidate that refuses returns a kernel without function, and one reason in `refused`.
template <class Problem>
using Candidate = Kernel (*)(const Problem&);

/// The kernel of the first candidate that accepts; without function where all refuse.
template <class Problem>
Kernel choose(const Problem& problem, std::initializer_list<Candidate<Problem>> candidates) {
    std::vector<std::string> refused;
    for (const Candidate<Problem> candidate : candidates) {
        Kernel kernel = candidate(problem);
        for (std::string& reason : kernel.refused) refused.push_back(std::move(reason));
        kernel.refused = refused;
        if (kernel.run) return kernel;
    }
    Kernel none;
    none.refused = std::move(refused);
    return none;
}

inline Kernel refuse(std::string reason);

/// The candidate `bind` for those problems whose numbers are float32.
template <auto bind, class Problem>
Kernel float32Only(const Problem& problem) {
    const auto type = [&] {
        if constexpr (requires { problem.dtype; })
            return problem.dtype;
        else if constexpr (requires { problem.y; })
            return problem.y.dtype;
        else
            return problem.a.dtype;
    }();
    if (type == DType::F32) return bind(problem);
    return refuse("vector: wants f32, got " + std::string(name(type)));
}

/// What a candidate returns that does not take the problem.
inline Kernel refuse(std::string reason) {
    Kernel none;
    none.refused.push_back(std::move(reason));
    return none;
}

}  // namespace vitrine::kernels
