// SPDX-License-Identifier: Apache-2.0
// The shape pass: one node after the other in running order.
#include "core/graph/shapes.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/batch_text.h"
#include "core/graph/shape_pass.h"

namespace vitrine {

namespace {

ShapeReport reportOf(const Graph& graph, const Wiring& wiring, const ShapeOptions& options) {
    ShapeReport report;
    report.batch = options.batch;
    report.nodes.resize(graph.nodes().size());
    ShapePass pass(graph, wiring, options, report.nodes);
    for (int index : wiring.order)
        if (const Result<void> known = pass.visit(index); !known)
            report.errors.push_back(known.error());
    return report;
}

/// An extent that is `here` for the batch and `there` for the other one.
std::string extentText(int64_t here, int64_t there, int64_t batch) {
    if (here == there) return std::to_string(here);
    const int64_t other = otherBatch(batch);
    if (here % batch != 0 || there % other != 0 || here / batch != there / other) return "?";
    return here == batch ? "N" : fmt::format("{}·N", here / batch);
}

}  // namespace

const Error* ShapeReport::errorOf(std::string_view node) const {
    for (const Error& error : errors)
        if (error.place.node == node) return &error;
    return nullptr;
}

ShapeReport shapesOf(const Graph& graph, const Wiring& wiring, const ShapeOptions& options) {
    ShapeReport report = reportOf(graph, wiring, options);
    if (report.ok()) return report;
    // Operators write numbers. Those that follow the batch are found by changing it.
    ShapeOptions other = options;
    other.batch = otherBatch(options.batch);
    const ShapeReport changed = reportOf(graph, wiring, other);
    for (Error& error : report.errors)
        if (const Error* twin = changed.errorOf(error.place.node))
            error.message =
                withBatchAsN({error.message, options.batch}, {twin->message, other.batch});
    return report;
}

ShapeReport shapesOf(const Graph& graph, const ShapeOptions& options) {
    return shapesOf(graph, wiringOf(graph), options);
}

Result<void> checkParametersAreFixed(const Graph& graph, const Wiring& wiring,
                                     const ShapeReport& report, const ShapeOptions& options) {
    ShapeOptions others = options;
    others.batch = options.batch + 1;
    const ShapeReport other = shapesOf(graph, wiring, others);
    for (const int index : wiring.order) {
        const auto i = static_cast<size_t>(index);
        const Node& node = graph.nodes()[i];
        const std::vector<NodeParameter>&here = report.nodes[i].parameters,
              &there = other.nodes[i].parameters;
        for (size_t p = 0; p < std::min(here.size(), there.size()); ++p) {
            const Shape &shape = here[p].type.shape, &otherShape = there[p].type.shape;
            if (shape == otherShape) continue;
            const std::string port = nameOf(node.op->inputs, here[p].place);
            Error error = nodeError(
                node,
                fmt::format("the shape of {} depends on the batch: it would be {} for a batch of "
                            "{}, and {} for one of {}",
                            port, shape.text(), options.batch, otherShape.text(), others.batch),
                "shape");
            error.next =
                "See to it that the batch comes in on the first axis alone, and choose "
                "other axes where the node takes them together.";
            return error;
        }
    }
    return {};
}

std::vector<std::string> batchExtents(const NodeShapes& shapes, size_t output, int64_t batch) {
    const Shape& shape = shapes.outputs[output].shape;
    const bool isKnown =
        output < shapes.otherOutputs.size() && shapes.otherOutputs[output].rank() == shape.rank();
    std::vector<std::string> extents;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const bool leads = axis == 0 && shape[axis] == batch;
        extents.push_back(isKnown
                              ? extentText(shape[axis], shapes.otherOutputs[output][axis], batch)
                          : leads ? "N"
                                  : std::to_string(shape[axis]));
    }
    return extents;
}

std::string batchShapeText(const NodeShapes& shapes, size_t output, int64_t batch) {
    return fmt::format("[{}]", fmt::join(batchExtents(shapes, output, batch), ", "));
}

std::string batchShapeText(const Shape& shape, int64_t batch) {
    NodeShapes alone;
    alone.outputs = {{shape, DType::F32}};
    return batchShapeText(alone, 0, batch);
}

}  // namespace vitrine
