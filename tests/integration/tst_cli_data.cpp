// SPDX-License-Identifier: Apache-2.0
// vitrine-cli data, and what train, eval and check do with data that are named beside a project.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <csignal>
#include <filesystem>

#include "core/data/dataset.h"
#include "core/data/transform.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine;
using namespace vitrine::test;
namespace fs = std::filesystem;

class TestCliData : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    CliResult run(const QStringList& arguments) { return runCli(arguments, m_folder.path()); }
    std::string path(const char* name) const {
        return (m_folder.path() + QLatin1Char('/') + QLatin1String(name)).toStdString();
    }
    /// What `train` reports of every step, without the time.
    std::vector<double> losses(const QStringList& more, const char* out) {
        const CliResult result =
            run(QStringList{"train", "strokes.vitrine", "--epochs", "1", "--json", "--out", out} +
                more);
        std::vector<double> found;
        for (const auto& line : jsonLines(result.out))
            if (line["event"] == "step") found.push_back(line["loss"]);
        return found;
    }

  private slots:
    void initTestCase() {
        writeBytes(path("strokes.vitrine"), strokesProject());
        writeIdxFolder(path("idx"));
        fs::create_directories(path("nothing"));
    }

    void listsFormatsAndTransforms() {
        const auto formats = jsonLines(run({"data", "--formats", "--json"}).out);
        QCOMPARE(formats.size(), allDataFormats().size());
        const auto transforms = jsonLines(run({"data", "--transforms", "--json"}).out);
        QCOMPARE(transforms.size(), allTransforms().size());
        for (size_t i = 0; i < transforms.size(); ++i)
            QCOMPARE(transforms[i]["fields"].size(), allTransforms()[i]->fields.size());
    }

    void tellsWhatAFolderHolds() {
        const CliResult told = run({"data", "idx"});
        QVERIFY2(told.status == 0, told.err.constData());
        QVERIFY2(told.out.contains("64 for training, 32 for testing"), told.out.constData());
        const auto objects = jsonLines(run({"data", "idx", "--json"}).out);
        QCOMPARE(objects.size(), size_t{1});
        QCOMPARE(objects[0]["format"].get<std::string>(), std::string("idx"));
        QCOMPARE(objects[0]["train"].get<int>(), 64);
        int counted = 0;
        for (const auto& one : objects[0]["classes"]) counted += one["train"].get<int>();
        QCOMPARE(counted, 64);
    }

    void tellsWhatAProjectsDataAre() {
        const CliResult told = run({"data", "strokes.vitrine", "--quick"});
        QVERIFY2(told.status == 0, told.err.constData());
        QVERIFY2(told.out.contains("(strokes)"), told.out.constData());
    }

    void refuses_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing named") << QStringList{"data"} << 2 << "L01"
                                       << "PATH";
        QTest::newRow("nothing there") << QStringList{"data", "away"} << 1 << "G01"
                                       << "was not found";
        QTest::newRow("no data there") << QStringList{"data", "nothing"} << 1 << "G01"
                                       << "holds no data";
        const QStringList train{"train", "strokes.vitrine", "--out", "refused"};
        QTest::newRow("transform") << train + QStringList{"--transform", "flop"} << 2 << "L07"
                                   << "--transform is 'flop', wanted one of";
        QTest::newRow("its field")
            << train + QStringList{"--transform", "flip chance=2"} << 2 << "L07"
            << "wanted a number from 0 to 1";
        QTest::newRow("sampling") << train + QStringList{"--sampling", "often"} << 2 << "L07"
                                  << "each_once, balanced";
        QTest::newRow("data field") << train + QStringList{"--data-fields", "hight=3"} << 2 << "L07"
                                    << "--data-fields has 'hight=3'";
    }
    void refuses() {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(QString, says);
        const QString fault = faultOfAnswer(run(arguments), status, code, says);
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
        QVERIFY(!fs::exists(path("refused")));
    }

    void recognisesNamedDataByTheirContents() {
        const CliResult trained = run({"train", "strokes.vitrine", "--data", "idx", "--epochs", "1",
                                       "--json", "--out", "on_idx"});
        QVERIFY2(trained.status == 0, trained.err.constData());
        const std::string project = readBytes(path("on_idx/project.vitrine"));
        QVERIFY2(project.find("\"format\": \"idx\"") != std::string::npos, project.c_str());
    }

    void transformsChangeTrainingAndAreKept() {
        const std::vector<double> plain = losses({}, "plain"),
                                  moved = losses({"--transform", "pad_crop padding=3"}, "moved"),
                                  again = losses(
                                      {"--transform", "pad_crop padding=3", "--threads", "1"},
                                      "again"),
                                  none = losses({"--transform", "pad_crop padding=0"}, "none");
        QCOMPARE(plain.size(), size_t{10});
        QVERIFY(moved != plain);
        QVERIFY(moved == again);
        QVERIFY(none == plain);
        QVERIFY(readBytes(path("moved/project.vitrine")).find("pad_crop") != std::string::npos);
    }

    void resumedRunsTransformTheSame() {
        const QStringList train{"strokes.vitrine", "--transform", "flip",
                                "--transform",     "pad_crop",    "--sampling",
                                "balanced",        "--epochs",    "30"};
        const CliResult whole = run(QStringList{"train"} + train + QStringList{"--out", "whole"});
        QVERIFY2(whole.status == 0, whole.err.constData());
        const int status = trainUntil(train + QStringList{"--out", "begun", "--json"},
                                      m_folder.path(), 13, SIGINT);
        QCOMPARE(status, 130);
        const CliResult rest = run({"train", "strokes.vitrine", "--resume", "begun"});
        QVERIFY2(rest.status == 0, rest.err.constData());
        QVERIFY(readBytes(path("whole/weights.safetensors")) ==
                readBytes(path("begun/weights.safetensors")));
    }

    void balancedDrawsChangeTraining() {
        QVERIFY(losses({"--sampling", "balanced"}, "balanced") != losses({}, "each_once"));
    }
};

QTEST_GUILESS_MAIN(TestCliData)
#include "tst_cli_data.moc"
