// SPDX-License-Identifier: Apache-2.0
// Weights files: every float type becomes the network's, whatever else is in the file; what does
// not fit is told in words of its own; what is not finite is refused with tensor and count.
// Truth: headers written out by hand, numbers that the types hold exactly, IEEE 754 for those that
// are rounded.
#include "core/session/weights.h"

#include <QTemporaryDir>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/graph/graph_text.h"
#include "core/tensor/element.h"
#include "core/train/model.h"
#include "tests/support/bytes_memory.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/safetensors_bytes.h"

using namespace vitrine;

namespace {

/// Two inputs, three outputs: `fc.weight` [3, 2] and `fc.bias` [3].
StateLayout layoutOf(bool fp64 = false) {
    const auto graph = graphFromText(
        "x[1,1,2]; labels<3; x -> flatten -> linear(out_features=3) as fc -> "
        "cross_entropy(labels)");
    if (!graph) qFatal("%s", graph.error().text().c_str());
    ModelOptions options;
    if (fp64) options.floatType = DType::F64;
    auto program = buildProgram(*graph, {Mode::Evaluate, 4}, options);
    if (!program) qFatal("%s", program.error().text().c_str());
    StateLayout layout;
    layout.add(*program);
    return layout;
}

/// Numbers as the bytes of a type.
std::string bytesOf(DType type, const std::vector<double>& numbers) {
    std::vector<std::byte> bytes(numbers.size() * static_cast<size_t>(sizeOf(type)));
    for (size_t i = 0; i < numbers.size(); ++i)
        writeElement(bytes.data(), type, static_cast<int64_t>(i), numbers[i]);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string entry(const std::string& name, const std::string& type, const std::string& shape,
                  size_t begin, size_t end) {
    return "'" + name + "':{'dtype':'" + type + "','shape':" + shape + ",'data_offsets':[" +
           std::to_string(begin) + "," + std::to_string(end) + "]}";
}

const std::vector<double> weights{1, -2, 0.5, 4, -0.25, 6}, biases{0.125, -8, 3};

/// Both tensors in a type, under names with something before them, and what else is to stand there.
std::string weightsFile(DType type, const std::string& typeName, const std::string& prefix = "",
                        const std::string& more = "", const std::string& moreData = "") {
    const std::string first = bytesOf(type, weights), second = bytesOf(type, biases);
    const size_t end = first.size() + second.size();
    return test::safetensorsBytes(
        "{" + entry(prefix + "fc.weight", typeName, "[3,2]", 0, first.size()) + "," +
            entry(prefix + "fc.bias", typeName, "[3]", first.size(), end) + more + "}",
        first + second + moreData, 1);
}

}  // namespace

Q_DECLARE_METATYPE(vitrine::DType)

class TestWeights : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    StateLayout m_layout = layoutOf(), m_wideLayout = layoutOf(true);
    std::unique_ptr<test::BytesMemory> m_states;
    WeightWishes m_wishes;
    std::vector<Error> m_remarks;

    std::string path() const { return m_folder.filePath("w.safetensors").toStdString(); }
    Result<void> load(const std::string& file, const StateLayout& layout) {
        test::writeBytes(path(), file);
        m_states = std::make_unique<test::BytesMemory>(layout.sizeBytes(), std::byte{0x5A});
        const auto loaded = loadWeights(path(), layout, *m_states, m_wishes);
        if (!loaded) return loaded.error();
        m_remarks = loaded.value().remarks;
        return {};
    }
    std::vector<double> stateOf(const StateLayout& layout, const char* name) const {
        const StateLayout::Item& item = *layout.find(name);
        std::vector<double> numbers;
        for (int64_t i = 0; i < item.shape.elements(); ++i)
            numbers.push_back(readElement(m_states->bytes.data() + item.offset, item.dtype, i));
        return numbers;
    }
    bool isUntouched() const {
        return std::all_of(m_states->bytes.begin(), m_states->bytes.end(),
                           [](std::byte byte) { return byte == std::byte{0x5A}; });
    }

