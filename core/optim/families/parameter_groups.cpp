// SPDX-License-Identifier: Apache-2.0
// Patterns of names, and what a group changes.
#include "core/optim/parameter_groups.h"

#include <algorithm>

#include "core/optim/families/schedule_text.h"

namespace vitrine {

using schedules::takeUntil;
using schedules::trimmed;

namespace {

/// Goes back to the last star where the rest does not fit: linear in practice, and never worse than
/// the product of both lengths.
bool fits(std::string_view pattern, std::string_view name) {
    size_t p = 0, n = 0, star = std::string_view::npos, behindStar = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            behindStar = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++behindStar;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace

int placeInGroups(std::span<const Attrs> groups, std::string_view parameter) {
    const auto found = std::ranges::find_if(
        groups, [&](const Attrs& group) { return isInGroup(group, parameter); });
    return found == groups.end() ? -1 : static_cast<int>(found - groups.begin());
}

bool isInGroup(const Attrs& group, std::string_view parameter) {
    std::string_view text = group.text("parameters");
    while (!text.empty()) {
        const std::string_view pattern = trimmed(takeUntil(text, ','));
        if (!pattern.empty() && fits(pattern, parameter)) return true;
    }
    return false;
}

const Attrs* groupOf(std::span<const Attrs> groups, std::string_view parameter) {
    const int place = placeInGroups(groups, parameter);
    return place < 0 ? nullptr : &groups[static_cast<size_t>(place)];
}

Result<void> checkGroup(const Attrs& group) {
    std::string_view text = group.text("parameters");
    while (!text.empty())
        if (!trimmed(takeUntil(text, ',')).empty()) return {};
    Error error{"P11",
                "a group of parameters has no pattern, wanted one such as *.bias",
                {},
                {},
                "Name the parameters, or take the group out."};
    error.place.field = "parameters";
    return error;
}

Attrs fieldsInGroup(Attrs fields, const Attrs& group) {
    constexpr std::string_view decay = "weight_decay";
    if (fields.has(decay)) fields.with(decay, fields.real(decay) * group.real("decay"));
    return fields;
}

void freezeGroups(Program& program, std::span<const Attrs> groups) {
    for (StateBinding& state : program.states) {
        if (state.kind != StateKind::Parameter) continue;
        const Attrs* group = groupOf(groups, state.name);
        if (group && group->flag("frozen")) state.kind = StateKind::Frozen;
    }
}

}  // namespace vitrine
