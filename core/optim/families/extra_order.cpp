// SPDX-License-Identifier: Apache-2.0
// The order of what goes on around an update.
#include "core/optim/extra.h"

#include <algorithm>

#include <fmt/format.h>

namespace vitrine {

Result<std::vector<Extra>> inOrder(std::vector<Extra> extras) {
    std::ranges::stable_sort(extras, {}, [](const Extra& e) { return e.extra->isAverage; });
    const size_t count = extras.size();
    if (count > 1 && extras[count - 2].extra->isAverage) {
        Error error{"P11",
                    fmt::format("'{}' and '{}' are both averages of the weights, wanted one",
                                extras[count - 2].extra->id, extras[count - 1].extra->id),
                    {},
                    {},
                    "Take one of them out."};
        error.place.field = "extras";
        return error;
    }
    return extras;
}

}  // namespace vitrine
