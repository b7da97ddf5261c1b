// SPDX-License-Identifier: Apache-2.0
// Tries one way after the other; the first that finds all of the network's tensors is taken, else
// the one that finds most.
#include "core/session/weights_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <ranges>
#include <set>
#include <unordered_map>

#include "core/base/file.h"
#include "core/session/tensor_keys.h"
#include "core/session/timm_names.h"
#include "core/session/torchvision_names.h"
#include "core/session/weight_guess.h"
#include "core/session/weights.h"

namespace vitrine {

namespace {

constexpr int64_t longestRules = 1 << 20;

/// Indices of tensors by the name that a way gives them.
using ByName = std::unordered_map<std::string, const StoredTensor*>;
/// What a way calls a tensor; nothing: it does not know it.
using Naming = std::function<std::optional<std::string>(std::string_view)>;

bool becomes(const StoredTensor& tensor, DType wanted) {
    return tensor.isRead() &&
           (*tensor.dtype == wanted || (isFloat(*tensor.dtype) && isFloat(wanted)));
}

/// Why a tensor of the right name cannot be the state; empty where it can.
std::string whyUnfit(const StoredTensor& tensor, const StateLayout::Item& item) {
    if (!isSameOrder(tensor.shape, item.shape))
        return fmt::format("the file has {} under '{}'", tensor.shapeText(),
                           printable(tensor.name, 80));
    if (!becomes(tensor, item.dtype))
        return fmt::format("the file has {} under '{}', which does not become {}",
                           printable(tensor.typeName, 40), printable(tensor.name, 80),
                           vitrine::name(item.dtype));
    return {};
}

class Matcher {
  public:
    Matcher(const WeightFile& file, const StateLayout& layout) : m_file(file), m_layout(layout) {
        for (const StateLayout::Item& item : layout.items())
            if (isWeights(item)) m_items.push_back(&item);
    }

    /// Each state takes the tensor that has its name in that way.
    WeightsMatch byNames(std::string how, const Naming& naming) const {
        ByName names;
        for (const StoredTensor& tensor : m_file.tensors)
            if (auto name = naming(tensor.name); name && !name->empty())
                names.try_emplace(*std::move(name), &tensor);
        return assembled(std::move(how), [&](const StateLayout::Item& item) {
            const auto found = names.find(item.name);
            return found == names.end() ? nullptr : found->second;
        });
    }

    /// Each state takes the tensor that its key or name leads to.
    WeightsMatch byKeys(const StateToTensor& tensors) const {
        ByName names;
        for (const StoredTensor& tensor : m_file.tensors) names.try_emplace(tensor.name, &tensor);
        return assembled("by name", [&](const StateLayout::Item& item) {
            const auto name = tensors.find(item.name);
            const auto found = name == tensors.end() ? names.end() : names.find(name->second);
            return found == names.end() ? nullptr : found->second;
        });
    }

    /// Each state takes the tensor that is called as its numbers were in the model's file.
    WeightsMatch byModelNames(const ModelNames& modelNames) const {
        ByName names;
        for (const StoredTensor& tensor : m_file.tensors)
            names.try_emplace(std::string(withoutWrappers(tensor.name)), &tensor);
        return assembled("by the names that its model has", [&](const StateLayout::Item& item) {
            const auto name = modelNames.find(item.name);
            const auto found = name == modelNames.end()
                                   ? names.end()
                                   : names.find(std::string(withoutWrappers(name->second)));
            return found == names.end() ? nullptr : found->second;
        });
    }

