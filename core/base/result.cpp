// SPDX-License-Identifier: Apache-2.0
// How an Error reads on standard error.
#include "core/base/result.h"

namespace vitrine {

std::string Error::text() const {
    std::string out = code + ": " + message;
    if (!kept.empty()) out += "\n" + kept;
    if (!next.empty()) out += "\n" + next;
    return out;
}

Error stoppedError() {
    return {std::string(stoppedCode), "stopped before it was done", {}, {}, {}};
}

}  // namespace vitrine