  private slots:
    void becomesTheNetworksType_data();
    void becomesTheNetworksType();
    void roundsToNearest();
    void readsBackWhatItSaved();
    void takesAveragesOfACheckpoint();
    void doesNotMindWhatStandsBeforeNames_data();
    void doesNotMindWhatStandsBeforeNames();
    void takesTensorsByShapeAndSaysSo();
    void takesTensorsByRules();
    void takesWhatFitsWhereThatIsEnough();
    void doesNotMindWhatItDoesNotUse_data();
    void doesNotMindWhatItDoesNotUse();
    void hasWordsForEachWayNotToFit_data();
    void hasWordsForEachWayNotToFit();
    void listsOnlyTheFirstDifferences();
    void refusesWhatIsNotFinite_data();
    void refusesWhatIsNotFinite();
    void namesTheWeightsInARunFolder();
};

void TestWeights::becomesTheNetworksType_data() {
    QTest::addColumn<DType>("type");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("wide");
    for (const bool wide : {false, true}) {
        const QString to = wide ? " to f64" : " to f32";
        QTest::newRow(qPrintable("F16" + to)) << DType::F16 << "F16" << wide;
        QTest::newRow(qPrintable("BF16" + to)) << DType::BF16 << "BF16" << wide;
        QTest::newRow(qPrintable("F32" + to)) << DType::F32 << "F32" << wide;
        QTest::newRow(qPrintable("F64" + to)) << DType::F64 << "F64" << wide;
    }
}

void TestWeights::becomesTheNetworksType() {
    QFETCH(DType, type);
    QFETCH(QString, name);
    QFETCH(bool, wide);
    const StateLayout& layout = wide ? m_wideLayout : m_layout;
    QCOMPARE(layout.find("fc.weight")->dtype, wide ? DType::F64 : DType::F32);
    const auto loaded = load(weightsFile(type, name.toStdString()), layout);
    QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
    QCOMPARE(stateOf(layout, "fc.weight"), weights);
    QCOMPARE(stateOf(layout, "fc.bias"), biases);
}

void TestWeights::roundsToNearest() {
    const double tie = 1 + 0x1p-24, above = 1 + 0x1.8p-24, tiny = 0x1p-149, under = 0x1p-151;
    const std::vector<double> numbers{tie, above, -above, tiny, under, 0x1.fffffefp127};
    const std::string data = bytesOf(DType::F64, numbers) + bytesOf(DType::F64, biases);
    const auto loaded =
        load(test::safetensorsBytes("{" + entry("fc.weight", "F64", "[3,2]", 0, 48) + "," +
                                        entry("fc.bias", "F64", "[3]", 48, 72) + "}",
                                    data),
             m_layout);
    QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
    QCOMPARE(stateOf(m_layout, "fc.weight"),
             (std::vector<double>{1, 1 + 0x1p-23, -1 - 0x1p-23, tiny, 0, 0x1.fffffep127}));
}

void TestWeights::readsBackWhatItSaved() {
    QVERIFY(load(weightsFile(DType::F32, "F32"), m_layout).ok());
    const std::vector<std::byte> before = m_states->bytes;
    QVERIFY(saveWeights(path(), m_layout, *m_states).ok());
    const std::string file = test::readBytes(path());
    QVERIFY(load(file, m_layout).ok());
    QVERIFY(m_states->bytes == before);
}

/// Behind the first step; before it averages are zeros.
void TestWeights::takesAveragesOfACheckpoint() {
    const std::vector<double> mean{7, 7, 7, 8, 8, 8};
    for (const char* step : {"5", "0"}) {
        const std::string file =
            weightsFile(DType::F32, "F32", "",
                        "," + entry("fc.weight/average", "F32", "[3,2]", 36, 60) +
                            ",'__metadata__':{'vitrine.step':'" + std::string(step) + "'}",
                        bytesOf(DType::F32, mean));
        const Result<void> loaded = load(file, m_layout);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
        QCOMPARE(stateOf(m_layout, "fc.weight"), *step == '5' ? mean : weights);
        QCOMPARE(stateOf(m_layout, "fc.bias"), biases);
    }
}

void TestWeights::doesNotMindWhatStandsBeforeNames_data() {
    QTest::addColumn<QString>("prefix");
    for (const char* prefix : {"module.", "_orig_mod.module.", "model/module.", "net.part."})
        QTest::newRow(prefix) << prefix;
}