    /// Layers of one kind, which have tensors of the same roles and shapes: the first is the first,
    /// where there are as many on both sides.
    WeightsMatch byShapes() const {
        const auto theirs =
            layersOf(inOrder(), [](const StoredTensor& tensor) { return tensor.shape; });
        const auto ours = layersOf(m_items, [](const StateLayout::Item& item) {
            return std::vector(item.shape.dims().begin(), item.shape.dims().end());
        });
        std::map<const StateLayout::Item*, const StoredTensor*> pairs;
        for (const auto& [kind, layers] : ours) {
            const auto found = theirs.find(kind);
            if (found == theirs.end() || found->second.size() != layers.size()) continue;
            if (!areCounted(found->second)) continue;
            for (size_t i = 0; i < layers.size(); ++i)
                for (const auto& [part, item] : layers[i]) pairs[item] = found->second[i].at(part);
        }
        if (std::ranges::any_of(theirs, [&](const auto& each) {
                return isNormalisation(each.first) && !ours.contains(each.first);
            }))
            pairs.clear();  // of a network with layers that ours has not
        WeightsMatch match = assembled("by shape and order", [&](const StateLayout::Item& item) {
            const auto found = pairs.find(&item);
            return found == pairs.end() ? nullptr : found->second;
        });
        match.isGuess = true;
        return match;
    }

    /// What stands before every name, up to and with each of its points and slashes.
    std::vector<std::string_view> commonPrefixes() const {
        if (m_file.tensors.empty()) return {};
        std::string_view common = m_file.tensors.front().name;
        for (const StoredTensor& tensor : m_file.tensors) {
            const auto differs = std::ranges::mismatch(common, tensor.name);
            common = common.substr(0, static_cast<size_t>(differs.in1 - common.begin()));
        }
        std::vector<std::string_view> prefixes;
        for (size_t at = common.find_first_of("./"); at != std::string_view::npos;
             at = common.find_first_of("./", at + 1))
            prefixes.push_back(common.substr(0, at + 1));
        return prefixes;
    }

  private:
    /// What a tensor is in its layer.
    using Part = std::pair<WeightRole, std::vector<int64_t>>;
    /// A layer that keeps statistics.
    static bool isNormalisation(const std::vector<Part>& layer) {
        return std::ranges::count(layer, WeightRole::Variance, &Part::first) > 0;
    }
    /// Layers by what they consist of, in the order of their first tensors. Of a block that has a
    /// name for all that is in it a normalisation is a layer of its own.
    template <class Thing, class ShapeOf>
    static std::map<std::vector<Part>, std::vector<std::map<Part, const Thing*>>> layersOf(
        const std::vector<const Thing*>& things, ShapeOf shapeOf) {
        std::vector<NamedRank> named;
        for (const Thing* thing : things) named.push_back({thing->name, shapeOf(*thing).size()});
        const std::vector<WeightRole> roles = weightRolesOf(named);
        std::map<std::pair<std::string_view, bool>, size_t> places;
        std::vector<std::map<Part, const Thing*>> layers;
        for (size_t i = 0; i < things.size(); ++i) {
            const bool isNorm = roles[i] != WeightRole::Weight && roles[i] != WeightRole::Bias;
            const auto place =
                places.try_emplace({weightLayerOf(things[i]->name), isNorm}, layers.size()).first;
            if (place->second == layers.size()) layers.emplace_back();
            // Two of one role and shape in a layer are told apart by nothing.
            layers[place->second].try_emplace({roles[i], shapeOf(*things[i])}, things[i]);
        }
        std::map<std::vector<Part>, std::vector<std::map<Part, const Thing*>>> kinds;
        for (auto& layer : layers) {
            std::vector<Part> kind;
            for (const auto& [part, thing] : layer) kind.push_back(part);
            kinds[kind].push_back(std::move(layer));
        }
        return kinds;
    }

    /// Their order is the network's: that of the file, or of numbers in names that are else alike.
    bool areCounted(const std::vector<std::map<Part, const StoredTensor*>>& layers) const {
        if (m_file.isInOrder) return true;
        const auto patternOf = [](const std::map<Part, const StoredTensor*>& layer) {
            return countingPattern(layer.begin()->second->name);
        };
        return std::ranges::all_of(layers, [&](const auto& layer) {
            return patternOf(layer) == patternOf(layers.front());
        });
    }

