// SPDX-License-Identifier: Apache-2.0
// Nodes of a project that a step makes again. Truth: what check and tape tell of the plan, and the
// weights of a run that keeps everything.
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine::test;
using nlohmann::json;

class TestCliMemory : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }
    CliResult run(const QStringList& words) const { return runCli(words, m_folder.path()); }
    void writeProject(const QString& name, std::initializer_list<const char*> madeAgain) const {
        std::string text = strokesProject();
        for (const std::string node : madeAgain)
            text = replaced(text, "{\"id\": \"" + node + "\", ",
                            "{\"id\": \"" + node + "\", \"recompute\": true, ");
        writeBytes(path(name), text);
    }
    json plan(const QStringList& words) const {
        const auto lines = jsonLines(run(QStringList{"tape"} + words + QStringList{"--json"}).out);
        return lines.empty() ? json() : lines.back();
    }

  private slots:
    void initTestCase() {
        writeProject("kept.vitrine", {});
        writeProject("again.vitrine", {"pool1", "flatten"});
    }
    void checkSaysWhatIsMadeAgainAndWhatForIt();
    void aMarkedNodeIsMadeAgainAndGivesTheSameWeights();
    void aBudgetThatIsTooSmallIsRefused();
    void whatARefusalSaysIsEnough();
    void aRunThatIsGoneOnWithTakesItsBudget();
};

void TestCliMemory::checkSaysWhatIsMadeAgainAndWhatForIt() {
    const CliResult kept = run({"check", "kept.vitrine"});
    QCOMPARE(kept.status, 0);
    QVERIFY(!kept.out.contains("ade again"));
    const CliResult again = run({"check", "again.vitrine"});
    QCOMPARE(again.status, 0);
    const auto line = again.out.indexOf("Made again in the backward phase: ");
    QVERIFY2(line >= 0, again.out);
    QVERIFY2(again.out.mid(line, again.out.indexOf('\n', line) - line).contains("pool1"),
             again.out.mid(line));
    QVERIFY2(again.out.contains("; arena "), again.out);
    QVERIFY(again.out.contains("though nothing of it is kept that could be: flatten\n"));
}

void TestCliMemory::aMarkedNodeIsMadeAgainAndGivesTheSameWeights() {
    const json kept = plan({"kept.vitrine", "--batch", "64"}),
               again = plan({"again.vitrine", "--batch", "64"});
    QCOMPARE(kept.at("recomputed").get<int>(), 0);
    QVERIFY(again.at("recomputed").get<int>() > 0);
    QVERIFY(again.at("recompute_seconds").get<double>() > 0);
    for (const QString name : {"kept", "again"})
        QCOMPARE(run({"train", name + ".vitrine", "--out", name, "--epochs", "1"}).status, 0);
    QVERIFY(readBytes(path("kept/weights.safetensors")) ==
            readBytes(path("again/weights.safetensors")));
    // The run's own copy of the project keeps the mark.
    QVERIFY(readBytes(path("again/project.vitrine")).find("\"recompute\": true") !=
            std::string::npos);
}

void TestCliMemory::aBudgetThatIsTooSmallIsRefused() {
    const CliResult result = run({"check", "kept.vitrine", "--budget", "100000"});
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.startsWith("U09: a step needs at least "), result.err);
}

void TestCliMemory::whatARefusalSaysIsEnough() {
    const QString said = QString::fromUtf8(run({"check", "kept.vitrine", "--budget", "1"}).err);
    const QString wanted = said.section("at least ", 1).section(" MB", 0, 0);
    QVERIFY2(wanted.toDouble() > 0, qPrintable(said));
    QCOMPARE(run({"check", "kept.vitrine", "--budget", wanted + "MB"}).status, 0);
}

void TestCliMemory::aRunThatIsGoneOnWithTakesItsBudget() {
    QCOMPARE(run({"train", "kept.vitrine", "--out", "within", "--epochs", "1"}).status, 0);
    const CliResult small =
        run({"train", "kept.vitrine", "--resume", "within", "--budget", "100000"});
    QCOMPARE(small.status, 2);
    QVERIFY2(small.err.startsWith("U09: "), small.err);
    QCOMPARE(run({"train", "kept.vitrine", "--resume", "within", "--recompute", "blocks"}).status,
             0);
}

QTEST_GUILESS_MAIN(TestCliMemory)
#include "tst_cli_memory.moc"
