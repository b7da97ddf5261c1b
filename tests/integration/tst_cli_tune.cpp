// SPDX-License-Identifier: Apache-2.0
// vitrine-cli tune, and the runs that go by its table. Truth: the choices that a tape tells of, a
// table that is written by hand, and the weights of runs with and without it.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/session/tune_table.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine;
using namespace vitrine::test;
using nlohmann::json;

namespace {

const QString project = QStringLiteral("strokes.vitrine"),
              table = QStringLiteral("strokes.tune.json");

}  // namespace

class TestCliTune : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }
    CliResult run(const QStringList& words) const { return runCli(words, m_folder.path()); }
    json tableNow() const { return json::parse(readBytes(path(table))); }
    std::vector<json> entries() const {
        std::vector<json> found;
        for (const json& line : jsonLines(run({"tape", project, "--json"}).out))
            if (line.at("event") == "entry") found.push_back(line);
        return found;
    }
    /// Of a run that is made in `folder`.
    std::string numericsOf(const QString& folder) const {
        return json::parse(readBytes(path(folder + "/run.json"))).at("numerics");
    }
    CliResult train(const QString& folder) const {
        return run({"train", project, "--out", folder, "--threads", "1", "--epochs", "1"});
    }
    /// A table by which every way that is not row-major takes an hour.
    void writeRowMajorTable() const;

  private slots:
    void init() {
        writeBytes(path(project), strokesProject());
        QFile::remove(m_folder.filePath(table));
    }
    void measuresEveryWayAndKeepsATable();
    void laterStepsGoByTheTable();
    void runsKeepTheTableAndSayWhatTheirBitsDependOn();
    void aTableThatDoesNotHoldIsToldOfAndNotUsed_data();
    void aTableThatDoesNotHoldIsToldOfAndNotUsed();
    void refusesAProjectThatCannotBeTrained();
};

void TestCliTune::writeRowMajorTable() const {
    MeasuredWays ways;
    for (const json& line : jsonLines(run({"tune", project, "--threads", "1", "--json"}).out)) {
        if (line.at("event") != "way") continue;
        const std::string way = line.at("way");
        ways.questions[line.at("operator").get<std::string>()][way] =
            way.starts_with("row-major") ? 1e-6 : 3600.0;
    }
    QVERIFY(ways.questions.size() > 5);
    QVERIFY(saveTuning(ways, path(project)).ok());
}

void TestCliTune::measuresEveryWayAndKeepsATable() {
    const CliResult result = run({"tune", project, "--threads", "1", "--json"});
    QCOMPARE(result.status, 0);
    const auto lines = jsonLines(result.out);
    const json& end = lines.back();
    QCOMPARE(end.at("event").get<std::string>(), std::string("tuned"));
    QVERIFY(end.at("estimated_step_ms").get<double>() > 0);
    QVERIFY(end.at("tuned_step_ms").get<double>() > 0);
    size_t measured = 0, convolutions = 0;
    for (const json& line : lines) {
        if (line.at("event") != "way" || !line.contains("measured_ms")) continue;
        ++measured;
        QVERIFY(line.at("measured_ms").get<double>() > 0);
        convolutions += line.at("operator").get<std::string>().starts_with("conv");
    }
    QVERIFY(convolutions >= 6);
    QCOMPARE(QFile::exists(m_folder.filePath(table)), end.at("kept").get<bool>());
    if (!end.at("kept").get<bool>()) return;
    size_t kept = 0;
    const json now = tableNow();
    for (const json& of : now.at("operators")) kept += of.at("seconds").size();
    QCOMPARE(kept, measured + 1);  // and the copies
}