void TestWeights::doesNotMindWhatStandsBeforeNames() {
    QFETCH(QString, prefix);
    const auto loaded = load(weightsFile(DType::F16, "F16", prefix.toStdString()), m_layout);
    QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
    QVERIFY(m_remarks.empty());
    QCOMPARE(stateOf(m_layout, "fc.weight"), weights);
}

/// Names say nothing; a bias is no weight, whatever its shape is.
void TestWeights::takesTensorsByShapeAndSaysSo() {
    const std::string data = bytesOf(DType::F32, weights) + bytesOf(DType::F32, biases);
    const auto file = [&](const char* second) {
        return test::safetensorsBytes("{" + entry("layer.kernel", "F32", "[3,2]", 0, 24) + "," +
                                          entry(second, "F32", "[3]", 24, 36) + "}",
                                      data);
    };
    const auto loaded = load(file("layer.beta"), m_layout);
    QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
    QCOMPARE(stateOf(m_layout, "fc.bias"), biases);
    QCOMPARE(m_remarks.size(), size_t{1});
    QVERIFY(m_remarks[0].message.find("by shape and order") != std::string::npos);
    QVERIFY(!load(file("layer.gamma"), m_layout).ok());
    QVERIFY(isUntouched());
    // The same layers and a normalisation, which this network has not: another network's.
    const std::string others = entry("layer.kernel", "F32", "[3,2]", 0, 24) + "," +
                               entry("layer.beta", "F32", "[3]", 24, 36) + "," +
                               entry("norm.moving_mean", "F32", "[3]", 36, 48) + "," +
                               entry("norm.moving_variance", "F32", "[3]", 48, 60);
    QVERIFY(!load(test::safetensorsBytes("{" + others + "}", data + bytesOf(DType::F32, biases) +
                                                                 bytesOf(DType::F32, biases)),
                  m_layout)
                 .ok());
    QVERIFY(isUntouched());
}

void TestWeights::takesTensorsByRules() {
    const std::string data = bytesOf(DType::F32, weights) + bytesOf(DType::F32, biases);
    const std::string file =
        test::safetensorsBytes("{" + entry("block.0.w", "F32", "[3,2]", 0, 24) + "," +
                                   entry("block.0.b", "F32", "[3]", 24, 36) + "}",
                               data);
    m_wishes.rules = m_folder.filePath("rules.txt").toStdString();
    test::writeBytes(m_wishes.rules, "# whose\nblock.{n}.w -> fc.weight\nblock.*.b → fc.bias\n");
    const auto loaded = load(file, m_layout);
    test::writeBytes(m_wishes.rules, "block.{n}.w -> fc.weight\nblock fc.bias");
    const auto refused = load(file, m_layout);
    m_wishes = {};
    QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, std::string("W15"));
    QCOMPARE(refused.error().place.line, 2);
}

void TestWeights::takesWhatFitsWhereThatIsEnough() {
    const std::string file =
        test::safetensorsBytes("{" + entry("fc.weight", "F32", "[3,2]", 0, 24) + "," +
                                   entry("fc.bias", "F32", "[4]", 24, 40) + "}",
                               bytesOf(DType::F32, weights) + std::string(16, 'x'));
    QVERIFY(!load(file, m_layout).ok());
    m_wishes.onlyWhatFits = true;
    const auto loaded = load(file, m_layout);
    const auto nothing =
        load(test::safetensorsBytes("{" + entry("z", "F32", "[1]", 0, 4) + "}", "1234"), m_layout);
    m_wishes = {};
    QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
    QVERIFY(!nothing.ok());
}

void TestWeights::doesNotMindWhatItDoesNotUse_data() {
    QTest::addColumn<QByteArray>("file");
    const auto row = [](const char* name, const std::string& type, const std::string& shape,
                        size_t size) {
        QTest::newRow(name) << QByteArray::fromStdString(
            weightsFile(DType::F32, "F32", "", "," + entry("note", type, shape, 36, 36 + size),
                        std::string(size, '\xFF')));
    };
    row("bytes", "U8", "[4]", 4);
    row("small floats", "F8_E4M3", "[5]", 5);
    row("complex numbers", "C64", "[2]", 16);
    row("a type of tomorrow", "F128", "[1]", 16);
    row("rank 9", "F32", "[1,1,1,1,1,1,1,1,1]", 4);
    row("NaN", "F32", "[1]", 4);
    row("nothing", "I32", "[0]", 0);
}

