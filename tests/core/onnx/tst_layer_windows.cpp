// SPDX-License-Identifier: Apache-2.0
// Layers that slide windows, where runtimes disagree or a good guess is wrong: borders, sizes that
// are rounded up, NaN, more axes than images have, and cubic enlargement. Truth: arithmetic by
// hand, written out beside the rows; where the standard is silent, PyTorch 2.15.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tests/support/onnx_layer.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double none = -std::numeric_limits<double>::infinity();

}  // namespace

class TestLayerWindows : public QObject {
    Q_OBJECT

  private slots:
    void windowsGiveWhatTheStandardSays_data() {
        QTest::addColumn<std::string>("model");
        QTest::addColumn<Dims>("dims");
        QTest::addColumn<Reals>("x");
        QTest::addColumn<Reals>("wanted");
        borders();
        moreAxes();
        positions();
        roundedUp();
        notNumbers();
        lengths();
        cubic();
    }
    void windowsGiveWhatTheStandardSays() {
        QFETCH(std::string, model);
        QFETCH(Dims, dims);
        QFETCH(Reals, x);
        QFETCH(Reals, wanted);
        const Result<onnx::Network> network = networkOfBytes(model);
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        const Result<Reals> ours = layerAnswer(*network, dims, x);
        QVERIFY2(ours.ok(), ours.ok() ? "" : ours.error().message.c_str());
        const std::string difference = differenceOf(*ours, wanted);
        QVERIFY2(difference.empty(), difference.c_str());
    }

  private:
    void row(const char* name, const Layer& layer, const Dims& dims, const Reals& x,
             const Reals& wanted) {
        QTest::newRow(name) << modelOf(layer, dims) << dims << x << wanted;
    }

    void borders() {
        // The second window along each axis holds two pixels; what lies past the padding is none.
        row("mean of a window past the end",
            {.op = "AveragePool",
             .attributes = {attribute("kernel_shape", {3, 3}), attribute("strides", {2, 2}),
                            number("ceil_mode", 1), number("count_include_pad", 1)}},
            {1, 1, 4, 4}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, {0, 0, 0, 0.25});
        // Windows −2…1, 0…3, 2…5 of 1…5: 100 · 1 + 1000 · 2 and so on.
        row("an odd cell in front",
            {.op = "Conv",
             .attributes = {attribute("strides", {2}), word("auto_pad", "SAME_LOWER")},
             .initializers = {onnxFloats("w", {1, 1, 4}, {1, 10, 100, 1000})},
             .inputs = {"x", "w"}},
            {1, 1, 5}, upTo(5), {2100, 4321, 543});
        const std::vector<std::string> spread{onnxFloats("w", {1, 1, 3}, {1, 10, 100})};
        // In full 1, 10, 102, 20, 200.
        row("a size whose odd cell goes in front",
            {.op = "ConvTranspose",
             .attributes = {attribute("strides", {2}), attribute("output_shape", {4})},
             .initializers = spread,
             .inputs = {"x", "w"}},
            {1, 1, 2}, {1, 2}, {10, 102, 20, 200});
        row("a size whose odd cell goes behind",
            {.op = "ConvTranspose",
             .attributes = {attribute("strides", {2}), attribute("output_shape", {4}),
                            word("auto_pad", "SAME_UPPER")},
             .initializers = spread,
             .inputs = {"x", "w"}},
            {1, 1, 2}, {1, 2}, {1, 10, 102, 20});
        // Three times the stride: one cell more than the filters reach.
        row("SAME of a kernel below the stride",
            {.op = "ConvTranspose",
             .attributes = {attribute("strides", {3}), word("auto_pad", "SAME_UPPER")},
             .initializers = {onnxFloats("w", {1, 1, 2}, {1, 10})},
             .inputs = {"x", "w"}},
            {1, 1, 3}, {1, 2, 3}, {1, 10, 0, 2, 20, 0, 3, 30, 0});
        // A dilated kernel spans five cells: two on each side.
        row("SAME of a dilated window",
            {.op = "MaxPool",
             .attributes = {attribute("kernel_shape", {3}), attribute("dilations", {2}),
                            word("auto_pad", "SAME_UPPER")}},
            {1, 1, 7}, upTo(7), {3, 4, 5, 6, 7, 6, 7});
        row("VALID, rounded up",
            {.op = "MaxPool",
             .attributes = {attribute("kernel_shape", {2}), attribute("strides", {2}),
                            number("ceil_mode", 1), word("auto_pad", "VALID")}},
            {1, 1, 5}, upTo(5), {2, 4, 5});
        row("a mean of dilated taps",
            {.op = "AveragePool",
             .attributes = {attribute("kernel_shape", {2}), attribute("dilations", {2})},
             .opset = 19},
            {1, 1, 4}, {1, 2, 4, 8}, {2.5, 5});
    }