void TestCliTune::laterStepsGoByTheTable() {
    for (const json& entry : entries()) QCOMPARE(entry.at("measured").get<bool>(), false);
    writeRowMajorTable();
    int measured = 0;
    for (const json& entry : entries()) {
        if (!entry.at("measured").get<bool>()) continue;
        ++measured;
        const std::string why = entry.at("why_taken");
        QVERIFY2(why.find("measured 1 µs on this machine") != std::string::npos, why.c_str());
        QVERIFY2(why.starts_with("row-major"), why.c_str());
    }
    QVERIFY(measured > 5);
    const CliResult text = run({"tape", project});
    QVERIFY(text.out.contains("were chosen by what was measured here"));
}

void TestCliTune::runsKeepTheTableAndSayWhatTheirBitsDependOn() {
    writeRowMajorTable();
    QCOMPARE(train("tuned").status, 0);
    QVERIFY(QFile::exists(m_folder.filePath("tuned/project.tune.json")));
    QCOMPARE(readBytes(path("tuned/project.tune.json")).empty(), false);
    const std::string numerics = numericsOf("tuned");
    QVERIFY2(numerics.find("/tuned-") != std::string::npos, numerics.c_str());

    // The run's own table is what it goes on by, whatever is beside the project.
    QFile::remove(m_folder.filePath(table));
    const CliResult again = run({"train", project, "--resume", "tuned", "--threads", "1"});
    QCOMPARE(again.status, 0);
    QVERIFY(!again.out.contains("numerics class") && !again.err.contains("numerics class"));
    QFile::remove(m_folder.filePath("tuned/project.tune.json"));
    const CliResult without = run({"train", project, "--resume", "tuned", "--threads", "1"});
    QVERIFY2((without.out + without.err).contains("C04"), without.out + without.err);

    QCOMPARE(train("plain").status, 0);
    QVERIFY(!QFile::exists(m_folder.filePath("plain/project.tune.json")));
    QVERIFY(numericsOf("plain").find("tuned") == std::string::npos);
}

void TestCliTune::aTableThatDoesNotHoldIsToldOfAndNotUsed_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("says");
    QTest::newRow("another machine") << "processor"
                                     << "\"Abacus 3\""
                                     << "was measured on Abacus 3";
    QTest::newRow("another engine") << "engine"
                                    << "\"cpu/ABACUS/fp32/fast/1\""
                                    << "U30";
    QTest::newRow("newer") << "version"
                           << "2"
                           << "it is no table of this version";
    QTest::newRow("no threads") << "threads"
                                << "0"
                                << "'threads' is no number of threads";
    QTest::newRow("no list") << "operators"
                             << "7"
                             << "'operators' is no list";
    QTest::newRow("no time") << "operators"
                             << "[{\"operator\": \"relu\", \"seconds\": {\"lanes\": -1}}]"
                             << "'lanes' took no time";
    QTest::newRow("no object") << "operators"
                               << "[{\"operator\": \"relu\", \"seconds\": 3}]"
                               << "'operators.seconds' is no object";
}
void TestCliTune::aTableThatDoesNotHoldIsToldOfAndNotUsed() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, says);
    QVERIFY(saveTuning({}, path(project)).ok());
    json now = tableNow();
    now[key.toStdString()] = json::parse(value.toStdString());
    writeBytes(path(table), now.dump());
    for (const json& entry : entries()) QCOMPARE(entry.at("measured").get<bool>(), false);
    const CliResult result = train(QString::fromLatin1(QTest::currentDataTag()));
    QCOMPARE(result.status, 0);
    const QByteArray said = result.out + result.err;
    QVERIFY2(said.contains(says.toUtf8()), said.constData());
    QVERIFY(numericsOf(QString::fromLatin1(QTest::currentDataTag())).find("tuned") ==
            std::string::npos);
}

void TestCliTune::refusesAProjectThatCannotBeTrained() {
    writeBytes(path(project),
               replaced(strokesProject(), "\"kernel\": [5, 5]", "\"kernel\": [99, 99]"));
    const CliResult result = run({"tune", project});
    QVERIFY(result.status != 0);
    QVERIFY(!QFile::exists(m_folder.filePath(table)));
}

QTEST_GUILESS_MAIN(TestCliTune)
#include "tst_cli_tune.moc"
