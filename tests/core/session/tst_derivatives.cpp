// SPDX-License-Identifier: Apache-2.0
// Gradients and Hessian-vector products. Truth: files/derivatives.npz, which PyTorch 2.15 made in
// float64 (make_derivatives.py); central differences of gradients in float64; formulas worked out
// by hand.
#include "core/session/derivatives.h"

#include <QtTest/QtTest>

#include <cmath>

#include "core/data/arrays/tensor_file.h"
#include "core/graph/graph_text.h"
#include "core/opdef/registry.h"
#include "core/tensor/element.h"

using namespace vitrine;

namespace {

constexpr auto lenet =
    "labels<4\n"
    "x[1,8,8] -> conv2d(out_channels=2 kernel=3 padding=1) as conv1 -> tanh\n"
    "    -> max_pool2d(kernel=2 stride=2) -> conv2d(out_channels=3 kernel=3) as conv2 -> silu\n"
    "    -> flatten -> linear(out_features=5) as fc1 -> gelu -> linear(out_features=4) as fc2\n"
    "fc2 -> cross_entropy(labels)\n";

QString qt(const std::string& text) { return QString::fromStdString(text); }

SharedTensor doublesOf(const Shape& shape, const std::vector<double>& numbers) {
    const auto bytes = std::as_bytes(std::span(numbers));
    return TensorData::of(DType::F64, shape, {bytes.begin(), bytes.end()});
}

std::vector<double> numbersOf(const TensorData& tensor) {
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.shape.elements(); ++i)
        numbers.push_back(readElement(tensor.bytes.data(), tensor.dtype, i));
    return numbers;
}

/// Arrays of the fixture, by their names.
class Fixture {
  public:
    Fixture() {
        auto read = readTensors(VITRINE_SOURCE_DIR "/tests/core/session/files/derivatives.npz");
        if (!read) qFatal("%s", read.error().text().c_str());
        m_arrays = std::move(read).value();
    }
    SharedTensor operator[](const std::string& name) const {
        for (const NamedTensor& array : m_arrays)
            if (array.name == name) return array.data;
        qFatal("the fixture has no '%s'", name.c_str());
        return {};
    }
    /// Those behind a prefix, without it.
    std::vector<NamedTensor> below(const std::string& prefix) const {
        std::vector<NamedTensor> found;
        for (const NamedTensor& array : m_arrays)
            if (array.name.starts_with(prefix))
                found.push_back({array.name.substr(prefix.size()), array.data});
        return found;
    }

  private:
    std::vector<NamedTensor> m_arrays;
};

ForeignNetwork networkOf(std::string_view text, const std::vector<NamedTensor>& weights = {}) {
    Project project;
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    for (const NamedTensor& weight : weights) {
        const Parameter entry = withData({.id = weight.name}, weight.data);
        if (const auto put = project.graph.putParameter(entry.id, entry); !put)
            qFatal("%s", put.error().text().c_str());
    }
    project.data.normalisation = {0.5, 0.25};
    auto network = networkOfProject(std::move(project));
    if (!network) qFatal("%s", network.error().text().c_str());
    return std::move(network).value();
}

ChosenThing lossCalled(const std::string& id) { return {id, Attrs(findOperator(id)->fields)}; }

Derivatives orFail(Result<Derivatives> found) {
    if (!found) qFatal("%s", found.error().text().c_str());
    return std::move(found).value();
}

Differentiation orFail(Result<Differentiation> made) {
    if (!made) qFatal("%s", made.error().text().c_str());
    return std::move(made).value();
}

/// The largest difference, in parts of the largest number.
double distance(const TensorData& found, const TensorData& expected) {
    if (found.shape != expected.shape) return INFINITY;
    const std::vector<double> a = numbersOf(found), b = numbersOf(expected);
    double largest = 0, difference = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(b[i]));
        difference = std::max(difference, std::isfinite(a[i]) ? std::abs(a[i] - b[i]) : INFINITY);
    }
    return difference / std::max(largest, 1e-30);
}

}  // namespace

