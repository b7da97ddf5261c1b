// SPDX-License-Identifier: Apache-2.0
// Sentences about what the system did not give.
#include "core/base/guard.h"

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/memory.h"

namespace vitrine {

TooFewThreads::TooFewThreads(int askedFor, int couldBeMade)
    : std::runtime_error("too few threads"), asked(askedFor), made(couldBeMade) {}

DeviceTrouble::DeviceTrouble(Error found)
    : std::runtime_error(found.message), error(std::move(found)) {}

void orThrow(const Result<void>& done) {
    if (!done.ok()) throw DeviceTrouble(done.error());
}

Error outOfMemoryError(std::string_view doing) {
    return {"H02",
            fmt::format("{} needs more memory than there is; {} are free", doing,
                        sizeText(availableMemory())),
            {},
            "Nothing was changed.",
            "Take smaller batches, fewer images or a smaller network, or end other programs."};
}

Error tooFewThreadsError(const TooFewThreads& found) {
    return {
        "H02",
        fmt::format("{} threads were asked for, and the system gives {}", found.asked, found.made),
        {},
        "Nothing was changed.",
        fmt::format("Ask for at most {} threads, or raise the limits of memory and processes.",
                    found.made)};
}

Error systemError(std::string_view doing, const std::system_error& found) {
    return {"H02",
            fmt::format("{} needs something that the system does not give: {}", doing,
                        found.code().message()),
            {},
            "Nothing was changed.",
            "Ask for fewer threads, or raise the limits of memory and processes."};
}

}  // namespace vitrine
