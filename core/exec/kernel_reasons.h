// SPDX-License-Identifier: Apache-2.0
// Why a kernel was taken, and why each other way was not: what the tape keeps of a choice.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/api/offer.h"

namespace vitrine {

/// The ways that kernels offered, and those that they do not go.
struct KernelWays {
    struct Way {
        std::string name;
        double seconds = 0;  ///< estimated
    };
    std::vector<Way> offered;
    std::vector<kernels::Refusal> refused;
};

struct KernelReasons {
    std::shared_ptr<const KernelWays> ways = {};  ///< null for views
    size_t taken = 0;
    std::string_view reason = {};  ///< where nobody chose; static text

    /// In a line; empty for views.
    std::string whyTaken() const;
    std::vector<std::string> whyNotOthers() const;
};

}  // namespace vitrine
