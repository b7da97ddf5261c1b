// SPDX-License-Identifier: Apache-2.0
// The shipped projects that learn other things than the class of a digit: the program trains them
// and they hold the goals that stand in their files. Those that take over a minute only with
// VITRINE_LONG=1. Truth: the projects' own goals, and eval on the weights that were kept.
#include <QTemporaryDir>

#include "core/io/project.h"
#include "core/metrics/metric.h"
#include "tests/support/cli_program.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// `digit.accuracy` is an accuracy.
const MetricDescriptor* metricOf(const std::string& channel) {
    return findMetric(channel.substr(channel.rfind('.') + 1));
}

}  // namespace

class TestCliGoals : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

  private slots:
    void holdsItsGoals_data() {
        QTest::addColumn<bool>("isLong");
        QTest::addColumn<int>("losses");
        QTest::newRow("digits_autoencoder") << false << 1;
        QTest::newRow("pointers_regression") << false << 1;
        QTest::newRow("digits_two_heads") << false << 2;
        QTest::newRow("pairs_siamese") << true << 1;
        QTest::newRow("scribbles_segmentation") << true << 1;
    }
    void holdsItsGoals() {
        QFETCH(bool, isLong);
        QFETCH(int, losses);
        if (isLong && qEnvironmentVariableIntValue("VITRINE_LONG") == 0)
            QSKIP("takes over a minute: ./test --long trains it");
        const QString name = QTest::currentDataTag();
        const QString folder = QString(VITRINE_SOURCE_DIR "/projects/") + name;
        const Result<Project> project = loadProject(folder.toStdString());
        QVERIFY2(project.ok(), project ? "" : project.error().text().c_str());
        QVERIFY(!project->goals.empty());

        const CliResult trained =
            runCli({"train", folder, "--threads", "2", "--out", name, "--json"}, m_folder.path());
        QVERIFY2(trained.status == 0, trained.err);
        const auto lines = jsonLines(trained.out);
        const auto& done = lines.back();
        for (const Goal& goal : project->goals) {
            const MetricDescriptor* metric = metricOf(goal.metric);
            QVERIFY(metric);
            const double reached = done.at("test_" + goal.metric).get<double>();
            const bool isHeld =
                metric->isLargerBetter ? reached >= goal.value : reached <= goal.value;
            QVERIFY2(isHeld, qPrintable(QString("%1 is %2, the goal %3")
                                            .arg(QString::fromStdString(goal.metric))
                                            .arg(reached)
                                            .arg(goal.value)));
        }
        checkSteps(lines, losses);
        checkEvaluation(folder, name, done, *project);
    }

  private:
    /// Where there are several losses each step says each of them.
    void checkSteps(const std::vector<nlohmann::json>& lines, int losses) {
        for (const auto& line : lines) {
            if (line.at("event") != "step") continue;
            QCOMPARE(line.contains("losses"), losses > 1);
            if (losses > 1) QCOMPARE(line.at("losses").size(), static_cast<size_t>(losses));
        }
    }

    void checkEvaluation(const QString& folder, const QString& run, const nlohmann::json& done,
                         const Project& project) {
        const CliResult measured = runCli(
            {"eval", folder, "--weights", run + "/weights.safetensors", "--json"}, m_folder.path());
        QVERIFY2(measured.status == 0, measured.err);
        const auto result = jsonLines(measured.out).back();
        for (const Goal& goal : project.goals)
            QCOMPARE(result.at("test_" + goal.metric).get<double>(),
                     done.at("test_" + goal.metric).get<double>());
    }
};

QTEST_GUILESS_MAIN(TestCliGoals)
#include "tst_cli_goals.moc"
