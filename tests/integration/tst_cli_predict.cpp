// SPDX-License-Identifier: Apache-2.0
// vitrine-cli predict: what a network gives for a test example, and every entry on the way. Truth:
// the accuracy that eval counts, and the pixels of the file that goes in.
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine::test;
using nlohmann::json;

class TestCliPredict : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    std::string path(const char* name) const { return m_temporary.filePath(name).toStdString(); }
    CliResult predict(const QStringList& more, const QString& project = "small.vitrine",
                      const QString& weights = "run/weights.safetensors") const {
        return runCli(QStringList{"predict", project, "--weights", weights} + more,
                      m_temporary.path());
    }

  private slots:
    void initTestCase();
    void isRightAsOftenAsEvalSays();
    void tellsTheLikeliestClasses();
    void stepsTellEveryEntry();
    void stepsDoNotChangeTheResult();
    void takesADataFolderAndAnExample();
    void givesNumbersAndExtents();
    void namesTheEntryThatMadeWhatIsNotFinite();
    void refusesByName_data();
    void refusesByName();
};

void TestCliPredict::initTestCase() {
    writeBytes(path("small.vitrine"), strokesProject());
    writeBytes(path("idx.vitrine"), idxProject());
    writeIdxFolder(path("idx"));
    const CliResult run = runCli({"train", "small.vitrine", "--out", "run"}, m_temporary.path());
    QVERIFY2(run.status == 0, run.err);
}

void TestCliPredict::isRightAsOftenAsEvalSays() {
    const auto measured = jsonLines(
        runCli({"eval", "small.vitrine", "--weights", "run/weights.safetensors", "--json"},
               m_temporary.path())
            .out);
    const double accuracy = measured.at(0).at("test_accuracy");
    const int examples = measured.at(0).at("images");
    int right = 0;
    for (int example = 0; example < examples; ++example) {
        const CliResult result = predict({"--json", "--example", QString::number(example)});
        QVERIFY2(result.status == 0, result.err);
        const auto lines = jsonLines(result.out);
        QCOMPARE(lines.size(), size_t{1});
        QCOMPARE(lines[0].at("event").get<std::string>(), std::string("prediction"));
        QCOMPARE(lines[0].at("example").get<int>(), example);
        const json& output = lines[0].at("outputs").at(0);
        QCOMPARE(output.at("name").get<std::string>(), std::string("fc"));
        QCOMPARE(output.at("shape"), json::array({10}));
        const json& classes = output.at("classes");
        QCOMPARE(classes.size(), size_t{10});
        double sum = 0;
        size_t best = 0;
        for (size_t i = 0; i < classes.size(); ++i) {
            sum += classes[i].at("probability").get<double>();
            if (classes[i].at("probability") > classes[best].at("probability")) best = i;
        }
        QVERIFY(std::abs(sum - 1) < 1e-5);
        right += classes[best].at("class") == output.at("expected") ? 1 : 0;
    }
    QCOMPARE(right, static_cast<int>(std::lround(accuracy * examples)));
}

void TestCliPredict::tellsTheLikeliestClasses() {
    const CliResult result = predict({});
    QVERIFY2(result.status == 0, result.err);
    static const QRegularExpression form(
        R"(^Test example 0:\nfc: \w+ [0-9.]+ %(, \w+ [0-9.]+ %){4}, … \(the data say \w+\)\n$)");
    QVERIFY2(form.match(QString::fromUtf8(result.out)).hasMatch(), result.out);
}

