// SPDX-License-Identifier: Apache-2.0
// Names are taken apart into words; one says the part, one the role.
#include "core/data/arrays/array_roles.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace vitrine {

namespace {

struct PartWord {
    std::string_view word;
    ArrayPart part;
};
constexpr PartWord partWords[] = {
    {"train", ArrayPart::Train},           {"training", ArrayPart::Train},
    {"val", ArrayPart::Validation},        {"valid", ArrayPart::Validation},
    {"validation", ArrayPart::Validation}, {"test", ArrayPart::Test},
    {"testing", ArrayPart::Test},
};
struct RoleWord {
    std::string_view word;
    ArrayRole role;
};
constexpr RoleWord roleWords[] = {
    {"x", ArrayRole::Inputs},        {"images", ArrayRole::Inputs},
    {"image", ArrayRole::Inputs},    {"imgs", ArrayRole::Inputs},
    {"data", ArrayRole::Inputs},     {"inputs", ArrayRole::Inputs},
    {"input", ArrayRole::Inputs},    {"features", ArrayRole::Inputs},
    {"pixels", ArrayRole::Inputs},   {"y", ArrayRole::Targets},
    {"labels", ArrayRole::Targets},  {"label", ArrayRole::Targets},
    {"targets", ArrayRole::Targets}, {"target", ArrayRole::Targets},
    {"masks", ArrayRole::Targets},   {"mask", ArrayRole::Targets},
    {"outputs", ArrayRole::Targets}, {"output", ArrayRole::Targets},
};

std::vector<std::string> wordsOf(std::string_view name) {
    std::vector<std::string> words(1);
    for (const char c : name) {
        if (std::isalpha(static_cast<unsigned char>(c)))
            words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (!words.back().empty())
            words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

}  // namespace

std::optional<ArrayUse> useOf(std::string_view name) {
    ArrayUse use;
    bool hasRole = false, hasPart = false, hasOther = false;
    for (const std::string& word : wordsOf(name)) {
        const auto part = std::ranges::find(partWords, word, &PartWord::word);
        const auto role = std::ranges::find(roleWords, word, &RoleWord::word);
        if (part != std::end(partWords) && !hasPart) {
            use.part = part->part;
            hasPart = true;
        } else if (role != std::end(roleWords) && !hasRole) {
            use.role = role->role;
            hasRole = true;
        } else if (!hasPart && !hasRole) {
            hasOther = true;  // the name of the set
        } else {
            return {};
        }
    }
    return hasRole && (hasPart || !hasOther) ? std::optional(use) : std::nullopt;
}

std::string arrayFor(std::span<const std::string> names, const ArrayUse& use) {
    const auto found =
        std::ranges::find_if(names, [&](const std::string& name) { return useOf(name) == use; });
    return found == names.end() ? std::string() : *found;
}

}  // namespace vitrine
