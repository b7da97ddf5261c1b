// SPDX-License-Identifier: Apache-2.0
// Heads are made in memory, weights go from where they lie into the file. Source of the numbers of
// fields: onnx/onnx.proto of ONNX 1.23.
#include "core/onnx/export/out_model.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/version.h"
#include "core/onnx/export/wire_writer.h"

namespace vitrine::onnx {

namespace {

constexpr int64_t leastExternal = 1024, alignment = 4096;

enum AttributeKind : int64_t { Float = 1, Int = 2, String = 3, Floats = 6, Ints = 7, Strings = 8 };

/// Puts an attribute's value and its kind into its message.
struct AttributeFields {
    WireWriter& message;
    void operator()(int64_t value) { message.integer(3, value).integer(20, Int); }
    void operator()(double value) { message.real(2, static_cast<float>(value)).integer(20, Float); }
    void operator()(const std::string& value) { message.bytes(4, value).integer(20, String); }
    void operator()(const std::vector<int64_t>& values) {
        for (const int64_t value : values) message.integer(8, value);
        message.integer(20, Ints);
    }
    void operator()(const std::vector<double>& values) {
        for (const double value : values) message.real(7, static_cast<float>(value));
        message.integer(20, Floats);
    }
    void operator()(const std::vector<std::string>& values) {
        for (const std::string& value : values) message.bytes(9, value);
        message.integer(20, Strings);
    }
};

WireWriter nodeMessage(const OutNode& node) {
    WireWriter message;
    for (const std::string& input : node.inputs) message.bytes(1, input);
    for (const std::string& output : node.outputs) message.bytes(2, output);
    message.bytes(3, node.outputs.front()).bytes(4, node.opType);
    for (const OutAttribute& attribute : node.attributes) {
        WireWriter inner;
        inner.bytes(1, attribute.name);
        std::visit(AttributeFields{inner}, attribute.value);
        message.bytes(5, inner);
    }
    return message;
}

WireWriter valueMessage(const OutValue& value) {
    WireWriter shape;
    for (const OutDim& dim : value.dims) {
        WireWriter inner;
        if (const auto* number = std::get_if<int64_t>(&dim))
            inner.integer(1, *number);
        else
            inner.bytes(2, std::get<std::string>(dim));
        shape.bytes(1, inner);
    }
    WireWriter tensor, type, message;
    tensor.integer(1, static_cast<int64_t>(value.element)).bytes(2, shape);
    type.bytes(1, tensor);
    message.bytes(1, value.name).bytes(2, type);
    return message;
}

WireWriter entryMessage(std::string_view key, std::string_view value) {
    WireWriter message;
    message.bytes(1, key).bytes(2, value);
    return message;
}

/// Where a weight's bytes go in the file beside the model; −1: they are in the model.
std::vector<int64_t> externalPlaces(const OutModel& model, bool isExternal, int64_t& end) {
    std::vector<int64_t> places;
    end = 0;
    for (const OutTensor& weight : model.weights) {
        const int64_t size = std::ssize(weight.numbers->bytes);
        if (!isExternal || size < leastExternal) {
            places.push_back(-1);
            continue;
        }
        places.push_back((end + alignment - 1) / alignment * alignment);
        end = places.back() + size;
    }
    return places;
}

/// All of a tensor's message but the numbers, which come last.
WireWriter tensorHead(const OutTensor& weight, int64_t place, const std::string& dataFile) {
    WireWriter message;
    for (const int64_t extent : weight.numbers->shape.dims()) message.integer(1, extent);
    message.integer(2, static_cast<int64_t>(weight.element)).bytes(8, weight.name);
    const int64_t size = std::ssize(weight.numbers->bytes);
    if (place < 0) return message.head(9, size);
    message.bytes(13, entryMessage("location", dataFile))
        .bytes(13, entryMessage("offset", fmt::to_string(place)))
        .bytes(13, entryMessage("length", fmt::to_string(size)))
        .integer(14, 1);
    return message;
}

/// A model as it will lie in its file: text, and between it the numbers of weights.
struct Layout {
    std::vector<std::pair<std::string, const OutTensor*>> pieces;  ///< null: no numbers behind it
    int64_t bytes = 0;

