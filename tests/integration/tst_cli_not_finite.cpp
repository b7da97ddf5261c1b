// SPDX-License-Identifier: Apache-2.0
// vitrine-cli eval on a network whose outputs are not finite: it takes the eighth power of what a
// wrong normalisation has made large; and train where loss, weights or test loss become so. Truth:
// what is not finite is no result, whatever it counts as, and never saved as one.
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine::test;

class TestCliNotFinite : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase();
    void evalNamesTheLossAndTheImages();
    void jsonHasNullAndTheError();
    void goodWeightsAreStillMeasured();
    void trainFailsAndSavesNothingBad_data();
    void trainFailsAndSavesNothingBad();
    void aLossThatHasGrownIsToldEarly();

  private:
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    void writeLinearProject(const char* name, const std::string& learningRate,
                            const std::string& optimizer) const;
    CliResult eval(const QStringList& more) const {
        return runCli(
            QStringList{"eval", "wrong.vitrine", "--weights", "run/weights.safetensors"} + more,
            m_folder.path());
    }
    QTemporaryDir m_folder;
};

void TestCliNotFinite::initTestCase() {
    const std::string folder = m_folder.path().toStdString();
    std::string nodes = R"({"id": "square1", "op": "mul"}, {"id": "square2", "op": "mul"},
      {"id": "square3", "op": "mul"}, {"id": "target", "op": "target")";
    std::string edges = R"({"from": "fc.y", "to": "square1.a"}, {"from": "fc.y", "to": "square1.b"},
      {"from": "square1.y", "to": "square2.a"}, {"from": "square1.y", "to": "square2.b"},
      {"from": "square2.y", "to": "square3.a"}, {"from": "square2.y", "to": "square3.b"},
      {"from": "square3.y", "to": "loss.logits"})";
    std::string project = replaced(strokesProject(), R"({"id": "target", "op": "target")", nodes);
    project = replaced(project, R"({"from": "fc.y", "to": "loss.logits"})", edges);
    project = replaced(project, R"("lr": 0.05)", R"("lr": 1e-30)");
    writeBytes(folder + "/right.vitrine", project);
    writeBytes(folder + "/wrong.vitrine", replaced(project, R"("std": 0.3081)", R"("std": 1e-6)"));
    const CliResult trained =
        runCli({"train", "right.vitrine", "--out", "run", "--epochs", "1"}, m_folder.path());
    QVERIFY2(trained.status == 0, trained.err.constData());
}

void TestCliNotFinite::evalNamesTheLossAndTheImages() {
    const CliResult result = eval({});
    const QString fault = faultOfAnswer(result, 1, "H01", "the test loss is NaN");
    QVERIFY2(fault.isEmpty(), qPrintable(fault + '\n' + result.err));
    QVERIFY2(result.err.contains("test images are not finite"), result.err.constData());
    QVERIFY(!result.err.contains(" 0 of"));
}

void TestCliNotFinite::jsonHasNullAndTheError() {
    const CliResult result = eval({"--json"});
    QCOMPARE(result.status, 1);
    const auto lines = jsonLines(result.out);
    QCOMPARE(lines.size(), size_t{2});
    QCOMPARE(lines[1].at("event").get<std::string>(), std::string("error"));
    QVERIFY(lines[0].at("test_loss").is_null());
    QVERIFY(lines[0].at("test_accuracy").is_null());
    QVERIFY(lines[0].at("images_without_answer") > 0);
    QVERIFY(lines[0].at("error").get<std::string>().starts_with("H01: "));
    QVERIFY(result.err.startsWith("H01: "));
}

void TestCliNotFinite::goodWeightsAreStillMeasured() {
    const CliResult result =
        runCli({"eval", "right.vitrine", "--weights", "run/weights.safetensors", "--json"},
               m_folder.path());
    QCOMPARE(result.status, 0);
    const auto lines = jsonLines(result.out);
    QVERIFY(lines[0].at("test_loss").is_number());
    QVERIFY(!lines[0].contains("error"));
}

