// SPDX-License-Identifier: Apache-2.0
// Endings of names in PyTorch, Keras and here.
#include "core/session/weight_guess.h"

#include <algorithm>
#include <array>
#include <set>

namespace vitrine {

namespace {

struct Ending {
    std::string_view text;
    WeightRole role;
};
constexpr std::array<Ending, 12> endings{{{"num_batches_tracked", WeightRole::Counter},
                                          {"batches", WeightRole::Counter},
                                          {"running_mean", WeightRole::Mean},
                                          {"moving_mean", WeightRole::Mean},
                                          {"_mean", WeightRole::Mean},
                                          {"running_var", WeightRole::Variance},
                                          {"moving_variance", WeightRole::Variance},
                                          {"_var", WeightRole::Variance},
                                          {"bias", WeightRole::Bias},
                                          {"beta", WeightRole::Bias},
                                          {"_shift", WeightRole::Bias},
                                          {"offset", WeightRole::Bias}}};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// Digits from `at` on, without zeros in front.
std::string_view digitsAt(std::string_view text, size_t& at) {
    while (at + 1 < text.size() && text[at] == '0' && isDigit(text[at + 1])) ++at;
    const size_t begin = at;
    while (at < text.size() && isDigit(text[at])) ++at;
    return text.substr(begin, at - begin);
}

}  // namespace

WeightRole weightRoleOf(std::string_view name) {
    for (const Ending& ending : endings)
        if (name.ends_with(ending.text)) return ending.role;
    return WeightRole::Weight;
}

std::string_view weightLayerOf(std::string_view name) {
    constexpr std::array<std::string_view, 6> ours{"_weight", "_bias", "_scale",
                                                   "_shift",  "_mean", "_var"};
    const std::string_view last = name.substr(std::min(name.size(), name.find_last_of("./") + 1));
    for (const std::string_view ending : ours)
        if (last.ends_with(ending) && !last.starts_with("running") && !last.starts_with("moving"))
            return name.substr(0, name.size() - ending.size());
    return name.substr(0, name.size() - last.size());
}

std::vector<WeightRole> weightRolesOf(const std::vector<NamedRank>& tensors) {
    std::set<std::string_view> norms;
    std::vector<WeightRole> roles;
    for (const NamedRank& tensor : tensors) {
        const WeightRole role = weightRoleOf(tensor.name);
        roles.push_back(role);
        const bool isRow = role == WeightRole::Weight && tensor.rank < 2;
        if (isRow || role == WeightRole::Mean || role == WeightRole::Variance)
            norms.insert(weightLayerOf(tensor.name));
    }
    for (size_t i = 0; i < roles.size(); ++i) {
        if (!norms.contains(weightLayerOf(tensors[i].name))) continue;
        if (roles[i] == WeightRole::Weight && tensors[i].rank < 2) roles[i] = WeightRole::Scale;
        if (roles[i] == WeightRole::Bias) roles[i] = WeightRole::Shift;
    }
    return roles;
}

std::string countingPattern(std::string_view name) {
    std::string pattern;
    for (size_t i = 0; i < name.size(); ++i) {
        if (!isDigit(name[i])) {
            pattern += name[i];
            continue;
        }
        while (i + 1 < name.size() && isDigit(name[i + 1])) ++i;
        const bool isEnd = i + 1 == name.size() || name[i + 1] == '.' || name[i + 1] == '/';
        if (isEnd && pattern.ends_with('_'))
            pattern.pop_back();
        else
            pattern += '#';
    }
    return pattern;
}

bool countsBefore(std::string_view a, std::string_view b) {
    size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (isDigit(a[i]) && isDigit(b[j])) {
            const std::string_view left = digitsAt(a, i), right = digitsAt(b, j);
            if (left.size() != right.size()) return left.size() < right.size();
            if (left != right) return left < right;
            continue;
        }
        // What is counted comes after what is not: `conv2d` and its parts before `conv2d_1`.
        const bool isLeftPart = a[i] == '.' || a[i] == '/',
                   isRightPart = b[j] == '.' || b[j] == '/';
        if (isLeftPart != isRightPart) return isLeftPart;
        if (a[i] != b[j]) return a[i] < b[j];
        ++i;
        ++j;
    }
    return a.size() - i < b.size() - j;
}

std::string_view withoutWrappers(std::string_view name) {
    constexpr std::array<std::string_view, 5> wrappers{"module.", "_orig_mod.", "model.",
                                                       "network.", "net."};
    for (bool isFound = true; isFound;) {
        isFound = false;
        for (const std::string_view wrapper : wrappers)
            if (name.starts_with(wrapper)) {
                name.remove_prefix(wrapper.size());
                isFound = true;
            }
    }
    return name;
}

}  // namespace vitrine
