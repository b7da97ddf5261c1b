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

    /// Pictures of one grey in folders that are called after their classes.
    void writeClassFolders(const char* name, const std::vector<std::string>& classes) {
        for (const std::string& each : classes)
            for (int i = 0; i < 4; ++i) {
                const std::string folder = path(name) + "/" + each;
                fs::create_directories(folder);
                writeBytes(folder + "/" + std::to_string(i) + ".pgm",
                           "P5 28 28 255\n" + std::string(784, static_cast<char>(40 * i)));
            }
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

    void tellsOfNumbersThatEndATraining() {
        writeBytes(path("numbers.csv"), "a,b,label\n1,2.5,x\n-3,0.25,y\n4,1,x\n2,2,y\n");
        const CliResult told = run({"data", "numbers.csv"});
        QVERIFY2(told.out.contains("numbers   input: -3 to 4\n"), told.out.constData());
        const std::string header =
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 2, 2), }        \n";
        std::string array = "\x93NUMPY\1";
        array += '\0';
        array += static_cast<char>(header.size());
        array += '\0';
        // The second image has a NaN, 0x7FC00000.
        array += header + std::string(28, '\0') + std::string("\0\0\xC0\x7F", 4);
        writeBytes(path("nan.npy"), array);
        const CliResult warned = run({"data", "nan.npy", "--data-fields", "test_share=0"});
        QVERIFY2(warned.status == 0, warned.err.constData());
        QVERIFY2(warned.out.contains("V04: column 'image' has a number that is NaN or infinite in "
                                     "1 of 2 examples; the first: example 1"),
                 warned.out.constData());
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

    void evalComparesNamesOfClasses_data() {
        QTest::addColumn<QString>("data");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("the same") << "animals" << QByteArray();
        QTest::newRow("another") << "others"
                                 << QByteArray(
                                        "U17: class 1 of column 'label' is 'cow' in these "
                                        "data, and was 'dog' where the weights were trained");
    }
    void evalComparesNamesOfClasses() {
        QFETCH(QString, data);
        QFETCH(QByteArray, says);
        const std::vector<std::string> rest{"eel",  "fox", "gnu",  "hen",
                                            "ibis", "jay", "kiwi", "lynx"};
        for (const auto& [folder, name] :
             {std::pair("animals", "dog"), std::pair("others", "cow")}) {
            std::vector<std::string> classes{"cat", name};
            classes.insert(classes.end(), rest.begin(), rest.end());
            writeClassFolders(folder, classes);
        }
        if (!fs::exists(path("animals_run"))) {
            const CliResult trained = run({"train", "strokes.vitrine", "--data", "animals",
                                           "--epochs", "1", "--out", "animals_run"});
            QVERIFY2(trained.status == 0, trained.err.constData());
        }
        const CliResult measured =
            run({"eval", "strokes.vitrine", "--data", data, "--weights",
                 "animals_run/weights.safetensors", "--test-transform", "invert"});
        QVERIFY2(measured.status == 0, measured.err.constData());
        QVERIFY2(says.isEmpty() ? !measured.err.contains("U17") : measured.err.contains(says),
                 measured.err.constData());
    }

    void evalCountsWhatStandsForOthers() {
        const std::vector<std::string> classes{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
        for (const char* part : {"split/train", "split/test"}) writeClassFolders(part, classes);
        for (const char* broken : {"split/test/b/1.pgm", "split/test/j/3.pgm"})
            writeBytes(path(broken), "P5 28 28 255\n");
        losses({}, "counted");
        const QStringList words{
            "eval",   "strokes.vitrine", "--weights",     "counted/weights.safetensors",
            "--data", "split",           "--data-fields", "broken=skip"};
        const CliResult json = run(words + QStringList{"--json"});
        QVERIFY2(json.status == 0, json.err.constData());
        const auto told = jsonLines(json.out).at(0);
        QCOMPARE(told["images"].get<int>(), 40);
        QCOMPARE(told["images_standing_for_others"].get<int>(), 2);
        const CliResult text = run(words);
        QVERIFY2(text.out.startsWith("40 test images, 2 of which stand for others"),
                 text.out.constData());
    }

    void testTransformsChangeWhatIsMeasured() {
        const auto measured = [this](const QStringList& more) {
            return run(QStringList{"eval", "strokes.vitrine", "--weights",
                                   "kept/weights.safetensors", "--json"} +
                       more);
        };
        losses({}, "kept");
        const auto plain = jsonLines(measured({}).out).at(0),
                   same = jsonLines(measured({"--test-transform", "none"}).out).at(0),
                   other = jsonLines(measured({"--test-transform", "invert"}).out).at(0);
        QVERIFY(plain["test_loss"] == same["test_loss"]);
        QVERIFY(plain["test_loss"] != other["test_loss"]);
        QCOMPARE(measured({"--test-transform", "invrt"}).status, 2);
    }

    void balancedDrawsChangeTraining() {
        QVERIFY(losses({"--sampling", "balanced"}, "balanced") != losses({}, "each_once"));
    }
};

QTEST_GUILESS_MAIN(TestCliData)
#include "tst_cli_data.moc"