class TestDerivatives : public QObject {
    Q_OBJECT

  private slots:
    void agreeWithPyTorch_data();
    void agreeWithPyTorch();
    void theNetworksOwnLossIsTakenWhereNoneIsNamed();
    void productsAreDifferencesOfGradients_data();
    void productsAreDifferencesOfGradients();
    void leastSquaresHaveTheirHessian();
    void namesAreThoseOfTheFile();
    void aWeightOfSeveralParametersHasTheirSum();
    void weightsThatDoNotReachTheLossHaveNoGradient();
    void gradientsOfPixelsAreThoseOfTheirNumbers();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();

  private:
    const Fixture m_fixture;
};

void TestDerivatives::agreeWithPyTorch_data() {
    QTest::addColumn<bool>("isWide");
    QTest::addColumn<double>("tolerance");
    QTest::newRow("float64") << true << 1e-12;
    QTest::newRow("float32") << false << 1e-5;
}

void TestDerivatives::agreeWithPyTorch() {
    QFETCH(bool, isWide);
    QFETCH(double, tolerance);
    const auto network = orFail(Differentiation::create(
        networkOf(lenet, m_fixture.below("weight/")),
        {.loss = lossCalled("cross_entropy"), .floatType = isWide ? DType::F64 : DType::F32}));
    const std::vector<NamedTensor> inputs{{"x", m_fixture["x"]}}, targets{{"", m_fixture["y"]}};
    const Derivatives gradients = orFail(network.gradients(inputs, targets));
    const double loss = numbersOf(*m_fixture["loss"])[0];
    QVERIFY(std::abs(gradients.loss - loss) <= tolerance * loss);
    QCOMPARE(gradients.weights.size(), 8U);
    for (const NamedTensor& gradient : gradients.weights)
        QVERIFY2(distance(*gradient.data, *m_fixture["grad/" + gradient.name]) <= tolerance,
                 gradient.name.c_str());
    QCOMPARE(gradients.inputs.size(), 1U);
    QCOMPARE(gradients.inputs[0].name, std::string("x"));
    QVERIFY(distance(*gradients.inputs[0].data, *m_fixture["grad/x"]) <= tolerance);

    const Derivatives products =
        orFail(network.products(inputs, targets, m_fixture.below("vector/")));
    QCOMPARE(products.weights.size(), 8U);
    QCOMPARE(products.loss, gradients.loss);
    for (const NamedTensor& product : products.weights)
        QVERIFY2(distance(*product.data, *m_fixture["product/" + product.name]) <= 2 * tolerance,
                 product.name.c_str());
}

void TestDerivatives::theNetworksOwnLossIsTakenWhereNoneIsNamed() {
    const auto network = orFail(Differentiation::create(
        networkOf(lenet, m_fixture.below("weight/")), {.floatType = DType::F64}));
    QCOMPARE(network.inputs().size(), 1U);
    QCOMPARE(network.targets().size(), 1U);
    const Derivatives found =
        orFail(network.gradients({{"", m_fixture["x"]}}, {{"", m_fixture["y"]}}));
    QVERIFY(std::abs(found.loss - numbersOf(*m_fixture["loss"])[0]) <= 1e-12);
    for (const NamedTensor& gradient : found.weights)
        QVERIFY(distance(*gradient.data, *m_fixture["grad/" + gradient.name]) <= 1e-12);
}