    void add(const std::string& text, const OutTensor* numbers = nullptr) {
        pieces.emplace_back(text, numbers);
        bytes += std::ssize(text) + (numbers ? std::ssize(numbers->numbers->bytes) : 0);
    }
};

Layout graphLayout(const OutModel& model, const std::vector<int64_t>& places,
                   const std::string& dataFile) {
    Layout layout;
    WireWriter first;
    for (const OutNode& node : model.nodes) first.bytes(1, nodeMessage(node));
    first.bytes(2, model.name);
    layout.add(first.text());
    for (size_t i = 0; i < model.weights.size(); ++i) {
        const OutTensor& weight = model.weights[i];
        const WireWriter head = tensorHead(weight, places[i], dataFile);
        const bool isInside = places[i] < 0;
        WireWriter outer;
        outer.head(5, head.size() + (isInside ? std::ssize(weight.numbers->bytes) : 0));
        layout.add(outer.text() + head.text(), isInside ? &weight : nullptr);
    }
    WireWriter last;
    for (const OutValue& input : model.inputs) last.bytes(11, valueMessage(input));
    for (const OutValue& output : model.outputs) last.bytes(12, valueMessage(output));
    layout.add(last.text());
    return layout;
}

Layout modelLayout(const OutModel& model, Layout graph) {
    WireWriter before, opset, behind;
    before.integer(1, irVersionOf(model.opset))
        .bytes(2, "vitrine")
        .bytes(3, std::string(programVersion()));
    before.head(7, graph.bytes);
    opset.bytes(1, "").integer(2, model.opset);
    behind.bytes(8, opset);
    for (const auto& [key, value] : model.metadata) behind.bytes(14, entryMessage(key, value));
    Layout whole;
    whole.add(before.text());
    for (const auto& [text, numbers] : graph.pieces) whole.add(text, numbers);
    whole.add(behind.text());
    return whole;
}

Result<void> saveLayout(const Layout& layout, const std::string& path) {
    AtomicFile file(path);
    VITRINE_TRY(file.open(layout.bytes));
    for (const auto& [text, weight] : layout.pieces) {
        VITRINE_TRY(file.write(text.data(), std::ssize(text)));
        if (weight)
            VITRINE_TRY(
                file.write(weight->numbers->bytes.data(), std::ssize(weight->numbers->bytes)));
    }
    return file.commit();
}

Result<void> saveData(const OutModel& model, const std::vector<int64_t>& places, int64_t end,
                      const std::string& path) {
    AtomicFile file(path);
    VITRINE_TRY(file.open(end));
    const std::vector<char> gap(alignment);
    int64_t at = 0;
    for (size_t i = 0; i < places.size(); ++i) {
        if (places[i] < 0) continue;
        const std::span<const std::byte> bytes = model.weights[i].numbers->bytes;
        VITRINE_TRY(file.write(gap.data(), places[i] - at));
        VITRINE_TRY(file.write(bytes.data(), std::ssize(bytes)));
        at = places[i] + std::ssize(bytes);
    }
    return file.commit();
}

}  // namespace

int64_t irVersionOf(int64_t opset) {
    constexpr std::array<std::pair<int64_t, int64_t>, 8> firstOf{
        {{28, 14}, {25, 13}, {24, 12}, {23, 11}, {21, 10}, {19, 9}, {15, 8}, {12, 7}}};
    for (const auto& [from, ir] : firstOf)
        if (opset >= from) return ir;
    return 6;
}

Result<int64_t> saveModel(const OutModel& model, const std::string& path, const OutFiles& files) {
    int64_t weights = 0;
    for (const OutTensor& weight : model.weights) weights += std::ssize(weight.numbers->bytes);
    const bool isExternal = files.isExternal || weights > largestMessage;
    int64_t dataBytes = 0;
    const std::vector<int64_t> places = externalPlaces(model, isExternal, dataBytes);
    const std::string dataPath = path + ".data";
    const std::string dataFile = std::filesystem::path(dataPath).filename().string();
    const Layout layout = modelLayout(model, graphLayout(model, places, dataFile));
    // One beside no model of that name is somebody's.
    std::error_code failure;
    if (dataBytes > 0 && std::filesystem::exists(dataPath, failure) &&
        !std::filesystem::exists(path, failure))
        return Error{
            "U10",
            fmt::format("'{}', where the weights go, is there already", printable(dataPath)),
            {},
            "Nothing was written.",
            "Name the model otherwise, or take that file away."};
    if (dataBytes > 0) VITRINE_TRY(saveData(model, places, dataBytes, dataPath));
    if (const auto saved = saveLayout(layout, path); !saved) {
        std::error_code ignored;
        if (dataBytes > 0) std::filesystem::remove(dataPath, ignored);
        return saved.error();
    }
    return layout.bytes + dataBytes;
}

}  // namespace vitrine::onnx
