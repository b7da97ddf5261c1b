// SPDX-License-Identifier: Apache-2.0
// What reads or writes at places that are values themselves.
#include "core/onnx/export/write_rule_parts.h"

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

/// Rows that have one number go together: into zeros, with the axis of the rows in front.
void scatterAdd(WriteContext& c) {
    if (c.opset() < 16) c.refuse("updates that join what was there need operator set 16");
    const int64_t axis = c.axisOf(0);
    const int rank = c.shape(0).rank(), given = c.shape(1).rank(), results = c.resultShape().rank();
    std::vector<int64_t> there, back;  // entries first, and the rows at their axis again
    for (int k = 0; k < given; ++k) there.push_back(axis + k);
    for (int k = 0; k < rank; ++k)
        if (k < axis || k >= axis + given) there.push_back(k);
    for (int k = 0; k < results; ++k) back.push_back(k == axis ? 0 : k < axis ? k + 1 : k);
    std::vector<int64_t> zeros{c.attrs().integer("rows")};
    for (int k = 0; k < results; ++k)
        if (k != axis) zeros.push_back(c.resultShape()[k]);
    const std::string none = c.emit("Expand", {c.number(0, c.type(0)), c.integers(zeros)});
    std::string places = c.in(1);
    if (c.type(1) != DType::I64) places = c.cast(places, DType::I64);
    const std::string entries = axis == 0 ? c.in(0) : c.transposed(c.in(0), there);
    const std::string sums = c.emit("ScatterND", {none, c.unsqueezed(places, {given}), entries},
                                    {{"reduction", std::string("add")}});
    c.give(axis == 0 ? sums : c.transposed(sums, back));
}

constexpr WriteRule rules[] = {{"gather", gather},
                               {"embedding", embedding},
                               {"gather_elements", gatherElements},
                               {"take_along", gatherElements},
                               {"gather_nd", gatherNd},
                               {"scatter_elements", scatterElements},
                               {"scatter_along", scatterElements},
                               {"scatter_nd", scatterNd},
                               {"scatter_add", scatterAdd}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::indexing
