// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences for exceptions.
#include "gui/bridge/caught.h"

#include <fmt/format.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>

#include "core/base/memory.h"

namespace vitrine::gui {

namespace {

constexpr double bytesOfMegabyte = 1e6;

}  // namespace

Error caughtError(const char* what) {
    const std::string kept = "Nothing else was changed.";
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return {"H02",
                fmt::format("{} needs more memory than there is: {:.0f} MB are free", what,
                            static_cast<double>(availableMemory()) / bytesOfMegabyte),
                {},
                kept,
                "Close other programs, or choose a smaller batch, network or data set."};
    } catch (const std::length_error&) {
        return {"H02",
                fmt::format("{} needs more memory than a program can have", what),
                {},
                kept,
                "Choose a smaller batch, network or data set."};
    } catch (const std::system_error& error) {
        return {"H02",
                fmt::format("{} got nothing from the system: {}", what, error.code().message()),
                {},
                kept,
                "Close other programs, or let this one have more threads, and try again."};
    } catch (const std::exception& error) {
        return {"internal",
                fmt::format("{} has ended with an error of this program: {}", what, error.what()),
                {},
                kept,
                "Save your work under another name, and report this sentence."};
    } catch (...) {
        return {"internal",
                fmt::format("{} has ended with an error of this program", what),
                {},
                kept,
                "Save your work under another name, and report this sentence."};
    }
}

}  // namespace vitrine::gui
