// SPDX-License-Identifier: Apache-2.0
// Writes nodes and edges down; Graph checks them all at the end.
#include "core/templates/parts/network.h"

#include <algorithm>
#include <cmath>

#include "core/graph/ports.h"
#include "core/tensor/element.h"

namespace vitrine::templates {

namespace {

std::vector<int64_t> square(int64_t extent) { return {extent, extent}; }

}  // namespace

void Network::feed(Node& node, const std::string& port, const Feature& from) {
    if (from.constant.empty())
        m_edges.push_back({from.from, {node.id, port}});
    else
        node.parameters[port] = from.constant;
}

void Network::feedAll(Node& node, const std::vector<Feature>& in) {
    size_t next = 0;
    for (const PortSpec& port : node.op->inputs) {
        if (port.role != PortRole::Value) continue;
        if (!port.repeat.isRepeated() && next < in.size())
            feed(node, std::string(port.id), in[next++]);
        for (int place = 0; port.repeat.isRepeated() && next < in.size(); ++place)
            feed(node, fmt::format("{}{}", port.id, place), in[next++]);
    }
    VITRINE_CHECK(next == in.size(), node.id.c_str());
}

Feature Network::add(const std::string& id, std::string_view op, const std::vector<Feature>& in,
                     Fields fields) {
    Result<Node> made = makeNode(id, op);
    VITRINE_CHECK(made.ok(), id.c_str());
    Node node = std::move(made).value();
    for (const Field& field : fields) {
        VITRINE_CHECK(node.attrs.has(field.id), id.c_str());
        const Result<void> set = node.attrs.set(field.id, field.value);
        if (!set && !m_trouble) m_trouble = nodeError(node, set.error().message, set.error().code);
    }
    feedAll(node, in);
    const Feature result{{id, outputsOf(node).empty() ? "" : outputsOf(node).front().id},
                         in.empty() ? 0 : in.front().channels,
                         {}};
    m_nodes.push_back(std::move(node));
    return result;
}

Feature Network::output(const Feature& first, std::string_view port) {
    return {{first.from.node, std::string(port)}, first.channels, {}};
}

Feature Network::input(const std::string& id, const std::vector<int64_t>& shape,
                       std::string_view column, std::string_view scaling) {
    Feature x =
        add(id, "input", {},
            {{"shape", shape}, {"column", std::string(column)}, {"scaling", std::string(scaling)}});
    x.channels = shape.front();
    return x;
}

Feature Network::constant(const std::string& id, double value) {
    std::vector<std::byte> bytes(sizeOf(DType::F32));
    writeElement(bytes.data(), DType::F32, 0, value);
    m_parameters.push_back(withData({.id = id, .kind = ParameterKind::Constant},
                                    TensorData::of(DType::F32, {1}, std::move(bytes))));
    return {.from = {}, .channels = 1, .constant = id};
}

Feature Network::conv2d(const std::string& id, const Feature& x, int64_t channels,
                        const Conv& conv) {
    Feature y = add(id, "conv2d", {x},
                    {{"out_channels", channels},
                     {"kernel", square(conv.kernel)},
                     {"stride", square(conv.stride)},
                     {"padding", square(conv.padding)},
                     {"groups", conv.groups},
                     {"bias", conv.bias}});
    y.channels = channels;
    return y;
}

Feature Network::conv1d(const std::string& id, const Feature& x, int64_t channels, const Conv& conv,
                        int64_t dilation) {
    Feature y = add(id, "conv1d", {x},
                    {{"out_channels", channels},
                     {"kernel", conv.kernel},
                     {"stride", conv.stride},
                     // Before and after: nothing sees what comes later.
                     {"padding", std::vector<int64_t>{conv.padding, 0}},
                     {"dilation", dilation},
                     {"groups", conv.groups},
                     {"bias", conv.bias}});
    y.channels = channels;
    return y;
}

Feature Network::batchNorm(const std::string& id, const Feature& x, const Norm& norm) {
    return add(id, "batch_norm2d", {x}, {{"eps", norm.eps}, {"momentum", norm.momentum}});
}

Feature Network::maxPool(const std::string& id, const Feature& x, const Pool& pool) {
    return add(id, "max_pool2d", {x},
               {{"kernel", square(pool.kernel)},
                {"stride", square(pool.stride)},
                {"padding", square(pool.padding)},
                {"ceil_mode", pool.ceil}});
}

Feature Network::avgPool(const std::string& id, const Feature& x, const Pool& pool) {
    return add(id, "avg_pool2d", {x},
               {{"kernel", square(pool.kernel)},
                {"stride", square(pool.stride)},
                {"padding", square(pool.padding)}});
}

Feature Network::linear(const std::string& id, const Feature& x, int64_t features) {
    Feature y = add(id, "linear", {x}, {{"out_features", features}});
    y.channels = features;
    return y;
}

Feature Network::dropout(const std::string& id, const Feature& x, double rate) {
    return add(id, "dropout", {x}, {{"rate", rate}});
}

Feature Network::concat(const std::string& id, const std::vector<Feature>& parts) {
    Feature y = add(id, "concat", parts, {{"axis", 1}});
    y.channels = 0;
    for (const Feature& part : parts) y.channels += part.channels;
    return y;
}

Feature Network::meanOfChannels(const std::string& id, const Feature& x) {
    return add("flatten", "flatten", {add(id, "global_avg_pool2d", {x})});
}

Feature Network::channelNorm(const std::string& id, const Feature& x, double epsilon) {
    const Feature rows =
        add(id + "_rows", "transpose", {x}, {{"permutation", std::vector<int64_t>{0, 2, 3, 1}}});
    const Feature normed = add(id, "layer_norm", {rows}, {{"axes", 1}, {"epsilon", epsilon}});
    return add(id + "_images", "transpose", {normed},
               {{"permutation", std::vector<int64_t>{0, 3, 1, 2}}});
}

void Network::classify(const Feature& logits, int64_t classes) {
    const Feature labels = add("labels", "target", {}, {{"classes", classes}});
    add("loss", "cross_entropy", {logits, labels});
}

Result<Graph> Network::graph() && {
    if (m_trouble) return *m_trouble;
    return Graph::fromParts(std::move(m_nodes), std::move(m_edges), std::move(m_parameters));
}

int64_t scaled(int64_t count, double factor) {
    return std::max<int64_t>(1, std::llround(static_cast<double>(count) * factor));
}

int64_t divisible(double count, int64_t divisor) {
    const auto half = static_cast<double>(divisor) / 2;
    const int64_t nearest = static_cast<int64_t>(count + half) / divisor * divisor;
    const int64_t rounded = std::max(divisor, nearest);
    return static_cast<double>(rounded) < 0.9 * count ? rounded + divisor : rounded;
}

}  // namespace vitrine::templates
