// SPDX-License-Identifier: Apache-2.0
// What networks give for arrays. Truth: worked out by hand, or what the predictor says of the same
// pixels; both by the same kernels, so that they are equal.
#include "core/session/inference.h"

#include <QtTest/QtTest>

#include <cmath>
#include <cstring>

#include "core/graph/graph_text.h"
#include "core/session/predictor.h"

using namespace vitrine;

namespace {

QString qt(const std::string& text) { return QString::fromStdString(text); }

Project projectOf(std::string_view network) {
    Project project;
    auto graph = graphFromText(network);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    project.data.format = "idx";
    project.data.normalisation = {0.5, 0.25};
    project.training.seed = 3;
    return project;
}

std::unique_ptr<Inference> inferenceOf(std::string_view network, Inference::Options options = {}) {
    auto foreign = networkOfProject(projectOf(network));
    if (!foreign) qFatal("%s", foreign.error().text().c_str());
    auto made = Inference::create(std::move(foreign).value(), options);
    if (!made) qFatal("%s", made.error().text().c_str());
    return std::move(made).value();
}

template <class T>
NamedTensor arrayOf(DType dtype, const Shape& shape, const std::vector<T>& numbers,
                    std::string name = {}) {
    std::vector<std::byte> bytes(numbers.size() * sizeof(T));
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return {std::move(name), TensorData::of(dtype, shape, std::move(bytes))};
}

template <class T>
std::vector<T> numbersOf(const NamedTensor& array) {
    std::vector<T> numbers(array.data->bytes.size() / sizeof(T));
    std::memcpy(numbers.data(), array.data->bytes.data(), array.data->bytes.size());
    return numbers;
}

std::vector<NamedTensor> answersOf(Inference& inference, std::vector<NamedTensor> arrays) {
    auto answers = inference.run(arrays);
    if (!answers) qFatal("%s", answers.error().text().c_str());
    return std::move(answers).value();
}

QString refusalOf(Inference& inference, const std::vector<NamedTensor>& arrays) {
    const auto answers = inference.run(arrays);
    return answers.ok() ? QString("taken")
                        : qt(answers.error().code + ": " + answers.error().message);
}

}  // namespace

class TestInference : public QObject {
    Q_OBJECT

  private slots:
    void answersAnyBatch();
    void noExampleHasNoAnswers();
    void pixelsBecomeWhatTrainingMakesOfThem();
    void wholeNumbersPassUnharmed();
    void arraysWithoutABatchComeAsTheyAre();
    void floatsOfOtherWidthsAreTaken_data();
    void floatsOfOtherWidthsAreTaken();
    void outputsHaveTheTypeThatTheirFileSays();
    void whatIsAskedForInFloat64IsNotRounded();
    void oneValueMayBeTwoOutputs();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
};

void TestInference::answersAnyBatch() {
    const auto inference = inferenceOf("x[3] -> relu -> output as y");
    for (const int64_t batch : {2, 1, 5, 2}) {
        std::vector<float> numbers, expected;
        for (int i = 0; i < 3 * batch; ++i) {
            numbers.push_back(static_cast<float>(i % 4 - 1));
            expected.push_back(std::max(0.0f, numbers.back()));
        }
        const auto answers = answersOf(*inference, {arrayOf(DType::F32, {batch, 3}, numbers)});
        QCOMPARE(answers.size(), 1U);
        QCOMPARE(answers[0].name, std::string("y"));
        QVERIFY(answers[0].data->shape == (Shape{batch, 3}));
        QCOMPARE(numbersOf<float>(answers[0]), expected);
    }
}

void TestInference::noExampleHasNoAnswers() {
    const auto inference =
        inferenceOf("x[1,6,6] -> conv2d(out_channels=3 kernel=3) -> output as y");
    const auto answers =
        answersOf(*inference, {arrayOf(DType::F32, {0, 1, 6, 6}, std::vector<float>())});
    QCOMPARE(answers.size(), 1U);
    QCOMPARE(answers[0].data->dtype, DType::F32);
    QVERIFY(answers[0].data->shape == (Shape{0, 3, 4, 4}));
    QVERIFY(answers[0].data->bytes.empty());
}

