// SPDX-License-Identifier: Apache-2.0
// Which extents may change: each is tried alone, then all that may together.
#include "core/onnx/follow_sizes.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/input_extents.h"
#include "core/graph/names.h"
#include "core/graph/placeholder.h"
#include "core/graph/special_nodes.h"
#include "core/onnx/size_forms.h"

namespace vitrine::onnx {

namespace {

/// Each of them is read for on its own.
constexpr size_t mostSizes = 16;

/// Nodes that say by themselves what they were given as numbers; or the first that cannot.
struct Followed {
    std::vector<std::pair<size_t, SizeForm>> forms = {};
    std::string heldBy = {};  ///< `up_1.pads`; empty: nothing holds on to the sizes
};

/// An extent that the file leaves open.
struct OpenSize {
    std::string name;
    int64_t extent = 0;
    std::vector<std::unique_ptr<Draft>> readings = {};
    std::string heldBy = {};
};

bool isSameNumbers(const Parameter& a, const Parameter& b) {
    if (!a.data || !b.data) return !a.data && !b.data;
    if (a.data->shape != b.data->shape || a.data->dtype != b.data->dtype) return false;
    const bool isOfFile =
        a.file && b.file && a.file->path == b.file->path && a.file->tensor == b.file->tensor;
    return isOfFile || a.data->bytes.data() == b.data->bytes.data() ||
           std::ranges::equal(a.data->bytes, b.data->bytes);
}

/// `add.b`, the first port that takes a parameter.
std::string userOf(const Draft& draft, const std::string& parameter) {
    for (const DraftNode& made : draft.nodes()) {
        for (const auto& [port, id] : made.node.parameters)
            if (id == parameter) return fmt::format("{}.{}", made.node.id, port);
    }
    return parameter;
}

/// The first place where two drafts are not made of the same nodes with the same numbers.
std::string difference(const Draft& a, const Draft& b) {
    const size_t count = std::min(a.nodes().size(), b.nodes().size());
    for (size_t k = 0; k < count; ++k)
        if (a.nodes()[k].node.op != b.nodes()[k].node.op) return a.nodes()[k].node.id;
    const bool isAlike = a.nodes().size() == b.nodes().size() && a.edges() == b.edges() &&
                         a.parameters().size() == b.parameters().size();
    if (!isAlike) return a.nodes()[std::min(count, a.nodes().size() - 1)].node.id;
    for (const auto& [id, parameter] : a.parameters()) {
        const auto found = b.parameters().find(id);
        if (found == b.parameters().end() || !isSameNumbers(parameter, found->second))
            return userOf(a, id);
    }
    return {};
}

/// The first field that has another value in one of the readings; empty: none has.
std::string_view differingField(const DraftNode& a, std::span<const Draft* const> readings,
                                size_t index) {
    for (const Draft* reading : readings)
        for (const FieldSpec& spec : a.node.attrs.specs()) {
            const bool isSame = spec.id == whyRefused || reading->nodes()[index].node.attrs.get(
                                                             spec.id) == a.node.attrs.get(spec.id);
            if (!isSame) return spec.id;
        }
    return {};
}

/// `sizes`: readings for other sizes than the first's.
Followed followed(const FirstReading& first, std::vector<const Draft*> sizes) {
    Followed result;
    for (const Draft* reading : sizes)
        if (result.heldBy.empty()) result.heldBy = difference(first.draft, *reading);
    if (!result.heldBy.empty()) return result;
    std::vector<const Draft*> all{&first.draft};
    if (first.otherBatch) all.push_back(first.otherBatch);
    all.insert(all.end(), sizes.begin(), sizes.end());
    for (size_t k = 0; k < first.draft.nodes().size(); ++k) {
        const DraftNode& own = first.draft.nodes()[k];
        const std::string_view field = differingField(own, sizes, k);
        if (field.empty() || own.node.op == &inputNode) continue;
        const std::optional<SizeForm> form = sizeFormOf(NodeReadings(all, k));
        if (!form) return {.heldBy = fmt::format("{}.{}", own.node.id, field)};
        result.forms.emplace_back(k, *form);
    }
    return result;
}

void apply(Draft& draft, const Followed& followed) {
    for (const auto& [index, form] : followed.forms) {
        vitrine::Node& node = draft.nodes()[index].node;
        node.op = form.op;
        node.attrs = form.attrs;
        if (form.like) draft.edges().push_back({*form.like, {node.id, "like"}});
    }
}

/// Null where the model cannot be read so; `heldBy` is what is in the way.
std::unique_ptr<Draft> readAgain(const FirstReading& first, const Model& model,
                                 const Choices& choices, std::string& heldBy) {
    Reader reader(model, choices, first.batch);
    const Result<void> read = reader.read();
    if (!read.ok()) return heldBy = "the model", nullptr;
    if (reader.refused().size() > first.reader.refused().size())
        return heldBy = reader.refused().back().node, nullptr;
    return std::make_unique<Draft>(std::move(reader.draft()));
}

/// Another extent with the same divisors, one that is odd where that is even, and one that leaves
/// 1 over whatever divides 64: what is rounded up or down comes to light.
std::array<int64_t, 3> othersThan(int64_t extent) {
    return {extent + 64, extent + 37, (extent / 64 + 2) * 64 + 1};
}

std::vector<const Draft*> readingsOf(const OpenSize& size) {
    std::vector<const Draft*> list;
    for (const auto& reading : size.readings) list.push_back(reading.get());
    return list;
}

void readOthers(OpenSize& size, const FirstReading& first, const Model& model,
                const Choices& choices) {
    Choices other = choices;
    std::string trouble;
    for (const int64_t extent : othersThan(size.extent)) {
        other.symbols[size.name] = extent;
        std::unique_ptr<Draft> draft = readAgain(first, model, other, trouble);
        if (draft) size.readings.push_back(std::move(draft));
        // Many networks take only what a power of two divides.
        size.heldBy = size.readings.empty() ? trouble : followed(first, readingsOf(size)).heldBy;
        if (!size.heldBy.empty()) return;
    }
}

/// Sizes of the inputs that the graph has, each name once.
std::vector<OpenSize> openSizes(const Model& model, const Choices& choices) {
    std::vector<OpenSize> sizes;
    for (const ValueInfo& input : model.graph->inputs) {
        if (!input.type.shape || choices.shapes.contains(input.name)) continue;
        for (size_t k = 1; k < input.type.shape->size(); ++k) {
            const std::string name = extentName(input, k);
            const auto chosen = choices.symbols.find(name);
            const bool isKnown = std::ranges::find(sizes, name, &OpenSize::name) != sizes.end();
            if (isOpen((*input.type.shape)[k]) && chosen != choices.symbols.end() && !isKnown)
                sizes.push_back({name, chosen->second});
        }
    }
    return sizes;
}

/// All that are free, changed at once.
void followTogether(std::vector<OpenSize>& sizes, const FirstReading& first, const Model& model,
                    const Choices& choices) {
    std::vector<const Draft*> readings;
    for (const OpenSize& size : sizes)
        if (size.heldBy.empty()) std::ranges::copy(readingsOf(size), std::back_inserter(readings));
    if (readings.empty()) return;
    Choices other = choices;
    for (const OpenSize& size : sizes)
        if (size.heldBy.empty()) other.symbols[size.name] = othersThan(size.extent)[0];
    std::string trouble;
    const std::unique_ptr<Draft> together = readAgain(first, model, other, trouble);
    if (together) readings.push_back(together.get());
    const Followed all = together ? followed(first, readings) : Followed{.heldBy = trouble};
    if (all.heldBy.empty()) return apply(first.reader.draft(), all);
    for (OpenSize& size : sizes)
        if (size.heldBy.empty()) size.heldBy = all.heldBy;
}

/// Writes down at the inputs what they may change.
void tell(const std::vector<OpenSize>& sizes, Reader& reader, const Model& model) {
    for (const End& end : reader.inputs()) {
        const auto info = std::ranges::find(model.graph->inputs, end.name, &ValueInfo::name);
        const auto made = std::ranges::find_if(
            reader.draft().nodes(), [&](const DraftNode& n) { return n.node.id == end.node; });
        if (info == model.graph->inputs.end() || made == reader.draft().nodes().end() ||
            !info->type.shape)
            continue;
        std::vector<NamedExtent> extents;
        bool isOpenSomewhere = false;
        for (size_t k = isBatched(made->node) ? 1 : 0; k < info->type.shape->size(); ++k) {
            const auto size = std::ranges::find(sizes, extentName(*info, k), &OpenSize::name);
            const int64_t extent = end.shape[static_cast<int>(k)];
            const bool isOne = size != sizes.end();
            isOpenSomewhere = isOpenSomewhere || isOne;
            extents.push_back(!isOne ? NamedExtent{std::to_string(extent)}
                              : size->heldBy.empty()
                                  ? NamedExtent{size->name}
                                  : NamedExtent{size->name, extent, size->heldBy});
        }
        if (isOpenSomewhere) made->node.attrs.with("extents", extentsText(extents));
    }
    for (const OpenSize& size : sizes)
        if (size.heldBy.empty())
            reader.note(fmt::format("{} can be changed later, at the input", quoted(size.name)));
        else
            reader.remark(fmt::format("another {} than {} needs a new import: {} was made for it",
                                      quoted(size.name), size.extent, quoted(size.heldBy)));
}

}  // namespace

bool hasOpenSizes(const Model& model, const Choices& choices) {
    return choices.followsSizes && !openSizes(model, choices).empty();
}

void holdSizes(Reader& reader, const Model& model, const Choices& choices) {
    if (!choices.followsSizes) return;
    std::vector<OpenSize> sizes = openSizes(model, choices);
    for (OpenSize& size : sizes) size.heldBy = "the network";
    tell(sizes, reader, model);
}

void followSizes(FirstReading first, const Model& model, const Choices& choices) {
    std::vector<OpenSize> sizes = openSizes(model, choices);
    if (sizes.size() > mostSizes) return holdSizes(first.reader, model, choices);
    for (OpenSize& size : sizes) readOthers(size, first, model, choices);
    followTogether(sizes, first, model, choices);
    tell(sizes, first.reader, model);
}

}  // namespace vitrine::onnx