/// One layer on images of 28 × 28 whose first pixel is always black.
void TestCliNotFinite::writeLinearProject(const char* name, const std::string& learningRate,
                                          const std::string& optimizer) const {
    std::string text = idxProject();
    const size_t graph = text.find("\"nodes\""), data = text.find("\"data\":");
    text.replace(graph, data - graph, R"("nodes": [
      {"id": "input", "op": "input", "fields": {"shape": [1, 28, 28]}},
      {"id": "flatten", "op": "flatten"},
      {"id": "fc", "op": "linear", "fields": {"out_features": 10}},
      {"id": "target", "op": "target", "fields": {"classes": 10}},
      {"id": "loss", "op": "cross_entropy"}
    ],
    "edges": [
      {"from": "input.x", "to": "flatten.x"}, {"from": "flatten.y", "to": "fc.x"},
      {"from": "fc.y", "to": "loss.logits"}, {"from": "target.labels", "to": "loss.labels"}
    ]
  },
  )");
    text = replaced(text, R"("mean": 0.1307, "std": 0.3081)", R"("mean": 0, "std": 1)");
    text = replaced(text, R"("lr": 0.05)", "\"lr\": " + learningRate);
    text = replaced(text, R"({"id": "sgd", "fields": {"momentum": 0.9}})", optimizer);
    text =
        replaced(text, R"("schedule": {"id": "one_cycle"})", R"("schedule": {"id": "constant"})");
    writeBytes(path(name), text);
}

void TestCliNotFinite::trainFailsAndSavesNothingBad_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("says");
    // Adam divides 0 by 0 where a gradient is always 0; nothing else shows it.
    QTest::addRow("weights") << QStringList{"adam.vitrine", "--data", "black"}
                             << "the update of step 1 made 'fc.weight";
    QTest::addRow("loss") << QStringList{"wrong.vitrine"} << "the loss of step 1 is not finite";
    QTest::addRow("test loss") << QStringList{"right.vitrine", "--lr",     "1000", "--batch",
                                              "160",           "--epochs", "1"}
                               << "the test loss after epoch 1 is not finite";
}

void TestCliNotFinite::trainFailsAndSavesNothingBad() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, says);
    const QString run = QString("failed-") + QTest::currentDataTag();
    writeLinearProject("adam.vitrine", "0.01", R"({"id": "adam", "fields": {"eps": 0}})");
    writeIdxFolder(path("black"));
    for (const char* part : {"black/train-images-idx3-ubyte", "black/t10k-images-idx3-ubyte"}) {
        std::string bytes = readBytes(path(part));
        for (size_t at = 16; at < bytes.size(); at += 28 * 28) bytes[at] = 0;
        writeBytes(path(part), bytes);
    }
    const CliResult result = runCli(
        QStringList{"train"} + arguments + QStringList{"--out", run, "--checkpoint-every", "0"},
        m_folder.path());
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("H01: ") && result.err.contains(says.toUtf8()), result.err);
    QVERIFY(!result.out.contains("done"));
    QVERIFY(!QFile::exists(m_folder.filePath(run + "/weights.safetensors")));
    const auto lines = jsonLines(
        QByteArray::fromStdString(readBytes(m_folder.filePath(run + "/log.jsonl").toStdString())));
    QCOMPARE(lines.back().value("event", ""), std::string("failed"));
    for (const auto& line : lines)  // no metric beside a loss that is no number
        if (line.value("event", "") == "epoch")
            QVERIFY(line.at("test_loss").is_null() && line.at("test_accuracy").is_null());
    // Whatever checkpoint there is can be gone on with, up to the same step.
    const CliResult again =
        runCli({"train", arguments[0], "--resume", run, "--data", "black"}, m_folder.path());
    QVERIFY2(again.status == 1 && again.err.contains(says.toUtf8()), again.err);
}

void TestCliNotFinite::aLossThatHasGrownIsToldEarly() {
    writeLinearProject("high.vitrine", "30", R"({"id": "sgd", "fields": {"momentum": 0}})");
    const QStringList train{"train", "high.vitrine", "--data", "black", "--epochs", "4"};
    const CliResult result = runCli(train + QStringList{"--out", "high"}, m_folder.path());
    QCOMPARE(result.status, 0);
    QCOMPARE(result.err.count("after 10 steps the loss is"), 1);
    QVERIFY(result.err.contains("lower learning rate (--lr)"));
    const CliResult advised =
        runCli(train + QStringList{"--out", "lower", "--lr", "0.01"}, m_folder.path());
    QVERIFY2(advised.status == 0 && !advised.err.contains("the loss is"), advised.err);
}

QTEST_GUILESS_MAIN(TestCliNotFinite)
#include "tst_cli_not_finite.moc"