void TestInference::pixelsBecomeWhatTrainingMakesOfThem() {
    const char* network =
        "x[1,6,6] -> conv2d(out_channels=3 kernel=3) -> relu -> flatten -> linear(out_features=4) "
        "as fc\nlabels<4\nfc -> cross_entropy(labels)\n";
    std::vector<uint8_t> pixels;
    for (int i = 0; i < 36; ++i) pixels.push_back(static_cast<uint8_t>(i * 7));
    const auto inference = inferenceOf(network);
    QCOMPARE(inference->outputs().size(), 1U);
    QVERIFY(inference->outputs()[0].isClasses);
    QCOMPARE(inference->outputs()[0].classColumn, std::string("label"));
    const auto answers = answersOf(*inference, {arrayOf(DType::U8, {1, 1, 6, 6}, pixels)});

    auto predictor = Predictor::create(projectOf(network)).value();
    std::vector<std::byte> bytes(36);
    std::memcpy(bytes.data(), pixels.data(), 36);
    QVERIFY(predictor->ask({bytes}).ok());
    std::unique_ptr<Prediction> prediction;
    while (!(prediction = predictor->take())) std::this_thread::yield();
    const std::vector<float> found = numbersOf<float>(answers[0]);
    QCOMPARE(found.size(), 4U);
    for (size_t i = 0; i < 4; ++i)
        QVERIFY(std::abs(found[i] - prediction->outputs[0].elements[i]) <= 1e-6f);

    // Floats come in as they are: here as the bytes become, (p / 255 − 0.5) / 0.25.
    std::vector<float> floats;
    for (const uint8_t pixel : pixels)
        floats.push_back((static_cast<float>(pixel) / 255 - 0.5f) / 0.25f);
    const auto same =
        numbersOf<float>(answersOf(*inference, {arrayOf(DType::F32, {1, 1, 6, 6}, floats)})[0]);
    for (size_t i = 0; i < 4; ++i) QVERIFY(std::abs(found[i] - same[i]) <= 1e-5f);
}

void TestInference::wholeNumbersPassUnharmed() {
    const auto inference = inferenceOf("x[2](type=i64) -> output as y");
    const std::vector<int64_t> numbers{9007199254740993, -9223372036854775807};
    QCOMPARE(numbersOf<int64_t>(answersOf(*inference, {arrayOf(DType::I64, {1, 2}, numbers)})[0]),
             numbers);
    const std::vector<int8_t> small{-7, 5};
    QCOMPARE(numbersOf<int64_t>(answersOf(*inference, {arrayOf(DType::I8, {1, 2}, small)})[0]),
             (std::vector<int64_t>{-7, 5}));
}

void TestInference::arraysWithoutABatchComeAsTheyAre() {
    const auto inference = inferenceOf(
        "a[](batched=false)\nb[2,3](batched=false) -> mul(a) -> output as y\n"
        "e[2,0](batched=false) -> output as empty");
    const auto answers =
        answersOf(*inference, {arrayOf<float>(DType::F32, {2, 3}, {1, 2, 3, 4, 5, 6}, "b"),
                               arrayOf<float>(DType::F32, {}, {2}, "a"),
                               arrayOf<float>(DType::F32, {2, 0}, {}, "e")});
    QCOMPARE(numbersOf<float>(answers[0]), (std::vector<float>{2, 4, 6, 8, 10, 12}));
    QVERIFY(answers[1].data->shape == (Shape{2, 0}));
}

void TestInference::floatsOfOtherWidthsAreTaken_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<double>("expected");
    QTest::newRow("as they are") << int(DType::F32) << double(0.1f);
    QTest::newRow("all of it") << int(DType::F64) << 0.1;
}

void TestInference::floatsOfOtherWidthsAreTaken() {
    QFETCH(int, type);
    QFETCH(double, expected);
    const auto inference =
        inferenceOf("x[1] -> output as y", {.floatType = static_cast<DType>(type)});
    const auto answers = answersOf(*inference, {arrayOf<double>(DType::F64, {1, 1}, {0.1})});
    QCOMPARE(answers[0].data->dtype, static_cast<DType>(type));
    const double found = answers[0].data->dtype == DType::F32
                             ? double(numbersOf<float>(answers[0])[0])
                             : numbersOf<double>(answers[0])[0];
    QCOMPARE(found, expected);
}

void TestInference::outputsHaveTheTypeThatTheirFileSays() {
    auto foreign = networkOfProject(projectOf("x[1](type=f16) -> output as y")).value();
    foreign.inputs[0].name = "in/put:0";
    foreign.outputs[0].name = "out/put:0";
    foreign.outputs[0].type = DType::F16;
    const auto inference = Inference::create(std::move(foreign), {}).value();
    const std::vector<uint16_t> half{0x3555};  // 1/3 in binary16
    const auto answers = answersOf(*inference, {arrayOf(DType::F16, {1, 1}, half, "in/put:0")});
    QCOMPARE(answers[0].name, std::string("out/put:0"));
    QCOMPARE(answers[0].data->dtype, DType::F16);
    QCOMPARE(numbersOf<uint16_t>(answers[0]), half);
}