void TestDerivatives::productsAreDifferencesOfGradients_data() {
    QTest::addColumn<QString>("network");
    QTest::addColumn<bool>("training");
    const char* normed =
        "x[2,4,4] -> conv2d(out_channels=3 kernel=3 padding=1) as c -> batch_norm2d as bn -> tanh\n"
        "    -> avg_pool2d(kernel=2 stride=2) -> flatten -> linear(out_features=2) as fc";
    QTest::newRow("batch norm in use") << normed << false;
    QTest::newRow("batch norm in training") << normed << true;
    QTest::newRow("shared and softmax")
        << "x[2,4,4] -> flatten -> linear(out_features=6) as a -> sigmoid "
           "-> linear(out_features=6) as b -> softmax -> linear(out_features=2 weight=@fc.weight) "
           "as fc"
        << false;
}

void TestDerivatives::productsAreDifferencesOfGradients() {
    QFETCH(QString, network);
    QFETCH(bool, training);
    const std::string text = network.toStdString();
    const DerivativeRequest request{
        .loss = lossCalled("mse"), .floatType = DType::F64, .training = training};
    const auto start = orFail(Differentiation::create(networkOf(text), request));
    std::vector<double> pixels, wanted;
    for (int i = 0; i < 96; ++i) pixels.push_back(std::sin(1.7 * i + 0.3));
    for (int i = 0; i < 6; ++i) wanted.push_back(std::cos(0.9 * i));
    const std::vector<NamedTensor> inputs{{"x", doublesOf({3, 2, 4, 4}, pixels)}};
    const std::vector<NamedTensor> targets{{"", doublesOf({3, 2}, wanted)}};
    constexpr double step = 1e-5;
    std::vector<NamedTensor> at, vector, before, behind;
    int place = 0;
    for (const WeightType& weight : start.weights()) {
        std::vector<double> w, v, less, more;
        for (int64_t i = 0; i < weight.shape.elements(); ++i, ++place) {
            w.push_back(0.5 * std::sin(0.7 * place + 0.2));
            v.push_back(std::cos(1.3 * place));
            less.push_back(w.back() - step * v.back());
            more.push_back(w.back() + step * v.back());
        }
        at.push_back({weight.name, doublesOf(weight.shape, w)});
        vector.push_back({weight.name, doublesOf(weight.shape, v)});
        before.push_back({weight.name, doublesOf(weight.shape, less)});
        behind.push_back({weight.name, doublesOf(weight.shape, more)});
    }
    const auto gradientsAt = [&](const std::vector<NamedTensor>& weights) {
        return orFail(orFail(Differentiation::create(networkOf(text, weights), request))
                          .gradients(inputs, targets));
    };
    const auto network64 = orFail(Differentiation::create(networkOf(text, at), request));
    const Derivatives products = orFail(network64.products(inputs, targets, vector));
    const Derivatives low = gradientsAt(before), high = gradientsAt(behind);
    QCOMPARE(products.weights.size(), low.weights.size());
    QVERIFY(products.weights.size() >= 4);
    for (size_t i = 0; i < products.weights.size(); ++i) {
        std::vector<double> slopes = numbersOf(*high.weights[i].data);
        const std::vector<double> others = numbersOf(*low.weights[i].data);
        for (size_t k = 0; k < slopes.size(); ++k) slopes[k] = (slopes[k] - others[k]) / (2 * step);
        const std::vector<double> found = numbersOf(*products.weights[i].data);
        for (size_t k = 0; k < slopes.size(); ++k)
            QVERIFY2(std::abs(found[k] - slopes[k]) <= 1e-8 + 1e-6 * std::abs(slopes[k]),
                     products.weights[i].name.c_str());
    }
}

