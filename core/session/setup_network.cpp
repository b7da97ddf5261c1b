// SPDX-License-Identifier: Apache-2.0
// Set-up check: nodes that cannot do what they are for.
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/graph/ports.h"
#include "core/session/setup_findings.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

// Batch normalisation.

/// The batch nearest to the present one that leaves no single image over; 0: there is none.
int64_t batchWithoutSingle(int64_t batch, int64_t images) {
    if (images < 0) return std::max<int64_t>(batch, 2);
    for (int64_t away = 0; away < images; ++away)
        for (const int64_t other : {batch - away, batch + away})
            if (other >= 2 && other <= images && images % other != 1) return other;
    return 0;
}

std::string otherBatch(int64_t batch, const DataFacts& data) {
    const int64_t other = batchWithoutSingle(batch, data.trainCount);
    const char* without = "take this node out, or put it where images are larger than 1 × 1";
    if (other == 0) return fmt::format("Use more images, {}.", without);
    return fmt::format("Use a batch of {}, {}.", other, without);
}

void checkBatchNorm(const SetupGraph& setup, int index, const DataFacts& data,
                    SetupFindings& findings) {
    const Node& node = setup.node(index);
    const Shape& x = setup.shapesOf(index).operands.front().shape;
    const int64_t batch = setup.shapes.batch, perChannel = x.elements() / x[1];
    if (perChannel == 1)
        return findings.refuse(
            "U13", placeOf(node),
            fmt::format("{} sees one number per channel (1 × 1 images in batches of 1), and one "
                        "number has no variance: the result is the bias, whatever the image is",
                        node.text()),
            otherBatch(batch, data));
    const int64_t rest = data.trainCount > 0 ? data.trainCount % batch : 0;
    if (perChannel != batch || rest != 1) return;
    findings.warn("U13", placeOf(node),
                  fmt::format("{} sees one number per channel in each epoch's last batch, which "
                              "has 1 image ({} in batches of {}), and one number has no variance",
                              node.text(), fmt::group_digits(data.trainCount), batch),
                  otherBatch(batch, data));
}

void checkRunningStatistics(const Node& node, SetupFindings& findings) {
    if (node.attrs.real("momentum") > 0 || node.attrs.flag("cumulative")) return;
    findings.warn("U13", placeOf(node, "momentum"),
                  fmt::format("{}: momentum is 0, so that evaluation uses mean 0 and variance 1, "
                              "whatever the images are",
                              node.text()),
                  "Choose more; 0.1 is usual.");
}

// Wiring.

/// Does a node lead to one that is marked?
std::vector<bool> leadTo(const SetupGraph& setup, std::vector<bool> leads) {
    const std::vector<int>& order = setup.wiring.order;
    for (auto index = order.rbegin(); index != order.rend(); ++index)
        if (leads[static_cast<size_t>(*index)])
            for (const Source& source : setup.wiring.sources[static_cast<size_t>(*index)])
                if (source.isConnected()) leads[static_cast<size_t>(source.node)] = true;
    return leads;
}

std::vector<bool> areOf(const SetupGraph& setup, NodeKind kind) {
    std::vector<bool> marks;
    for (const Node& node : setup.graph.nodes()) marks.push_back(node.op->kind == kind);
    return marks;
}

std::vector<bool> feedSomething(const SetupGraph& setup) {
    std::vector<bool> feeds(setup.graph.nodes().size());
    for (const std::vector<Source>& sources : setup.wiring.sources)
        for (const Source& source : sources)
            if (source.isConnected()) feeds[static_cast<size_t>(source.node)] = true;
    return feeds;
}

struct Idle {
    int nodes = 0;
    int64_t parameters = 0;
};

/// `end` and what leads to it alone; takes them off `leads` so that no other end counts them.
Idle takeIdle(const SetupGraph& setup, int end, std::vector<bool>& leads) {
    Idle idle;
    std::vector<int> open{end};
    while (!open.empty()) {
        const int index = open.back();
        open.pop_back();
        if (index < 0 || leads[static_cast<size_t>(index)]) continue;
        leads[static_cast<size_t>(index)] = true;
        ++idle.nodes;
        for (const NodeParameter& parameter : setup.shapesOf(index).parameters)
            if (parameter.isTrained()) idle.parameters += parameter.type.shape.elements();
        for (const Source& source : setup.wiring.sources[static_cast<size_t>(index)])
            open.push_back(source.node);
    }
    return idle;
}