void TestInference::whatIsAskedForInFloat64IsNotRounded() {
    for (const bool isWidened : {false, true}) {
        auto foreign = networkOfProject(projectOf("x[1] -> output as y")).value();
        foreign.outputs[0].type = DType::F32;
        foreign.floatType = isWidened ? DType::F32 : DType::F64;
        const auto inference =
            Inference::create(std::move(foreign), {.floatType = DType::F64}).value();
        const auto answers = answersOf(*inference, {arrayOf<double>(DType::F64, {1, 1}, {0.1})});
        QCOMPARE(answers[0].data->dtype, isWidened ? DType::F64 : DType::F32);
    }
}

void TestInference::oneValueMayBeTwoOutputs() {
    const auto inference = inferenceOf("x[1] -> relu as r -> output as y\nr -> output as z");
    const auto answers = answersOf(*inference, {arrayOf<float>(DType::F32, {1, 1}, {4})});
    QCOMPARE(answers.size(), 2U);
    QCOMPARE(answers[1].name, std::string("z"));
    QCOMPARE(numbersOf<float>(answers[1]), (std::vector<float>{4}));
}

void TestInference::refusesWhatDoesNotFit_data() {
    QTest::addColumn<QString>("network");
    QTest::addColumn<QString>("names");  ///< of arrays float32 [1, 2], or `name:type:extents`
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* title, const char* network, const char* names,
                        const char* expected) {
        QTest::newRow(title) << network << names << expected;
    };
    const char* one = "x[2] -> relu";
    const char* two = "b[2]\na[2] -> add(b)";
    row("no array", one, "", "U29: input 'x' has no array, it takes f32 [N, 2]");
    row("one too few", two, "a:f32:1,2", "U29: input 'b' has no array, it takes f32 [N, 2]");
    row("no name", two, ":f32:1,2",
        "U29: an array has no name, and the network has 2 inputs: 'b', 'a'");
    row("no such input", one, "y:f32:1,2", "U29: there is no input 'y', only 'x'");
    row("twice", one, "x:f32:1,2 :f32:1,2", "U29: two arrays are for input 'x'");
    row("other extents", one, "x:f32:1,3", "P13: 'x' takes [N, 2], the array is [1, 3]");
    row("no batch", one, "x:f32:2", "P13: 'x' takes [N, 2], the array is [2]");
    row("no example, other extents", one, "x:f32:0,3",
        "P13: 'x' takes [N, 2], the array is [0, 3]");
    row("no example for an output of them all", "x[2] -> reduce_sum(axes=0) -> output as y",
        "x:f32:0,2", "P13: the arrays hold a batch of 0");
    row("two batches", two, "a:f32:1,2 b:f32:3,2", "P13: 'a' has a batch of 1, and 'b' one of 3");
    row("whole numbers", one, "x:i64:1,2", "P13: 'x' takes f32, the array is of i64");
    row("floats for whole numbers", "x[2](type=i32) -> output as y", "x:f32:1,2",
        "P13: 'x' takes i32, the array is of f32");
    row("bool", one, "x:bool:1,2", "P13: 'x' takes f32, the array is of bool");
    row("too large", "x[2](type=i8) -> output as y", "x:i32:1,2",
        "P13: 'x': element 1 is 1000, and it takes i8");
}

void TestInference::refusesWhatDoesNotFit() {
    QFETCH(QString, network);
    QFETCH(QString, names);
    QFETCH(QString, expected);
    std::vector<NamedTensor> arrays;
    for (const QString& each : names.split(' ', Qt::SkipEmptyParts)) {
        const QStringList parts = each.split(':');
        Shape shape;
        for (const QString& extent : parts[2].split(',')) shape.push(extent.toLongLong());
        const DType type = *std::ranges::find_if(
            allDTypes, [&](DType dtype) { return parts[1].toStdString() == name(dtype); });
        std::vector<std::byte> bytes(static_cast<size_t>(shape.elements() * sizeOf(type)));
        if (type == DType::I32) {
            const int32_t large = 1000;
            std::memcpy(bytes.data() + 4, &large, 4);
        }
        arrays.push_back({parts[0].toStdString(), TensorData::of(type, shape, std::move(bytes))});
    }
    const auto inference = inferenceOf(network.toStdString());
    QCOMPARE(refusalOf(*inference, arrays), expected);
}

QTEST_GUILESS_MAIN(TestInference)
#include "tst_inference.moc"
