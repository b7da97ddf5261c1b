// SPDX-License-Identifier: Apache-2.0
// What a size or the system decides may throw: memory that is not there, threads that cannot be
// made. guarded() turns that into an Error, at the border of a thread or of a command.
#pragma once

#include <new>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "core/base/result.h"

namespace vitrine {

/// A team of threads that could not be made whole.
struct TooFewThreads : std::runtime_error {
    TooFewThreads(int askedFor, int couldBeMade);
    int asked, made;
};

/// "H02": what was being done, and what memory is there.
Error outOfMemoryError(std::string_view doing);
/// "H02": how many threads were wanted and how many there can be.
Error tooFewThreadsError(const TooFewThreads& found);
/// "H02": the system made no thread, or refused something else.
Error systemError(std::string_view doing, const std::system_error& found);

/// Calls `work`, which gives a Result; an exception of memory, threads or the system becomes an
/// Error. `doing` stands in the sentence: "training".
template <class Work>
auto guarded(std::string_view doing, Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const TooFewThreads& found) {
        return tooFewThreadsError(found);
    } catch (const std::bad_alloc&) {
        return outOfMemoryError(doing);
    } catch (const std::length_error&) {
        return outOfMemoryError(doing);
    } catch (const std::system_error& found) {
        return systemError(doing, found);
    }
}

}  // namespace vitrine
