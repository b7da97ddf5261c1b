// SPDX-License-Identifier: Apache-2.0
// What programs are told of commands that fail: with --json the last line of standard output is one
// object that says the same as the sentence on standard error.
#include <QTemporaryDir>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine::test;
using nlohmann::json;

class TestCliJson : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    CliResult run(const QStringList& words) { return runCli(words, m_folder.path()); }
    void write(const char* name, const std::string& text) {
        writeBytes(m_folder.filePath(QString::fromLatin1(name)).toStdString(), text);
    }

  private slots:
    void initTestCase() { write("p.vitrine", strokesProject()); }

    void everyCommandTellsItsError_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const QStringList& words, const char* code) {
            QTest::newRow(name) << words << QString::fromLatin1(code);
        };
        const QString nowhere = QStringLiteral("nowhere");
        for (const char* command :
             {"train", "tape", "tune", "data", "infer", "grad", "weights", "import"})
            row(command, {QString::fromLatin1(command), nowhere}, "G01");
        for (const char* command : {"eval", "predict"})
            row(command, {QString::fromLatin1(command), nowhere, "--weights", "w"}, "G01");
        row("hvp", {"hvp", nowhere, "--vector", "v"}, "G01");
        row("export", {"export", nowhere, "--onnx", "made.onnx"}, "G01");
        row("export-cpp", {"export-cpp", nowhere, "--out", "made"}, "G01");
        row("export-run", {"export-run", nowhere, "--csv", "made.csv"}, "G01");
        row("bench", {"bench", "--suite", nowhere}, "L06");
        for (const char* command : {"ops", "templates", "devices"})
            row(command, {QString::fromLatin1(command), "--nowhere"}, "L01");
        row("a command that has no objects", {"new", "--template", nowhere}, "L01");
        row("no command", {nowhere}, "L01");
        row("a value out of range", {"train", "p.vitrine", "--epochs", "0"}, "U03");
    }
    void everyCommandTellsItsError() {
        QFETCH(QStringList, words);
        QFETCH(QString, code);
        const CliResult result = run(words + QStringList{"--json"});
        QVERIFY2(result.status == 1 || result.status == 2, result.err);
        const std::vector<json> lines = jsonLines(result.out);
        QVERIFY2(lines.size() == 1, result.out);
        const json& error = lines[0];
        QCOMPARE(error.at("event").get<std::string>(), std::string("error"));
        QCOMPARE(QString::fromStdString(error.at("code")), code);
        QCOMPARE(error.at("status").get<int>(), result.status);
        std::string text = error.at("code").get<std::string>() + ": " +
                           error.at("message").get<std::string>() + "\n";
        for (const char* more : {"kept", "next"})
            if (error.contains(more)) text += error.at(more).get<std::string>() + "\n";
        QCOMPARE(result.err, QByteArray::fromStdString(text));
    }

    void whereItIsStandsInIt() {
        write("wrong.vitrine",
              replaced(strokesProject(), R"("kernel": [5, 5]})", R"("kernel": [15, 15]})"));
        const CliResult result = run({"tape", "wrong.vitrine", "--json"});
        QCOMPARE(result.status, 1);
        const std::vector<json> lines = jsonLines(result.out);
        QCOMPARE(lines.size(), size_t{1});
        QCOMPARE(lines[0].at("place").at("node").get<std::string>(), std::string("conv2"));
    }

    /// Behind what has been told before.
    void itComesLast() {
        const CliResult trained =
            run({"train", VITRINE_SOURCE_DIR "/projects/digits_lenet", "--epochs", "1", "--threads",
                 "1", "--lr", "1000", "--out", "run", "--json"});
        QCOMPARE(trained.status, 1);
        const std::vector<json> lines = jsonLines(trained.out);
        QVERIFY(lines.size() > 2);
        QCOMPARE(lines.front().at("event").get<std::string>(), std::string("start"));
        QCOMPARE(lines[lines.size() - 2].at("event").get<std::string>(), std::string("failed"));
        QCOMPARE(lines.back().at("event").get<std::string>(), std::string("error"));
        QCOMPARE(lines.back().at("code").get<std::string>(), std::string("H01"));
    }

    void whatEndsWellHasNone() {
        const CliResult result = run({"tape", "p.vitrine", "--json"});
        QCOMPARE(result.status, 0);
        for (const json& line : jsonLines(result.out))
            QVERIFY(line.at("event").get<std::string>() != "error");
        QVERIFY(result.err.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestCliJson)
#include "tst_cli_json.moc"