    std::vector<const StoredTensor*> inOrder() const {
        std::vector<const StoredTensor*> tensors;
        for (const StoredTensor& tensor : m_file.tensors)
            if (weightRoleOf(tensor.name) != WeightRole::Counter) tensors.push_back(&tensor);
        if (!m_file.isInOrder)
            std::ranges::stable_sort(tensors, [](const StoredTensor* a, const StoredTensor* b) {
                return countsBefore(a->name, b->name);
            });
        return tensors;
    }

    WeightsMatch assembled(
        std::string how,
        const std::function<const StoredTensor*(const StateLayout::Item&)>& tensorOf) const {
        WeightsMatch match{.how = std::move(how), .states = {}, .unused = {}};
        std::set<const StoredTensor*> used;
        std::map<const StoredTensor*, std::string> unfit;
        for (const StateLayout::Item* item : m_items) {
            const StoredTensor* tensor = tensorOf(*item);
            MatchedState state{.item = item};
            state.why = tensor ? whyUnfit(*tensor, *item) : "the file has none for it";
            if (tensor && state.why.empty()) {
                state.tensor = tensor;
                used.insert(tensor);
            } else if (tensor) {
                state.unfit = tensor;
                unfit[tensor] = fmt::format("'{}' is {} {} here", item->name,
                                            vitrine::name(item->dtype), item->shape.text());
            }
            match.states.push_back(std::move(state));
        }
        for (const StoredTensor& tensor : m_file.tensors) {
            if (used.contains(&tensor)) continue;
            const auto reason = unfit.find(&tensor);
            match.unused.push_back(
                {&tensor, reason != unfit.end() ? reason->second
                          : weightRoleOf(tensor.name) == WeightRole::Counter
                              ? "it counts batches and is no weight"
                          : !tensor.isRead()
                              ? (tensor.why.empty() ? "its type is not read" : tensor.why)
                              : "the network has none for it"});
        }
        return match;
    }

