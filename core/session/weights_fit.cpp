// SPDX-License-Identifier: Apache-2.0
// Compares name by name, then chooses the words for what all differences have in common.
#include "core/session/weights_fit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

#include "core/base/file.h"
#include "core/base/nearest_word.h"
#include "core/session/weights.h"

namespace vitrine {

namespace {

constexpr size_t mostRows = 8;
/// Comparing names letter by letter takes time; a file with more of them is another network's.
constexpr size_t mostCandidates = 1000;

/// What a file says about a tensor, whether its type is ours or not.
struct Found {
    std::optional<DType> dtype;
    std::string dtypeName;
    std::vector<int64_t> shape;
    std::string text() const {
        return fmt::format("{} [{}]", printable(dtypeName, 40), fmt::join(shape, ", "));
    }
};
using FoundByName = std::map<std::string_view, Found>;

FoundByName tensorsOf(const WeightFile& file) {
    FoundByName found;
    for (const StoredTensor& tensor : file.tensors)
        found[tensor.name] = {tensor.dtype,
                              tensor.dtype ? std::string(name(*tensor.dtype)) : tensor.typeName,
                              tensor.shape};
    return found;
}

bool becomes(const std::optional<DType>& found, DType wanted) {
    return found && (*found == wanted || (isFloat(*found) && isFloat(wanted)));
}

struct Differences {
    std::vector<const StateLayout::Item*> missing, shapes, types;  ///< each in one of them at most
    size_t wanted = 0;                                             ///< tensors of the network
    size_t count() const { return missing.size() + shapes.size() + types.size(); }
};

/// The file's tensors under the names that the network's states have; those that the match has
/// no state for are as they are.
FoundByName calledAsStates(const FoundByName& inFile, const WeightsMatch& match) {
    FoundByName found = inFile;
    for (const MatchedState& state : match.states)
        if (const auto* tensor = state.tensor ? state.tensor : state.unfit)
            found.erase(tensor->name);
    for (const MatchedState& state : match.states)
        if (const auto* tensor = state.tensor ? state.tensor : state.unfit)
            found[state.item->name] = inFile.at(tensor->name);
    return found;
}

Differences differencesOf(const FoundByName& found, const StateLayout& layout) {
    Differences differences;
    for (const StateLayout::Item& item : layout.items()) {
        if (!isWeights(item)) continue;
        ++differences.wanted;
        const auto tensor = found.find(item.name);
        if (tensor == found.end())
            differences.missing.push_back(&item);
        else if (!isSameOrder(tensor->second.shape, item.shape))
            differences.shapes.push_back(&item);
        else if (!becomes(tensor->second.dtype, item.dtype))
            differences.types.push_back(&item);
    }
    return differences;
}

/// What stands before a wanted name in the file, up to and with a point or slash: the `module.`
/// of PyTorch's wrappers. Nothing where no name ends so.
std::optional<std::string_view> prefixOf(const FoundByName& found, std::string_view wanted) {
    for (const auto& [name, tensor] : found) {
        if (name.size() <= wanted.size() || !name.ends_with(wanted)) continue;
        const std::string_view prefix = name.substr(0, name.size() - wanted.size());
        if (prefix.ends_with('.') || prefix.ends_with('/')) return prefix;
    }
    return std::nullopt;
}

/// The prefix that all missing names have in the file, where there is one.
std::optional<std::string_view> commonPrefix(const FoundByName& found,
                                             const Differences& differences) {
    if (differences.missing.empty()) return std::nullopt;
    const auto prefix = prefixOf(found, differences.missing.front()->name);
    const bool isCommon =
        prefix && std::ranges::all_of(differences.missing, [&](const StateLayout::Item* item) {
            return found.contains(std::string(*prefix) + item->name);
        });
    return isCommon ? prefix : std::nullopt;
}

/// The name in the file that most likely means the state; empty where none does. One of another
/// shape does not, however near it is.
std::string nearestName(const FoundByName& found, const StateLayout::Item& item) {
    const std::string_view wanted = item.name;
    if (const auto prefix = prefixOf(found, wanted)) return fmt::format("{}{}", *prefix, wanted);
    if (found.size() > mostCandidates) return {};
    std::vector<std::string_view> names;
    for (const auto& [name, tensor] : found)
        if (isSameOrder(tensor.shape, item.shape)) names.push_back(name);
    return std::string(nearestWord(wanted, names));
}

std::string rowText(const FoundByName& found, const StateLayout::Item& item) {
    const std::string wants = fmt::format("\n  {}: the network wants {} {}", item.name,
                                          name(item.dtype), item.shape.text());
    if (const auto tensor = found.find(item.name); tensor != found.end())
        return fmt::format("{}, the file has {}", wants, tensor->second.text());
    const std::string nearest = nearestName(found, item);
    return nearest.empty() ? fmt::format("{}, the file has none of this name", wants)
                           : fmt::format("{}, the file has '{}'", wants, nearest);
}

std::string rowsText(const FoundByName& found, const Differences& differences) {
    std::string rows;
    size_t written = 0;
    for (const auto* items : {&differences.missing, &differences.shapes, &differences.types})
        for (const StateLayout::Item* item : *items)
            if (written++ < mostRows) rows += rowText(found, *item);
    if (written > mostRows) rows += fmt::format("\n  … and {} more", written - mostRows);
    return rows;
}

/// How a file and a network do not fit, and what to do about it.
struct Words {
    std::string code, how, next;
};

Words wordsFor(const FoundByName& found, const Differences& differences) {
    const std::string ofThisProject =
        "Name the weights of this project, or the project of these weights.";
    const size_t missing = differences.missing.size();
    if (found.empty())
        return {"C02", "holds no tensors", "Name a file that holds the weights of this project."};
    if (differences.types.size() == differences.count())
        return {"W08", "holds this network's tensors in element types that cannot become its own",
                "Save them as F32 with the program that made the file; F16, BF16 and F64 are read "
                "too."};
    if (const auto prefix = commonPrefix(found, differences))
        return {"C02",
                fmt::format("holds this network's tensors under other names, '{0}{1}' for '{1}'",
                            *prefix, differences.missing.front()->name),
                fmt::format("Save them with '{}' taken off their names.", *prefix)};
    if (missing == differences.wanted)
        return {"C02", "holds the weights of another network", ofThisProject};
    if (missing == differences.count())
        return {"C02",
                fmt::format("lacks {} of the network's {} tensors", missing, differences.wanted),
                "Name a file that holds all of them."};
    if (missing == 0)
        return {"C02",
                fmt::format("holds {} of the network's {} tensors with other shapes or types",
                            differences.count(), differences.wanted),
                "Name weights that were trained in this project as it is now, or the project as "
                "it was then."};
    return {"C02", "does not fit the network", ofThisProject};
}

}  // namespace

Result<void> checkFit(const WeightFile& file, const StateLayout& layout,
                      const WeightsMatch& match) {
    const FoundByName found = calledAsStates(tensorsOf(file), match);
    const Differences differences = differencesOf(found, layout);
    if (differences.count() == 0) return {};
    Words words = wordsFor(found, differences);
    if (match.matched() > 0) words.next += " Or take only what fits.";
    Error error{
        std::move(words.code),
        fmt::format("'{}' {}:{}", printable(file.path), words.how, rowsText(found, differences)),
        {},
        "Nothing was loaded.",
        std::move(words.next)};
    error.place.file = file.path;
    return error;
}

}  // namespace vitrine