/// L = mean (w·x + b − y)²: H v = 2/N Σ x̃ (x̃ · v) with x̃ = (x, 1), whatever the weights are.
void TestDerivatives::leastSquaresHaveTheirHessian() {
    const auto network =
        orFail(Differentiation::create(networkOf("x[2] -> linear(out_features=1) as fc"),
                                       {.loss = lossCalled("mse"), .floatType = DType::F64}));
    const std::vector<NamedTensor> inputs{{"x", doublesOf({2, 2}, {1, 2, 3, -1})}};
    const std::vector<NamedTensor> targets{{"", doublesOf({2, 1}, {5, 7})}};
    // v = (1, 0 | 0): x̃·v is 1 and 3, H v = (1, 2, 1) + 3 · (3, −1, 1) = (10, −1 | 4). The bias has
    // no direction of its own.
    const Derivatives found =
        orFail(network.products(inputs, targets, {{"fc.weight", doublesOf({1, 2}, {1, 0})}}));
    QCOMPARE(found.weights.size(), 2U);
    QCOMPARE(found.weights[0].name, std::string("fc.weight"));
    QCOMPARE(numbersOf(*found.weights[0].data), (std::vector<double>{10, -1}));
    QCOMPARE(numbersOf(*found.weights[1].data), (std::vector<double>{4}));
}

void TestDerivatives::namesAreThoseOfTheFile() {
    ForeignNetwork foreign = networkOf("x[2] -> linear(out_features=1) as fc");
    foreign.inputs[0].name = "in/put:0";
    foreign.parameterNames["fc.weight"] = "/model/fc/MatMul";
    const auto network = orFail(Differentiation::create(
        std::move(foreign), {.loss = lossCalled("mse"), .floatType = DType::F64}));
    const Derivatives found = orFail(
        network.gradients({{"", doublesOf({1, 2}, {1, 2})}}, {{"", doublesOf({1, 1}, {3})}}));
    QCOMPARE(found.weights[0].name, std::string("/model/fc/MatMul"));
    QCOMPARE(found.weights[1].name, std::string("fc.bias"));
    QCOMPARE(found.inputs[0].name, std::string("in/put:0"));
}

/// L = (a · b · x − y)² with a = b = w: dL/dw = 2 (w² x − y) · 2 w x, and
/// d²L/dw² = 8 w² x² + 4 x (w² x − y).
void TestDerivatives::aWeightOfSeveralParametersHasTheirSum() {
    const SharedTensor weight = doublesOf({1, 1}, {3});
    ForeignNetwork foreign = networkOf(
        "x[1] -> linear(out_features=1 bias=false) as a -> linear(out_features=1 "
        "bias=false) as b",
        {{"a.weight", weight}, {"b.weight", weight}});
    for (const char* id : {"a.weight", "b.weight"}) foreign.parameterNames[id] = "w";
    const auto network = orFail(Differentiation::create(
        std::move(foreign), {.loss = lossCalled("mse"), .floatType = DType::F64}));
    const std::vector<NamedTensor> inputs{{"x", doublesOf({1, 1}, {2})}};
    const std::vector<NamedTensor> targets{{"", doublesOf({1, 1}, {8})}};
    const Derivatives gradients = orFail(network.gradients(inputs, targets));
    QCOMPARE(gradients.weights.size(), 1U);
    QCOMPARE(numbersOf(*gradients.weights[0].data), (std::vector<double>{2 * 10.0 * 12}));
    const Derivatives products =
        orFail(network.products(inputs, targets, {{"w", doublesOf({1, 1}, {1})}}));
    QCOMPARE(products.weights.size(), 1U);
    QCOMPARE(numbersOf(*products.weights[0].data), (std::vector<double>{8.0 * 9 * 4 + 4 * 2 * 10}));
    QCOMPARE(network.weights().size(), 1U);
}

void TestDerivatives::weightsThatDoNotReachTheLossHaveNoGradient() {
    const char* heads =
        "x[2] -> linear(out_features=3) as a -> output as first\n"
        "x -> linear(out_features=1) as b -> output as second";
    const auto network = orFail(
        Differentiation::create(networkOf(heads), {.loss = lossCalled("mse"), .output = "second"}));
    const Derivatives found = orFail(
        network.gradients({{"x", doublesOf({1, 2}, {1, 2})}}, {{"", doublesOf({1, 1}, {3})}}));
    QCOMPARE(found.weights.size(), 2U);
    QCOMPARE(found.weights[0].name, std::string("b.weight"));
    QCOMPARE(network.weights().size(), 4U);
}