    void moreAxes() {
        row("four axes, two of them thin",
            {.op = "MaxPool", .attributes = {attribute("kernel_shape", {1, 2, 2, 1})}},
            {1, 1, 1, 2, 3, 1}, {1, 5, 2, 3, 4, 9}, {5, 9});
        row("four axes, averaged",
            {.op = "AveragePool", .attributes = {attribute("kernel_shape", {2, 1, 2, 2})}},
            {1, 1, 2, 1, 2, 2}, upTo(8), {4.5});
        // Batch and channels as axes, as jax slides: [1, 1, N, H, W, C].
        row("windows over batch and channels",
            {.op = "MaxPool", .attributes = {attribute("kernel_shape", {1, 2, 2, 1})}},
            {1, 1, 2, 2, 2, 2}, {1, 2, 7, 4, 5, 6, 3, 8, 9, 16, 11, 12, 13, 14, 15, 10},
            {7, 8, 15, 16});
        row("filters over batch and channels",
            {.op = "Conv",
             .attributes = {attribute("strides", {1, 1, 2, 1})},
             .initializers = {onnxFloats("w", {2, 1, 1, 2, 1, 1}, {1, 10, 100, 1000}),
                              onnxFloats("b", {2}, {0.5, 0.25})},
             .inputs = {"x", "w", "b"}},
            {1, 1, 2, 2, 1, 2}, upTo(8),
            {31.5, 42.5, 75.5, 86.5, 3100.25, 4200.25, 7500.25, 8600.25});
    }

    void positions() {
        const Layer rows{.op = "MaxPool",
                         .attributes = {attribute("kernel_shape", {2, 2})},
                         .outputs = {"y", "i"},
                         .resultType = OnnxInt64};
        // Of the whole tensor, channels in front of pixels.
        row("where maxima lie", rows, {1, 2, 2, 3}, {1, 2, 3, 4, 5, 6, 9, 1, 1, 1, 1, 8},
            {4, 5, 6, 11});
        Layer columns = rows;
        columns.attributes.push_back(number("storage_order", 1));
        row("where maxima lie, column by column", columns, {1, 1, 2, 3}, {1, 9, 3, 4, 5, 6},
            {2, 2});
    }

    /// FACTS C2: how many windows there are when sizes are rounded up: none begins in the padding
    /// behind. Means count the padding, and what lies past it not.
    void roundedUp() {
        struct Case {
            int64_t stride;
            Dims pads;
            Reals largest, mean;
        };
        const std::vector<Case> cases{{2, {0, 0}, {2, 4, 6, 7}, {1.5, 3.5, 5.5, 7}},
                                      {2, {0, 1}, {2, 4, 6, 7}, {1.5, 3.5, 5.5, 3.5}},
                                      {2, {1, 1}, {1, 3, 5, 7}, {0.5, 2.5, 4.5, 6.5}},
                                      {2, {1, 0}, {1, 3, 5, 7}, {0.5, 2.5, 4.5, 6.5}},
                                      {3, {0, 0}, {2, 5, 7}, {1.5, 4.5, 7}},
                                      {3, {0, 1}, {2, 5, 7}, {1.5, 4.5, 3.5}},
                                      {3, {1, 1}, {1, 4, 7}, {0.5, 3.5, 6.5}},
                                      {3, {1, 0}, {1, 4, 7}, {0.5, 3.5, 6.5}},
                                      {4, {0, 0}, {2, 6}, {1.5, 5.5}},
                                      {4, {0, 1}, {2, 6}, {1.5, 5.5}},
                                      {4, {1, 1}, {1, 5}, {0.5, 4.5}},
                                      {4, {1, 0}, {1, 5}, {0.5, 4.5}}};
        for (const Case& c : cases)
            for (const char* op : {"MaxPool", "AveragePool"}) {
                const bool isMean = std::string_view(op) == "AveragePool";
                Layer layer{
                    .op = op,
                    .attributes = {attribute("kernel_shape", {2}), attribute("strides", {c.stride}),
                                   attribute("pads", c.pads), number("ceil_mode", 1)}};
                if (isMean) layer.attributes.push_back(number("count_include_pad", 1));
                const std::string name = fmt::format("{} rounded up, stride {}, pads {} {}", op,
                                                     c.stride, c.pads[0], c.pads[1]);
                row(name.c_str(), layer, {1, 1, 7}, upTo(7), isMean ? c.mean : c.largest);
            }
        // The reference evaluator gives 0 there, ONNX Runtime refuses: the largest of no number.
        row("windows in padding alone",
            {.op = "MaxPool",
             .attributes = {attribute("kernel_shape", {2}), attribute("strides", {2}),
                            attribute("pads", {0, 2})}},
            {1, 1, 4}, upTo(4), {2, 4, none});
    }