void TestCliPredict::stepsTellEveryEntry() {
    const auto lines = jsonLines(predict({"--steps", "--json"}).out);
    QStringList nodes;
    int index = -1;
    for (size_t i = 0; i + 1 < lines.size(); ++i) {
        const json& line = lines[i];
        QCOMPARE(line.at("event").get<std::string>(), std::string("entry"));
        QVERIFY(line.at("index") >= index && line.at("index") <= index + 1);  // in order, no gap
        index = line.at("index");
        QVERIFY(!line.at("operator").get<std::string>().empty());
        QVERIFY(line.at("shape").is_array());
        QCOMPARE(line.at("not_finite").get<int>(), 0);
        QVERIFY(line.at("minimum") <= line.at("mean") && line.at("mean") <= line.at("maximum"));
        for (const json& node : line.at("origins"))
            nodes << QString::fromStdString(node.get<std::string>());
        if (line.at("operator") == "relu") QVERIFY(line.at("minimum") >= 0);
    }
    QVERIFY(index > 5);
    for (const char* node : {"conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "fc"})
        QVERIFY2(nodes.contains(node), node);
    QCOMPARE(lines.back().at("event").get<std::string>(), std::string("prediction"));

    const CliResult table = predict({"--steps"});
    QCOMPARE(table.status, 0);
    const QStringList rows = QString::fromUtf8(table.out).split('\n');
    for (const char* title : {"operator", "node", "value", "shape", "min", "max", "mean"})
        QVERIFY2(rows[0].contains(title), title);
    QCOMPARE(rows.filter(QRegularExpression(R"(^ *\d+  \w+)")).size(),
             static_cast<qsizetype>(lines.size()) - 1);
    QVERIFY(rows.contains("Test example 0:"));
}

void TestCliPredict::stepsDoNotChangeTheResult() {
    for (const char* threads : {"1", "2"}) {
        const auto plain = predict({"--json", "--example", "3", "--threads", threads}).out;
        const auto stepped = predict({"--steps", "--json", "--example", "3", "--threads", "1"}).out;
        QVERIFY(!plain.isEmpty());
        QVERIFY2(stepped.endsWith(plain), plain);
    }
}

void TestCliPredict::takesADataFolderAndAnExample() {
    const CliResult without = predict({}, "idx.vitrine");
    QVERIFY2(without.err.contains("--data"), without.err);
    QVERIFY(without.status > 0);
    const CliResult last = predict({"--data", "idx", "--example", "31", "--json"}, "idx.vitrine");
    QVERIFY2(last.status == 0, last.err);
    QCOMPARE(jsonLines(last.out).at(0).at("example").get<int>(), 31);
    QVERIFY(predict({"--data", "idx", "--example", "0", "--json"}, "idx.vitrine").out != last.out);
    const CliResult exact = predict(
        {"--data", "idx", "--example", "31", "--json", "--precision", "fp64"}, "idx.vitrine");
    QVERIFY2(exact.status == 0, exact.err);
}

/// The picture, its pixels from 0 to 1, goes to an output doubled, and to another as their mean.
void TestCliPredict::givesNumbersAndExtents() {
    std::string text = idxProject();
    text = replaced(text, R"({"id": "loss", "op": "cross_entropy"})",
                    R"({"id": "loss", "op": "cross_entropy"},
      {"id": "twice", "op": "add"}, {"id": "picture", "op": "output"},
      {"id": "average", "op": "global_avg_pool2d"}, {"id": "brightness", "op": "output"})");
    text = replaced(text, R"({"from": "target.labels", "to": "loss.labels"})",
                    R"({"from": "target.labels", "to": "loss.labels"},
      {"from": "input.x", "to": "twice.a"}, {"from": "input.x", "to": "twice.b"},
      {"from": "twice.y", "to": "picture.x"}, {"from": "input.x", "to": "average.x"},
      {"from": "average.y", "to": "brightness.x"})");
    text = replaced(text, R"("mean": 0.1307, "std": 0.3081)", R"("mean": 0, "std": 1)");
    writeBytes(path("ends.vitrine"), text);
    const CliResult result = predict({"--data", "idx", "--json"}, "ends.vitrine");
    QVERIFY2(result.status == 0, result.err);
    const std::string pixels = readBytes(path("idx/t10k-images-idx3-ubyte")).substr(16, 28 * 28);
    const auto [darkest, brightest] = std::ranges::minmax(
        pixels, {}, [](char pixel) { return static_cast<unsigned char>(pixel); });
    double sum = 0;
    for (const char pixel : pixels) sum += static_cast<unsigned char>(pixel) / 255.0;
    for (const json& output : jsonLines(result.out).at(0).at("outputs")) {
        if (output.at("name") == "picture") {
            QCOMPARE(output.at("shape"), json::array({1, 28, 28}));
            QCOMPARE(output.at("smallest").get<float>(),
                     2 * static_cast<float>(static_cast<unsigned char>(darkest)) / 255);
            QCOMPARE(output.at("largest").get<float>(),
                     2 * static_cast<float>(static_cast<unsigned char>(brightest)) / 255);
        } else if (output.at("name") == "brightness") {
            QVERIFY(std::abs(output.at("numbers").at(0).get<double>() - sum / (28 * 28)) < 1e-5);
        } else {
            QVERIFY(output.contains("classes"));
        }
    }
    const CliResult told = predict({"--data", "idx"}, "ends.vitrine");
    QVERIFY2(told.out.contains("picture: 1 × 28 × 28 numbers from ") &&
                 told.out.contains("brightness: 0."),
             told.out);
}

/// What a wrong normalisation has made large is squared three times; for some examples the last
/// power is too large.
void TestCliPredict::namesTheEntryThatMadeWhatIsNotFinite() {
    std::string text = replaced(strokesProject(), R"({"id": "target", "op": "target")",
                                R"({"id": "square1", "op": "mul"}, {"id": "square2", "op": "mul"},
      {"id": "square3", "op": "mul"}, {"id": "target", "op": "target")");
    text = replaced(text, R"({"from": "fc.y", "to": "loss.logits"})",
                    R"({"from": "fc.y", "to": "square1.a"}, {"from": "fc.y", "to": "square1.b"},
      {"from": "square1.y", "to": "square2.a"}, {"from": "square1.y", "to": "square2.b"},
      {"from": "square2.y", "to": "square3.a"}, {"from": "square2.y", "to": "square3.b"},
      {"from": "square3.y", "to": "loss.logits"})");
    writeBytes(path("wrong.vitrine"), replaced(text, R"("std": 0.3081)", R"("std": 1e-6)"));
    QStringList example{"--example", "0"};
    CliResult result;
    for (int i = 0; i < 10 && result.status != 1; ++i) {
        example.back() = QString::number(i);
        result = predict(example, "wrong.vitrine");
    }
    const QString fault =
        faultOfAnswer(result, 1, "H01", "the output 'square3' for test example " + example.back());
    QVERIFY2(fault.isEmpty(), qPrintable(fault + '\n' + result.err));
    QVERIFY2(result.err.contains("from node square3"), result.err);

    const CliResult stepped = predict(example + QStringList{"--steps", "--json"}, "wrong.vitrine");
    QCOMPARE(stepped.status, 1);
    const auto lines = jsonLines(stepped.out);
    QCOMPARE(lines.back().at("event").get<std::string>(), std::string("error"));
    QCOMPARE(lines.back().at("code").get<std::string>(), std::string("H01"));
    const json& answer = lines.at(lines.size() - 2);
    QVERIFY(answer.at("error").get<std::string>().starts_with("H01: "));
    for (const json& one : answer.at("outputs").at(0).at("classes"))
        QVERIFY(one.at("probability").is_null());
    for (size_t i = 0; i + 2 < lines.size(); ++i) {
        const bool isBad = lines[i].at("origins") == json::array({"square3"});
        QCOMPARE(lines[i].at("not_finite").get<int>() > 0, isBad);
    }
    const CliResult table = predict(example + QStringList{"--steps"}, "wrong.vitrine");
    QCOMPARE(table.status, 1);
    QVERIFY2(table.out.contains(" of 10 not finite"), table.out);
}

void TestCliPredict::refusesByName_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const QStringList predict{"predict", "small.vitrine", "--weights", "run/weights.safetensors"};
    QTest::newRow("no weights") << QStringList{"predict", "small.vitrine"} << 2 << "L01"
                                << "--weights is required";
    QTest::newRow("no number") << predict + QStringList{"--example", "first"} << 2 << "U22"
                               << "example is 'first'";
    QTest::newRow("negative") << predict + QStringList{"--example", "-1"} << 2 << "U22"
                              << "example is -1";
    QTest::newRow("too large") << predict + QStringList{"--example", "50"} << 2 << "U22"
                               << "example is 50, wanted";
    QTest::newRow("no batch") << predict + QStringList{"--batch", "4"} << 2 << "L01"
                              << "'--batch' was not expected by predict";
    QTest::newRow("missing weights")
        << QStringList{"predict", "small.vitrine", "--weights", "none"} << 1 << "G01"
        << "none";
    QTest::newRow("missing project")
        << QStringList{"predict", "none.vitrine", "--weights", "w"} << 1 << "G01"
        << "none.vitrine";
}

void TestCliPredict::refusesByName() {
    QFETCH(QStringList, words);
    QFETCH(int, status);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const CliResult result = runCli(words, m_temporary.path());
    const QString fault = faultOfAnswer(result, status, code, says);
    QVERIFY2(fault.isEmpty(), qPrintable(fault + '\n' + result.err));
}

QTEST_GUILESS_MAIN(TestCliPredict)
#include "tst_cli_predict.moc"
