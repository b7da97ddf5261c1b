// SPDX-License-Identifier: Apache-2.0
// What reads or writes at places that are values themselves.
#include "core/onnx/export/write_rule_parts.h"
#include "core/tensor/element.h"

namespace vitrine::onnx::writers::indexing {

namespace {

/// ONNX indexes with 32 and 64 bits.
std::string index(WriteContext& c, size_t k) {
    const bool isFit = c.type(k) == DType::I32 || c.type(k) == DType::I64;
    return isFit ? c.in(k) : c.cast(c.in(k), DType::I64);
}

void gather(WriteContext& c) {
    c.give(c.emit("Gather", {c.in(0), index(c, 1)}, {{"axis", c.axisOf(0)}}));
}

void embedding(WriteContext& c) {
    c.give(c.emit("Gather", {c.in(1), index(c, 0)}, {{"axis", int64_t{0}}}));
}

void gatherElements(WriteContext& c) {
    c.give(c.emit("GatherElements", {c.in(0), index(c, 1)}, {{"axis", c.axisOf(0)}}));
}

void gatherNd(WriteContext& c) {
    std::string places = c.in(1);
    if (c.type(1) != DType::I64) places = c.cast(places, DType::I64);
    c.give(
        c.emit("GatherND", {c.in(0), places}, {{"batch_dims", c.attrs().integer("batch_axes")}}));
}

std::vector<OutAttribute> reductionOf(WriteContext& c) {
    const std::string& mode = c.attrs().text("mode");
    if (mode == "write") return {};
    const int64_t since = mode == "add" || mode == "mul" ? 16 : 18;
    if (c.opset() < since)
        c.refuse("updates that join what was there need operator set " + std::to_string(since));
    return {{"reduction", mode}};
}

void scatterElements(WriteContext& c) {
    std::vector<OutAttribute> attributes = reductionOf(c);
    attributes.push_back({"axis", c.axisOf(0)});
    c.give(c.emit("ScatterElements", {c.in(0), index(c, 1), c.in(2)}, std::move(attributes)));
}

void scatterNd(WriteContext& c) {
    std::string places = c.in(1);
    if (c.type(1) != DType::I64) places = c.cast(places, DType::I64);
    c.give(c.emit("ScatterND", {c.in(0), places, c.in(2)}, reductionOf(c)));
}

void oneHot(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const DType type = c.resultType();
    std::vector<std::byte> bytes(static_cast<size_t>(2 * sizeOf(type)));
    writeElement(bytes.data(), type, 0, attrs.real("off"));
    writeElement(bytes.data(), type, 1, attrs.real("on"));
    const std::string values = c.constant(TensorData::of(type, Shape{2}, std::move(bytes)));
    c.give(c.emit("OneHot", {index(c, 0), c.integer(attrs.integer("classes")), values},
                  {{"axis", attrs.integer("axis")}}));
}

constexpr WriteRule rules[] = {{"gather", gather},
                               {"embedding", embedding},
                               {"gather_elements", gatherElements},
                               {"take_along", gatherElements},
                               {"gather_nd", gatherNd},
                               {"scatter_elements", scatterElements},
                               {"scatter_along", scatterElements},
                               {"scatter_nd", scatterNd},
                               {"one_hot", oneHot}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::indexing
