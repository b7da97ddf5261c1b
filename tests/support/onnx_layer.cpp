// SPDX-License-Identifier: Apache-2.0
// Made, written, imported, run.
#include "tests/support/onnx_layer.h"

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/tensor/element.h"
#include "tests/support/onnx_network.h"

namespace vitrine::test {

std::string modelOf(const Layer& layer, const Dims& dims) {
    const std::string shown = layer.shown.empty() ? layer.outputs.back() : layer.shown;
    const std::vector<OnnxDim> extents(dims.begin(), dims.end());
    return onnxModel({.graph = onnxGraph({.nodes = {onnxNode(layer.op, layer.inputs, layer.outputs,
                                                             layer.attributes)},
                                          .initializers = layer.initializers,
                                          .inputs = {onnxValue("x", OnnxFloat, extents)},
                                          .outputs = {onnxValue(shown, layer.resultType)}}),
                      .opset = layer.opset});
}

std::string attribute(std::string_view name, const Dims& values) {
    return onnxAttribute(name, values);
}
std::string number(std::string_view name, int64_t value) { return onnxAttribute(name, value); }
std::string real(std::string_view name, double value) { return onnxAttribute(name, value); }
std::string word(std::string_view name, std::string_view value) {
    return onnxAttribute(name, value);
}

Reals upTo(int count) {
    Reals list;
    for (int k = 1; k <= count; ++k) list.push_back(k);
    return list;
}

Numbers floats(const Dims& dims, const Reals& values) {
    Shape shape;
    for (int64_t extent : dims) shape.push(extent);
    std::vector<std::byte> bytes(values.size() * 4);
    for (size_t i = 0; i < values.size(); ++i)
        writeElement(bytes.data(), DType::F32, static_cast<int64_t>(i), values[i]);
    return TensorData::of(DType::F32, shape, std::move(bytes));
}

Result<onnx::Network> networkOfBytes(const std::string& bytes) {
    const QTemporaryDir folder;
    QFile file(folder.filePath("model.onnx"));
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(bytes)) < 0)
        return Error{"test", "no room for a model", {}, {}, {}};
    file.close();
    Result<onnx::Model> model = onnx::readModel(file.fileName().toStdString());
    if (!model.ok()) return model.error();
    return onnx::networkOf(*model);
}

Result<Reals> layerAnswer(const onnx::Network& network, const Dims& dims, const Reals& x) {
    if (!network.refused.empty()) return Error{"test", network.refused.front().message, {}, {}, {}};
    onnx::Network bound = network;
    if (bound.batch > 0) bound.batch = dims.front();
    auto given = runOnnx(bound, {{"x", floats(dims, x)}});
    if (!given.ok()) return given.error();
    return std::move(given->front());
}

std::string differenceOf(const Reals& ours, const Reals& wanted) {
    if (ours.size() != wanted.size())
        return fmt::format("{} numbers, wanted {}", ours.size(), wanted.size());
    for (size_t i = 0; i < ours.size(); ++i) {
        const bool isNear =
            ours[i] == wanted[i] || (std::isnan(ours[i]) && std::isnan(wanted[i])) ||
            std::abs(ours[i] - wanted[i]) <= 1e-6 * std::max(std::abs(wanted[i]), 1e-3);
        if (!isNear || std::isinf(ours[i]) != std::isinf(wanted[i]))
            return fmt::format("{} at {}, wanted {}", ours[i], i, wanted[i]);
    }
    return {};
}

}  // namespace vitrine::test