    /// FACTS P14: the standard is silent. PyTorch keeps NaN, ONNX Runtime loses it; both say −∞ of
    /// a window of −∞ when they are asked where it lies.
    void notNumbers() {
        const Layer alone{.op = "MaxPool", .attributes = {attribute("kernel_shape", {4})}};
        Layer placed = alone, place = alone;
        placed.outputs = place.outputs = {"y", "i"};
        placed.shown = "y";
        place.resultType = OnnxInt64;
        const Reals first{notANumber, 1, 1, 1}, last{1, 1, 1, notANumber},
            nothing{none, none, none, none};
        const Dims dims{1, 1, 4};
        row("NaN first", alone, dims, first, {notANumber});
        row("NaN last", alone, dims, last, {notANumber});
        row("nothing but -inf", alone, dims, nothing, {none});
        row("NaN first, with its place", placed, dims, first, {notANumber});
        row("NaN last, with its place", placed, dims, last, {notANumber});
        row("nothing but -inf, with its place", placed, dims, nothing, {none});
        row("the place of NaN first", place, dims, first, {0});
        row("the place of NaN last", place, dims, last, {3});
        row("the place of -inf", place, dims, nothing, {0});
    }

    /// FACTS P7: the reference evaluator gives √337.5 for the last window, PyTorch 3 for each one
    /// of the ones, and NaN for odd powers of what is below 0.
    void lengths() {
        row("lengths of windows past the end",
            {.op = "LpPool",
             .attributes = {attribute("kernel_shape", {3}), attribute("strides", {2}),
                            attribute("pads", {1, 1}), number("ceil_mode", 1)}},
            {1, 1, 4}, {5, 12, 16, 15}, {13, 25, 15});
        row("lengths of ones past the end",
            {.op = "LpPool",
             .attributes = {attribute("kernel_shape", {3, 3}), attribute("strides", {2, 2}),
                            number("ceil_mode", 1)}},
            {1, 1, 4, 4}, Reals(16, 1), {3, std::sqrt(6), std::sqrt(6), 2});
        row("third powers below 0",
            {.op = "LpPool", .attributes = {attribute("kernel_shape", {2}), number("p", 3)}},
            {1, 1, 2}, {-1, -2}, {std::cbrt(9)});
        row("lengths over four axes, two of them of one tap",
            {.op = "LpPool", .attributes = {attribute("kernel_shape", {1, 1, 2, 1})}},
            {1, 1, 1, 2, 2, 2}, {3, 5, 4, 12, 8, 7, 15, 24}, {5, 13, 17, 25});
    }

    /// FACTS C6: torch.nn.functional.interpolate of PyTorch 2.15 in float64, mode bicubic,
    /// align_corners=False, scale_factor=(1, s). Its files say cubic_coeff_a −0.75, half_pixel.
    void cubic() {
        const auto resize = [](float scale) {
            return Layer{.op = "Resize",
                         .attributes = {word("mode", "cubic"), real("cubic_coeff_a", -0.75)},
                         .initializers = {onnxFloats("s", {4}, {1, 1, 1, scale})},
                         .inputs = {"x", "", "s"}};
        };
        const Dims dims{1, 1, 1, 5};
        const Reals x{1, 5, 2, 8, 3};
        row("cubic, doubled", resize(2), dims, x,
            {0.578125, 2.01171875, 4.41015625, 4.53125, 2.1875, 3.21875, 7.0625, 7.5, 4.34375,
             2.47265625});
        row("cubic, enlarged by a part", resize(1.7f), dims, x,
            {0.610497659, 2.677011246, 4.971561419, 3.008103501, 2.577994606, 6.969914004,
             7.145137899, 3.390303786});
        row("cubic, made smaller", resize(0.6f), dims, x, {2.425925926, 2, 4.907407407});
    }
};

QTEST_GUILESS_MAIN(TestLayerWindows)
#include "tst_layer_windows.moc"
