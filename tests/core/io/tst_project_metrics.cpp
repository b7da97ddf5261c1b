// SPDX-License-Identifier: Apache-2.0
// What a project says of metrics and goals: it comes back, also where there is none, and what is no
// choice is refused in words of its own. Truth: the file's format as project.h and the messages say
// it.
#include <QtTest/QtTest>

#include <fmt/format.h>

#include "core/io/project.h"
#include "tests/support/cli_fixtures.h"

using namespace vitrine;

class TestProjectMetrics : public QObject {
    Q_OBJECT

    static std::string changed(const std::string& from, const std::string& to) {
        return test::replaced(test::strokesProject(), from, to);
    }

  private slots:
    void areReadInTheirOrder() {
        const auto project = projectFromText(
            changed("\"epochs\": 3",
                    "\"metrics\": [{\"metric\": \"mae\", \"loss\": \"steer\"},"
                    "{\"metric\": \"accuracy\", \"loss\": \"loss\"}], \"epochs\": 3"));
        QVERIFY2(project.ok(), project.ok() ? "" : project.error().text().c_str());
        const std::vector<MetricChoice> wanted{{"mae", "steer"}, {"accuracy", "loss"}};
        QVERIFY(project->training.metrics == wanted);
    }

    void goalsAreReadInTheirOrder() {
        const auto project = projectFromText(
            changed("\"training\"",
                    "\"goal\": {\"test_steer.mae\": 0.1, \"test_accuracy\": 0.9}, \"training\""));
        QVERIFY2(project.ok(), project.ok() ? "" : project.error().text().c_str());
        QVERIFY((project->goals == std::vector<Goal>{{"steer.mae", 0.1}, {"accuracy", 0.9}}));
    }

    void metricsAndGoalsAreLeftOutWhereThereAreNone() {
        Result<Project> project = projectFromText(test::strokesProject());
        QVERIFY(project.ok());
        project->goals.clear();
        project->training.metrics.reset();
        const std::string none = projectText(*project);
        QVERIFY(none.find("metrics") == std::string::npos &&
                none.find("goal") == std::string::npos);
        QVERIFY(!projectFromText(none)->training.metrics && projectFromText(none)->goals.empty());
        // A choice of none is a choice.
        project->training.metrics.emplace();
        const Result<Project> again = projectFromText(projectText(*project));
        QVERIFY(again.ok());
        QVERIFY(again->training.metrics && again->training.metrics->empty());
    }

    void refusesWhatIsNoChoice_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const std::string& text, const char* code,
                            const char* words) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << QString(code)
                                << QString(words);
        };
        const auto metrics = [&](const char* name, const std::string& value, const char* code,
                                 const char* words) {
            row(name, changed("\"epochs\": 3", "\"metrics\": " + value + ", \"epochs\": 3"), code,
                words);
        };
        metrics("metrics no list", "3", "P11", "'training.metrics' is no list");
        metrics("a metric no object", "[3]", "P01", "'training.metrics' is 3, wanted an object");
        metrics("unknown metric", R"([{"metric": "luck", "loss": "loss"}])", "P11",
                "'training.metrics' has 'luck', wanted one of accuracy, angle");
        metrics("a metric of no loss", R"([{"metric": "mae"}])", "P01", "loss' is missing");
        metrics("a metric of a bad loss", R"([{"metric": "mae", "loss": "a b"}])", "U10", "'a b'");
        metrics("more in a metric", R"([{"metric": "mae", "loss": "l", "los": 1}])", "P11", "los");
        std::string many = "[";
        for (int i = 0; i <= 100; ++i)
            many += fmt::format("{}{{\"metric\": \"mae\", \"loss\": \"l\"}}", i ? "," : "");
        metrics("101 metrics", many + "]", "P11", "has 101 entries, wanted at most 100");

        const auto goal = [&](const char* name, const char* key, const char* value,
                              const char* words) {
            row(name,
                changed("\"training\"",
                        fmt::format("\"goal\": {{\"{}\": {}}}, \"training\"", key, value)),
                "P11", words);
        };
        goal("a goal above all", "test_accuracy", "1.5",
             "goal.test_accuracy is 1.5, wanted a number from 0 to 1");
        goal("a goal that is no number", "test_mae", "1e300",
             "goal.test_mae is 1e+300, wanted a number from -1000000000 to 1000000000");
        goal("a goal of nothing", "test_", "1", "'goal.test_' is unknown");
        goal("another goal", "accuracy", "1", "'goal.accuracy' is unknown");
    }
    void refusesWhatIsNoChoice() {
        QFETCH(QByteArray, text);
        QFETCH(QString, code);
        QFETCH(QString, words);
        const auto project = projectFromText(text.toStdString());
        QVERIFY(!project.ok());
        QCOMPARE(QString::fromStdString(project.error().code), code);
        const QString message = QString::fromStdString(project.error().message);
        QVERIFY2(message.contains(words), qPrintable(message));
    }
};

QTEST_APPLESS_MAIN(TestProjectMetrics)
#include "tst_project_metrics.moc"