void TestWeights::doesNotMindWhatItDoesNotUse() {
    QFETCH(QByteArray, file);
    const auto loaded = load(file.toStdString(), m_layout);
    QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
    QCOMPARE(stateOf(m_layout, "fc.weight"), weights);
}

void TestWeights::hasWordsForEachWayNotToFit_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QStringList>("says");
    QTest::addColumn<QString>("next");
    const auto row = [](const char* name, const std::string& file, const char* code,
                        QStringList says, const char* next) {
        QTest::newRow(name) << QByteArray::fromStdString(file) << code << says << next;
    };
    const auto plain = [](const std::string& entries, size_t size) {
        return test::safetensorsBytes("{" + entries + "}", std::string(size, '\0'));
    };
    const std::string weight = entry("fc.weight", "F32", "[3,2]", 0, 24);
    row("another network",
        plain(entry("stem.kernel", "F32", "[2]", 0, 8) + "," + entry("q", "F32", "[1]", 8, 12), 12),
        "C02", {"holds the weights of another network", "the file has none of this name"},
        "the project of these weights");
    row("integers", weightsFile(DType::I32, "I32"), "W08",
        {"element types", "fc.weight: the network wants f32 [3, 2], the file has i32 [3, 2]"},
        "Save them as F32");
    row("a type of 8 bits", plain(weight + "," + entry("fc.bias", "F8_E5M2", "[3]", 24, 27), 27),
        "W08", {"element types", "fc.bias: the network wants f32 [3], the file has f8e5m2 [3]"},
        "Save them as F32");
    row("a foreign type", plain(weight + "," + entry("fc.bias", "C64", "[3]", 24, 48), 48), "W08",
        {"element types", "fc.bias: the network wants f32 [3], the file has C64 [3]"},
        "Save them as F32");
    row("one tensor is missing", plain(weight, 24), "C02",
        {"lacks 1 of the network's 2 tensors",
         "fc.bias: the network wants f32 [3], the file has "
         "none of this name"},
        "holds all of them");
    row("one is misspelt", plain(weight + "," + entry("fc.bais", "F32", "[3]", 24, 36), 36), "C02",
        {"lacks 1 of the network's 2 tensors", "the file has 'fc.bais'"}, "holds all of them");
    row("another shape", plain(weight + "," + entry("fc.bias", "F32", "[4]", 24, 40), 40), "C02",
        {"holds 1 of the network's 2 tensors with other shapes",
         "fc.bias: the network wants f32 [3], the file has f32 [4]"},
        "as it is now");
    row("rank 9", plain(weight + "," + entry("fc.bias", "F32", "[3,1,1,1,1,1,1,1,1]", 24, 36), 36),
        "C02", {"with other shapes", "the file has F32 [3, 1, 1, 1, 1, 1, 1, 1, 1]"},
        "as it is now");
    row("shape and name", plain(entry("fc.weight", "F32", "[6]", 0, 24), 24), "C02",
        {"does not fit the network"}, "the project of these weights");
    row("nothing", plain("", 0), "C02", {"holds no tensors"}, "the weights of this project");
}

void TestWeights::hasWordsForEachWayNotToFit() {
    QFETCH(QByteArray, file);
    QFETCH(QString, code);
    QFETCH(QStringList, says);
    QFETCH(QString, next);
    const auto loaded = load(file.toStdString(), m_layout);
    QVERIFY(!loaded.ok());
    const QString all = QString::fromStdString(loaded.error().text());
    QVERIFY2(QString::fromStdString(loaded.error().code) == code, qPrintable(all));
    for (const QString& words : says) QVERIFY2(all.contains(words), qPrintable(all));
    QVERIFY2(QString::fromStdString(loaded.error().next).contains(next), qPrintable(all));
    QVERIFY2(!all.contains("damaged"), qPrintable(all));
    QCOMPARE(loaded.error().place.file, path());
    QVERIFY(isUntouched());
}

