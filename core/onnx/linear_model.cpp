// SPDX-License-Identifier: Apache-2.0
// A fully connected layer whose numbers are attributes.
#include "core/onnx/linear_model.h"

#include <fmt/format.h>

#include "core/onnx/numbers_of.h"

namespace vitrine::onnx {

Value linearScores(Context& c, int64_t rows) {
    Value x = c.cast(c.in(0), DType::F32);
    if (c.rank(0) == 1) x = c.reshape(x, {1, c.shape(0)[0]});
    const Shape shape = c.shapeOf(x);
    if (shape.rank() != 2)
        c.refuse(fmt::format("it takes {}, wanted rows of features", shape.text()), "O17");
    const std::vector<double> weight = c.reals("coefficients").value_or(std::vector<double>());
    if (rows < 1 || shape[1] < 1 || std::ssize(weight) / rows != shape[1] ||
        std::ssize(weight) % rows != 0)
        c.refuse(fmt::format("attribute coefficients has {} numbers, wanted {} for each of {} rows",
                             weight.size(), shape[1], rows),
                 "O17");
    const std::vector<double> bias = c.reals("intercepts").value_or(std::vector<double>());
    if (!bias.empty() && std::ssize(bias) != rows)
        c.refuse(fmt::format("attribute intercepts has {} numbers, wanted {}", bias.size(), rows),
                 "O17");
    const Attrs attrs = c.attrs("linear").with("out_features", rows).with("bias", !bias.empty());
    return c.emit("linear", attrs,
                  {x, constantOf(c, DType::F32, Shape{rows, shape[1]}, weight),
                   bias.empty() ? Value{} : constantOf(c, DType::F32, Shape{rows}, bias)});
}

Value transformed(Context& c, const Value& scores) {
    const std::string kind = c.text("post_transform", "NONE");
    if (kind == "NONE") return scores;
    if (kind == "LOGISTIC") return c.emit("sigmoid", {scores});
    if (kind == "SOFTMAX")
        return c.emit("softmax", c.attrs("softmax").with("axis", int64_t{1}), {scores});
    c.refuseAttribute("post_transform", "NONE, LOGISTIC or SOFTMAX");
}

}  // namespace vitrine::onnx