void checkIdleNodes(const SetupGraph& setup, SetupFindings& findings) {
    std::vector<bool> leads = areOf(setup, NodeKind::Loss);
    const std::vector<bool> outputs = areOf(setup, NodeKind::Output);
    std::transform(leads.begin(), leads.end(), outputs.begin(), leads.begin(), std::logical_or());
    leads = leadTo(setup, std::move(leads));
    const std::vector<bool> feeds = feedSomething(setup);
    for (int index = 0; index < setup.count(); ++index) {
        const auto i = static_cast<size_t>(index);
        if (leads[i] || feeds[i]) continue;
        const Node& node = setup.node(index);
        const Idle idle = takeIdle(setup, index, leads);
        std::string message =
            fmt::format("{} feeds nothing, so that it does not count", node.text());
        if (idle.nodes > 1) message += fmt::format(", nor {} before it", idle.nodes - 1);
        if (idle.parameters > 0)
            message += fmt::format("; {} {} never trained", countOf(idle.parameters, "parameter"),
                                   idle.parameters == 1 ? "is" : "are");
        findings.warn("U16", placeOf(node), std::move(message),
                      "Connect it to what leads to the loss, or delete it.");
    }
}

/// Which nodes get a gradient from the loss: it goes against the wires, through what can be
/// differentiated, as long as they carry floating-point numbers.
std::vector<bool> getGradient(const SetupGraph& setup) {
    std::vector<bool> gets(setup.graph.nodes().size());
    for (const LossRole& loss : setup.roles.losses)
        if (loss.weight > 0) gets[static_cast<size_t>(loss.node)] = true;
    const std::vector<int>& order = setup.wiring.order;
    for (auto index = order.rbegin(); index != order.rend(); ++index) {
        const OpDescriptor& op = *setup.node(*index).op;
        if (!gets[static_cast<size_t>(*index)] || (!op.isComposite() && !op.vjp)) continue;
        for (const Source& source : setup.wiring.sources[static_cast<size_t>(*index)]) {
            if (!source.isConnected()) continue;
            const ValueShape& value =
                setup.shapesOf(source.node).outputs[static_cast<size_t>(source.port)];
            if (isFloat(value.dtype)) gets[static_cast<size_t>(source.node)] = true;
        }
    }
    return gets;
}

bool learns(const SetupGraph& setup, int index) {
    return std::ranges::any_of(setup.shapesOf(index).parameters, &NodeParameter::isTrained);
}

void checkGradientFlow(const SetupGraph& setup, SetupFindings& findings) {
    std::vector<bool> counted(setup.graph.nodes().size());
    for (const LossRole& loss : setup.roles.losses)
        counted[static_cast<size_t>(loss.node)] = loss.weight > 0;
    const std::vector<bool> leads = leadTo(setup, std::move(counted)), gets = getGradient(setup);
    for (int index = 0; index < setup.count(); ++index) {
        const auto i = static_cast<size_t>(index);
        if (!leads[i] || gets[i] || !learns(setup, index)) continue;
        const Node& node = setup.node(index);
        findings.warn(
            "U16", placeOf(node),
            fmt::format("{} gets no gradient, so that its parameters stay as they start: "
                        "all that leads from it to the loss goes through whole numbers",
                        node.text()),
            "Take out what rounds them behind it, or cast to a floating-point type there.");
    }
}