void TestDerivatives::gradientsOfPixelsAreThoseOfTheirNumbers() {
    const auto network = orFail(
        Differentiation::create(networkOf("x[1,2,2] -> flatten -> linear(out_features=1) as fc"),
                                {.loss = lossCalled("mse"), .floatType = DType::F64}));
    const std::vector<std::byte> pixels{std::byte{0}, std::byte{51}, std::byte{102},
                                        std::byte{255}};
    std::vector<double> numbers;
    for (const std::byte pixel : pixels)
        numbers.push_back((std::to_integer<int>(pixel) / 255.0 - 0.5) / 0.25);
    const std::vector<NamedTensor> targets{{"", doublesOf({1, 1}, {3})}};
    const Derivatives bytes = orFail(
        network.gradients({{"x", TensorData::of(DType::U8, {1, 1, 2, 2}, pixels)}}, targets));
    const Derivatives floats =
        orFail(network.gradients({{"x", doublesOf({1, 1, 2, 2}, numbers)}}, targets));
    QCOMPARE(bytes.inputs.size(), 1U);
    QVERIFY(distance(*bytes.inputs[0].data, *floats.inputs[0].data) <= 1e-6);
    QVERIFY(distance(*bytes.weights[0].data, *floats.weights[0].data) <= 1e-6);
}

void TestDerivatives::refusesWhatDoesNotFit_data() {
    QTest::addColumn<QString>("network");
    QTest::addColumn<QString>("loss");
    QTest::addColumn<QString>("target");  ///< its extents and numbers, `2,1:1 2`; empty: none
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* title, const char* network, const char* loss,
                        const char* target, const char* expected) {
        QTest::newRow(title) << network << loss << target << expected;
    };
    const char* plain = "x[2] -> linear(out_features=3) as fc";
    const char* own = "labels<3\nx[2] -> linear(out_features=3) as fc -> cross_entropy(labels)";
    row("no loss", plain, "", "", "U21: the network has no loss of its own, and none is named");
    row("no target", plain, "mse", "", "U29: the loss takes one target, 0 are given");
    row("another shape", plain, "mse", "1,2:1 2",
        "shape: mse: target needs shape [1, 3], got [1, 2]");
    row("floats for classes", plain, "cross_entropy", "1:0.5",
        "P13: 'target' takes i32, the array is of f64");
    row("no array for the own target", own, "", "",
        "U29: input 'labels' has no array, it takes i32 [N]");
}

void TestDerivatives::refusesWhatDoesNotFit() {
    QFETCH(QString, network);
    QFETCH(QString, loss);
    QFETCH(QString, target);
    QFETCH(QString, expected);
    DerivativeRequest request{.floatType = DType::F64};
    if (!loss.isEmpty()) request.loss = lossCalled(loss.toStdString());
    const auto made = Differentiation::create(networkOf(network.toStdString()), request);
    const auto textOf = [](const Error& error) { return qt(error.code + ": " + error.message); };
    if (!made) {
        QCOMPARE(textOf(made.error()), expected);
        return;
    }
    std::vector<NamedTensor> targets;
    if (!target.isEmpty()) {
        Shape shape;
        std::vector<double> numbers;
        for (const QString& extent : target.split(':')[0].split(',')) shape.push(extent.toInt());
        for (const QString& number : target.split(':')[1].split(' '))
            numbers.push_back(number.toDouble());
        targets.push_back({"", doublesOf(shape, numbers)});
    }
    const auto found = made->gradients({{"x", doublesOf({1, 2}, {1, 1})}}, targets);
    QCOMPARE(found ? QString("none") : textOf(found.error()), expected);
}

QTEST_GUILESS_MAIN(TestDerivatives)
#include "tst_derivatives.moc"
