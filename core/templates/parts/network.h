// SPDX-License-Identifier: Apache-2.0
// Network: a graph that is written down layer by layer, so that a template reads like its paper.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine::templates {

/// A value on its way through a network: an output of a node, or a constant.
struct Feature {
    PortRef from = {};
    int64_t channels = 0;  ///< of images and sequences; of rows their features
    std::string constant = {};
};

struct Field {
    std::string_view id;
    FieldValue value;
};
using Fields = std::initializer_list<Field>;

/// Windows are square; padding is the same on all sides.
struct Conv {
    int64_t kernel = 3, stride = 1, padding = 0, groups = 1;
    bool bias = true;
};
struct Pool {
    int64_t kernel = 2, stride = 2, padding = 0;
    bool ceil = false;
};
struct Norm {
    double eps = 1e-5, momentum = 0.1;
};

/// Trouble with a field stays until graph() tells it. Operators, ports and fields that are not
/// there are mistakes of a template, and stop the program.
class Network {
  public:
    /// A node whose ports for values take `in`, in their order; its first output. Channels are
    /// those of the first operand.
    Feature add(const std::string& id, std::string_view op, const std::vector<Feature>& in,
                Fields fields = {});
    /// Another output of the node that gave a value.
    static Feature output(const Feature& first, std::string_view port);

    /// Numbers [C, …] of a column.
    Feature input(const std::string& id, const std::vector<int64_t>& shape,
                  std::string_view column = "image", std::string_view scaling = "normalised");
    /// One number that stays with the project; repeats along all axes.
    Feature constant(const std::string& id, double value);

    Feature conv2d(const std::string& id, const Feature& x, int64_t channels, const Conv& conv);
    Feature conv1d(const std::string& id, const Feature& x, int64_t channels, const Conv& conv,
                   int64_t dilation = 1);
    Feature batchNorm(const std::string& id, const Feature& x, const Norm& norm = {});
    Feature maxPool(const std::string& id, const Feature& x, const Pool& pool = {});
    Feature avgPool(const std::string& id, const Feature& x, const Pool& pool = {});
    Feature linear(const std::string& id, const Feature& x, int64_t features);
    Feature dropout(const std::string& id, const Feature& x, double rate);
    /// Of images, along their channels.
    Feature concat(const std::string& id, const std::vector<Feature>& parts);
    /// The mean of each channel: rows.
    Feature meanOfChannels(const std::string& id, const Feature& x);
    /// Normalises the channels of each pixel: `id`_rows, `id`, `id`_images.
    Feature channelNorm(const std::string& id, const Feature& x, double epsilon);
    /// Targets `labels` and the cross-entropy `loss`.
    void classify(const Feature& logits, int64_t classes);

    /// Errors: "P11" of the first field that took no value; those of Graph::fromParts.
    Result<Graph> graph() &&;

  private:
    void feed(Node& node, const std::string& port, const Feature& from);
    void feedAll(Node& node, const std::vector<Feature>& in);

    std::vector<Node> m_nodes;
    std::vector<Edge> m_edges;
    std::vector<Parameter> m_parameters;
    std::optional<Error> m_trouble;
};

/// `count` times `factor`, at least one.
int64_t scaled(int64_t count, double factor);
/// The nearest multiple of `divisor` that is at least nine tenths of `count`, and no less than the
/// divisor. Source: MobileNet's reference implementation, `_make_divisible`.
int64_t divisible(double count, int64_t divisor);

}  // namespace vitrine::templates
