// SPDX-License-Identifier: Apache-2.0
// vitrine-cli eval on a network whose outputs are not finite: it takes the eighth power of what a
// wrong normalisation has made large. Truth: such outputs are no result, whatever they count as.
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

  private:
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
    QCOMPARE(lines.size(), size_t{1});
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

QTEST_GUILESS_MAIN(TestCliNotFinite)
#include "tst_cli_not_finite.moc"
