// SPDX-License-Identifier: Apache-2.0
// vitrine-cli tune, and the runs that go by its table. Truth: the choices that a tape tells of, a
// table that is written by hand, and the weights of runs with and without it.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

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
    void eachBatchHasItsOwnTable();
    void tablesOfTheFirstVersionHoldForAnyBatch();
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
    QVERIFY(saveTuning(ways, 16, path(project)).ok());
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
    QCOMPARE(now.at("tables").size(), size_t{1});
    QCOMPARE(now.at("tables")[0].at("batch"), end.at("batch"));
    for (const json& of : now.at("tables")[0].at("operators")) kept += of.at("seconds").size();
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

/// Tables stand side by side, the newest first; one that is measured again takes its old one's
/// place.
void TestCliTune::eachBatchHasItsOwnTable() {
    const std::string file = path(project);
    const auto save = [&](int64_t batch, double seconds) {
        const MeasuredWays ways{.threads = 1, .questions = {{"relu", {{"lanes", seconds}}}}};
        QVERIFY(saveTuning(ways, batch, file).ok());
    };
    const auto secondsAt = [&](int64_t batch) {
        const auto ways = measuredFor(file, batch);
        return ways ? ways->find("relu")->at("lanes") : 0;
    };
    save(16, 1);
    save(64, 2);
    save(8, 3);
    save(64, 4);
    std::vector<int> batches;
    const json now = tableNow();
    for (const json& of : now.at("tables")) batches.push_back(of.at("batch"));
    QCOMPARE(batches, (std::vector<int>{64, 8, 16}));
    QCOMPARE(secondsAt(16), 1.0);
    QCOMPARE(secondsAt(64), 4.0);
    QCOMPARE(secondsAt(8), 3.0);
    QCOMPARE(secondsAt(32), 0.0);

    // And so does the command: what was measured before is there still.
    const CliResult result = run({"tune", project, "--threads", "1", "--batch", "4", "--json"});
    QCOMPARE(result.status, 0);
    const json end = jsonLines(result.out).back();
    QCOMPARE(end.at("batch").get<int>(), 4);
    QCOMPARE(measuredFor(file, 4) != nullptr, end.at("kept").get<bool>());
    for (const int batch : {8, 16, 64}) QVERIFY(measuredFor(file, batch));
}

void TestCliTune::tablesOfTheFirstVersionHoldForAnyBatch() {
    writeRowMajorTable();
    json now = tableNow();
    const json only = now.at("tables")[0];
    now.erase("tables");
    now["version"] = 1;
    now["threads"] = only.at("threads");
    now["operators"] = only.at("operators");
    writeBytes(path(table), now.dump());
    const auto isMeasured = [](const json& entry) { return entry.at("measured").get<bool>(); };
    QVERIFY(std::ranges::any_of(entries(), isMeasured));
    QVERIFY(measuredFor(path(project), 1) && measuredFor(path(project), 16));
    // It stays beside what is measured now.
    QVERIFY(saveTuning({}, 16, path(project)).ok());
    QVERIFY(std::ranges::none_of(entries(), isMeasured));
    QVERIFY(!measuredFor(path(project), 1)->questions.empty());
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
                           << "3"
                           << "it is no table of this version";
    QTest::newRow("no tables") << "tables"
                               << "7"
                               << "'tables' is no list";
    const auto table = [](const char* name, const char* threads, const char* operators,
                          const char* says) {
        QTest::newRow(name)
            << "tables"
            << QString(R"([{"batch": 16, "threads": %1, "operators": %2}])").arg(threads, operators)
            << says;
    };
    table("no threads", "0", "[]", "'threads' is no number of threads");
    table("no list", "1", "7", "'operators' is no list");
    table("no time", "1", R"([{"operator": "relu", "seconds": {"lanes": -1}}])",
          "'lanes' took no time");
    table("no object", "1", R"([{"operator": "relu", "seconds": 3}])",
          "'operators.seconds' is no object");
    QTest::newRow("no batch") << "tables"
                              << R"([{"batch": -1, "threads": 1, "operators": []}])"
                              << "'batch' is no number of examples";
}
void TestCliTune::aTableThatDoesNotHoldIsToldOfAndNotUsed() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, says);
    QVERIFY(saveTuning({}, 16, path(project)).ok());
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
