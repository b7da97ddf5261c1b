// SPDX-License-Identifier: Apache-2.0
// What a size, the system or a device decides may throw: memory that is not there, threads that
// cannot be made, a device that fails in the middle of its work. guarded() turns that into an
// Error, at the border of a thread or of a command.
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

/// A device, or memory of one, that failed where a caller cannot go on: an Error on its way to the
/// border of its thread. Memory of the host never does.
struct DeviceTrouble : std::runtime_error {
    explicit DeviceTrouble(Error found);
    Error error;
};
/// Throws DeviceTrouble where there is an Error.
void orThrow(const Result<void>& done);
template <class T>
T orThrow(Result<T> given) {
    if (!given.ok()) throw DeviceTrouble(given.error());
    return std::move(given).value();
}

/// "H02": what was being done, and what memory is there.
Error outOfMemoryError(std::string_view doing);
/// "H02": how many threads were wanted and how many there can be.
Error tooFewThreadsError(const TooFewThreads& found);
/// "H02": the system made no thread, or refused something else.
Error systemError(std::string_view doing, const std::system_error& found);

/// Calls `work`, which gives a Result; an exception of memory, threads, devices or the system
/// becomes an Error. `doing` stands in the sentence: "training".
template <class Work>
auto guarded(std::string_view doing, Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const TooFewThreads& found) {
        return tooFewThreadsError(found);
    } catch (const DeviceTrouble& found) {
        return found.error;
    } catch (const std::bad_alloc&) {
        return outOfMemoryError(doing);
    } catch (const std::length_error&) {
        return outOfMemoryError(doing);
    } catch (const std::system_error& found) {
        return systemError(doing, found);
    }
}

}  // namespace vitrine
