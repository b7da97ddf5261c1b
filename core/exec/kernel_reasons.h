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
        double seconds = 0;   ///< estimated, or as it was measured, on one core
        double measured = 0;  ///< of one run on this machine; 0: it was not measured
    };
    std::vector<Way> offered;
    std::vector<kernels::Refusal> refused;
    int threads = 1;  ///< what was measured ran on so many
};

struct KernelReasons {
    std::shared_ptr<const KernelWays> ways = {};  ///< null for views
    size_t taken = 0;
    std::string_view reason = {};  ///< where nobody chose; static text

    /// What it took was measured on this machine.
    bool isMeasured() const { return ways && ways->offered[taken].measured > 0; }
    /// In a line; empty for views.
    std::string whyTaken() const;
    std::vector<std::string> whyNotOthers() const;
};

}  // namespace vitrine