/// How many taps of a filter ever meet a pixel, along one axis: tap k does where o · stride + k ·
/// dilation − padding lies within the image for one of the `results` positions o.
int64_t tapsThatSee(const Attrs& attrs, size_t axis, int64_t extent, int64_t results) {
    const int64_t stride = attrs.list("stride")[axis], padding = attrs.list("padding")[axis],
                  dilation = attrs.list("dilation")[axis];
    int64_t taps = 0;
    for (int64_t k = 0; k < attrs.list("kernel")[axis]; ++k) {
        const int64_t before = padding - k * dilation;  // first position is o · stride ≥ before
        const int64_t first = before <= 0 ? 0 : (before + stride - 1) / stride;
        const int64_t end = extent + before;  // o · stride < end
        if (first < results && first * stride < end) ++taps;
    }
    return taps;
}

void checkTaps(const SetupGraph& setup, int index, SetupFindings& findings) {
    const Node& node = setup.node(index);
    const bool isPlain =
        node.attrs.text("auto_padding") == "explicit" && node.attrs.text("padding_mode") == "zeros";
    if (!isPlain) return;
    const Shape &x = setup.shapesOf(index).operands.front().shape,
                &y = setup.shapesOf(index).outputs.front().shape;
    const int64_t rows = tapsThatSee(node.attrs, 0, x[2], y[2]),
                  columns = tapsThatSee(node.attrs, 1, x[3], y[3]);
    const std::vector<int64_t>& kernel = node.attrs.list("kernel");
    if (rows == kernel[0] && columns == kernel[1]) return;
    findings.warn("U16", placeOf(node, "kernel"),
                  fmt::format("{} has filters of {} × {} on images of {} × {}: {} × {} weights of "
                              "each ever meet a pixel, the others padding alone",
                              node.text(), kernel[0], kernel[1], x[2], x[3], rows, columns),
                  "Use a smaller kernel, or shrink the images less before it.");
}

/// Ids of what feeds ports, whether their shapes are known or not.
std::set<std::string> usedParameters(const Graph& graph) {
    std::set<std::string> used;
    for (const Node& node : graph.nodes()) {
        for (const PortSpec& port : node.op->inputs)
            if (port.role != PortRole::Value && portExists(port, node.attrs) &&
                !comesOverEdge(node, port))
                used.insert(node.parameterId(port.id));
        for (const auto& [port, parameter] : node.parameters) used.insert(parameter);
    }
    return used;
}

int64_t notFinite(const Parameter& parameter) {
    int64_t count = 0;
    if (!parameter.data || !isFloat(parameter.data->dtype)) return count;
    for (int64_t i = 0; i < parameter.data->shape.elements(); ++i)
        count +=
            !std::isfinite(readElement(parameter.data->bytes.data(), parameter.data->dtype, i));
    return count;
}

}  // namespace

void checkBatchNorms(const SetupGraph& setup, const DataFacts& data, SetupFindings& findings) {
    for (int index = 0; index < setup.count(); ++index) {
        if (!setup.node(index).op->id.starts_with("batch_norm")) continue;
        checkBatchNorm(setup, index, data, findings);
        checkRunningStatistics(setup.node(index), findings);
    }
}

void checkParameters(const Graph& graph, SetupFindings& findings) {
    const std::set<std::string> used = usedParameters(graph);
    for (const auto& [id, parameter] : graph.parameters()) {
        const Node* owner = graph.find(std::string_view(id).substr(0, id.find('.')));
        const Place place{
            .node = owner ? owner->id : std::string(), .field = {}, .file = {}, .line = 0};
        if (!used.contains(id))
            findings.warn("U23", place, fmt::format("parameter '{}' feeds nothing", id),
                          "Correct its name, or take it out of the project.");
        else if (const int64_t bad = notFinite(parameter); bad > 0)
            findings.warn(
                "U23", place,
                fmt::format("parameter '{}' starts with {} not finite", id,
                            bad == 1 ? "1 number that is" : countOf(bad, "number") + " that are"),
                "Give it other numbers, unless the network is made for these.");
    }
}

void checkWiring(const SetupGraph& setup, SetupFindings& findings) {
    checkIdleNodes(setup, findings);
    checkGradientFlow(setup, findings);
    for (int index = 0; index < setup.count(); ++index)
        if (setup.node(index).op->id == "conv2d") checkTaps(setup, index, findings);
}

}  // namespace vitrine