void TestWeights::listsOnlyTheFirstDifferences() {
    StateLayout layout;
    for (const std::string name : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}) {
        const auto graph =
            graphFromText("labels<3; x[1,1,2] -> flatten -> linear(out_features=3) as " + name +
                          " -> cross_entropy(labels)");
        QVERIFY2(graph.ok(), graph ? "" : graph.error().text().c_str());
        auto built = buildProgram(*graph, {Mode::Evaluate, 4}, {});
        QVERIFY(built.ok());
        layout.add(*built);
    }
    const auto loaded = load(
        test::safetensorsBytes("{" + entry("z", "F32", "[1]", 0, 4) + "}", std::string(4, '\0')),
        layout);
    QVERIFY(!loaded.ok());
    QCOMPARE(QString::fromStdString(loaded.error().message).count("the network wants"), 8);
    QVERIFY2(loaded.error().message.ends_with("… and 12 more"), loaded.error().message.c_str());
}

void TestWeights::refusesWhatIsNotFinite_data() {
    QTest::addColumn<DType>("type");
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("first");
    QTest::addColumn<double>("second");
    QTest::addColumn<QString>("says");
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(),
                     infinity = std::numeric_limits<double>::infinity();
    const auto row = [](DType type, const char* name, double first, double second,
                        const char* says) {
        QTest::newRow(qPrintable(QString("%1 %2 %3").arg(name).arg(first).arg(second)))
            << type << name << first << second << says;
    };
    const std::pair<DType, const char*> types[] = {
        {DType::F16, "F16"}, {DType::BF16, "BF16"}, {DType::F32, "F32"}, {DType::F64, "F64"}};
    for (const auto& [type, name] : types) {
        row(type, name, nan, 1, "of its 3 numbers 1 NaN");
        row(type, name, -infinity, infinity, "of its 3 numbers 2 infinite");
        row(type, name, nan, infinity, "of its 3 numbers 1 NaN, 1 infinite");
    }
    row(DType::F64, "F64", 1e39, -1e300, "of its 3 numbers 2 too large for f32");
    // Half of the last place above the largest number of binary32 is rounded to infinity.
    row(DType::F64, "F64", 0x1.ffffffp127, 1, "of its 3 numbers 1 too large for f32");
}

void TestWeights::refusesWhatIsNotFinite() {
    QFETCH(DType, type);
    QFETCH(QString, name);
    QFETCH(double, first);
    QFETCH(double, second);
    QFETCH(QString, says);
    const std::string weight = bytesOf(type, weights), bias = bytesOf(type, {1, first, second});
    const std::string typeName = name.toStdString();
    const auto loaded = load(
        test::safetensorsBytes(
            "{" + entry("fc.weight", typeName, "[3,2]", 0, weight.size()) + "," +
                entry("fc.bias", typeName, "[3]", weight.size(), weight.size() + bias.size()) + "}",
            weight + bias),
        m_layout);
    QVERIFY(!loaded.ok());
    const QString all = QString::fromStdString(loaded.error().text());
    QCOMPARE(loaded.error().code, std::string("C05"));
    QVERIFY2(all.contains("tensor 'fc.bias' is not finite: " + says), qPrintable(all));
    QVERIFY(isUntouched());
}

void TestWeights::namesTheWeightsInARunFolder() {
    const std::string folder = m_folder.filePath("run").toStdString();
    QVERIFY(QDir().mkpath(QString::fromStdString(folder)));
    test::writeBytes(folder + "/weights.safetensors", weightsFile(DType::F32, "F32"));
    m_states = std::make_unique<test::BytesMemory>(m_layout.sizeBytes());
    const auto loaded = loadWeights(folder, m_layout, *m_states);
    QVERIFY(!loaded.ok());
    QCOMPARE(loaded.error().code, std::string("G03"));
    QCOMPARE(loaded.error().next, "Name the file in it: " + folder + "/weights.safetensors");
    QVERIFY(loadWeights(folder + "/weights.safetensors", m_layout, *m_states).ok());
}

QTEST_GUILESS_MAIN(TestWeights)
#include "tst_weights.moc"