    const WeightFile& m_file;
    const StateLayout& m_layout;
    std::vector<const StateLayout::Item*> m_items;
};

Result<std::vector<WeightRule>> rulesOf(const std::string& path) {
    const auto bytes = readFile(path, {.bytes = longestRules});
    if (!bytes) return bytes.error();
    return parseWeightRules(path, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

/// Rules first; what no rule knows has its own name.
Naming namingBy(const std::vector<WeightRule>& rules) {
    return [&rules](std::string_view name) -> std::optional<std::string> {
        auto found = renamed(rules, name);
        return found ? found : std::optional(std::string(name));
    };
}

/// All ways that lead from names to names, the plainest first.
Result<std::vector<WeightsMatch>> waysByName(const Matcher& matcher, const WeightFile& file,
                                             const StateLayout& layout,
                                             const WeightWishes& wishes) {
    std::vector<WeightsMatch> ways;
    const auto isEnough = [&] { return !ways.empty() && ways.back().isWhole(); };
    if (file.own) {
        const auto keys = tensorsOf(file.path, *file.own, layout);
        if (!keys) return keys.error();
        ways.push_back(matcher.byKeys(*keys));
        // Files of this program know their keys: nothing is guessed of another network's.
        if (isEnough() || file.metadata.contains("vitrine.kind")) return ways;
    }
    ways.push_back(matcher.byNames(
        "by name", [](std::string_view name) { return std::string(withoutWrappers(name)); }));
    const std::vector<std::string_view> prefixes = matcher.commonPrefixes();
    for (const std::string_view prefix : prefixes) {
        if (isEnough()) break;
        ways.push_back(matcher.byNames("by name", [prefix](std::string_view name) {
            return std::string(name.substr(prefix.size()));
        }));
    }
    if (!isEnough() && !wishes.modelNames.empty())
        ways.push_back(matcher.byModelNames(wishes.modelNames));
    std::vector<KnownNames> all = torchvisionNames(layout);
    std::ranges::move(timmNames(), std::back_inserter(all));
    for (const KnownNames& known : all) {
        const auto add = [&](std::string_view prefix) {
            if (isEnough()) return;
            ways.push_back(
                matcher.byNames("by " + std::string(known.title), [&](std::string_view name) {
                    return renamed(known.rules, withoutWrappers(name.substr(prefix.size())));
                }));
        };
        add({});
        std::ranges::for_each(prefixes, add);
    }
    return ways;
}

bool isZero(const StoredTensor& tensor) {
    return tensor.isRead() && whyNotStored(tensor).empty() &&
           std::ranges::all_of(plainBytes(tensor),
                               [](std::byte byte) { return byte == std::byte{}; });
}

/// What a file has besides the tensors that were found, and what its layers cannot be without:
/// statistics of a normalisation, numbers that a layer adds. Null: there is no such tensor.
const StoredTensor* missedOf(const WeightsMatch& match) {
    std::set<std::string_view> layers;
    for (const MatchedState& state : match.states)
        if (state.tensor) layers.insert(weightLayerOf(state.tensor->name));
    const auto isMissed = [&](const UnusedTensor& unused) {
        const StoredTensor& tensor = *unused.tensor;
        const WeightRole role = weightRoleOf(tensor.name);
        return role == WeightRole::Variance ||
               (role == WeightRole::Bias && layers.contains(weightLayerOf(tensor.name)) &&
                !isZero(tensor));
    };
    const auto found = std::ranges::find_if(match.unused, isMissed);
    return layers.empty() || found == match.unused.end() ? nullptr : found->tensor;
}

/// Exporters multiply normalisations into the convolutions in front of them, leave away what is
/// zero, and some leave the rest its names: a file that has all of it has other numbers under them.
WeightsMatch withoutMergedLayers(WeightsMatch match) {
    const StoredTensor* missed = missedOf(match);
    if (!missed) return match;
    const std::string why = fmt::format("the file's layers need '{}' too, which the model has not",
                                        printable(missed->name, 80));
    for (MatchedState& state : match.states) {
        if (state.tensor) match.unused.push_back({state.tensor, why});
        state = {.item = state.item, .why = why};
    }
    std::ranges::sort(match.unused, {}, &UnusedTensor::tensor);
    return match;
}

}  // namespace

bool isSameOrder(const std::vector<int64_t>& found, const Shape& wanted) {
    const auto isLong = [](int64_t extent) { return extent != 1; };
    const auto dims = wanted.dims();
    if (found.size() > size_t{Shape::maxRank}) return false;
    return std::ranges::equal(found | std::views::filter(isLong),
                              dims | std::views::filter(isLong));
}

size_t WeightsMatch::matched() const {
    return static_cast<size_t>(std::ranges::count_if(
        states, [](const MatchedState& state) { return state.tensor != nullptr; }));
}

Result<WeightsMatch> matchWeights(const WeightFile& file, const StateLayout& layout,
                                  const WeightWishes& wishes) {
    const Matcher matcher(file, layout);
    if (!wishes.rules.empty()) {
        const auto rules = rulesOf(wishes.rules);
        if (!rules) return rules.error();
        return matcher.byNames("by rules", namingBy(*rules));
    }
    auto ways = waysByName(matcher, file, layout, wishes);
    if (!ways) return ways.error();
    const bool isForeign = !file.metadata.contains("vitrine.kind");
    if (!ways->back().isWhole() && isForeign) {
        WeightsMatch guessed = matcher.byShapes();
        const bool isAnyNamed =
            std::ranges::any_of(*ways, [](const WeightsMatch& way) { return way.matched() > 0; });
        if (guessed.isWhole() || !isAnyNamed) ways->push_back(std::move(guessed));
    }
    WeightsMatch best = std::move(*std::ranges::max_element(*ways, {}, &WeightsMatch::matched));
    const bool isOfModel = isForeign && !wishes.modelNames.empty();
    return isOfModel ? withoutMergedLayers(std::move(best)) : best;
}

}  // namespace vitrine
