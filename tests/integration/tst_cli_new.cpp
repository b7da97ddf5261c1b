// SPDX-License-Identifier: Apache-2.0
// vitrine-cli new and templates: a project that can be checked and trained, and what is refused.
#include <QTemporaryDir>
#include <filesystem>

#include "core/templates/template.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine;
using namespace vitrine::test;
namespace fs = std::filesystem;

class TestCliNew : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    CliResult run(const QStringList& arguments) { return runCli(arguments, m_folder.path()); }
    std::string path(const char* name) const {
        return (m_folder.path() + QLatin1Char('/') + QLatin1String(name)).toStdString();
    }

  private slots:
    void listsEveryTemplate() {
        const CliResult people = run({"templates"}), programs = run({"templates", "--json"});
        QCOMPARE(people.status, 0);
        const auto objects = jsonLines(programs.out);
        QCOMPARE(objects.size(), allTemplates().size());
        for (size_t i = 0; i < objects.size(); ++i) {
            const TemplateDescriptor& of = *allTemplates()[i];
            QCOMPARE(objects[i]["id"].get<std::string>(), std::string(of.id));
            QCOMPARE(objects[i]["fields"].size(), of.fields.size());
            const std::string line = std::string(of.id) + " — " + std::string(of.title) + "\n";
            QVERIFY2(people.out.contains(QByteArray::fromStdString(line)), line.c_str());
        }
    }

    void writesAProjectThatTrains() {
        const CliResult made = run({"new", "--template", "bench_lenet", "--set",
                                    "width_multiplier=0.5", "--set", "classes=12", "-o", "mine"});
        QVERIFY2(made.status == 0, made.err.constData());
        QVERIFY2(made.out.contains("It gives fc3 [N, 12]."), made.out.constData());
        QVERIFY(fs::exists(path("mine/mine.vitrine")));
        const std::string text = readBytes(path("mine/mine.vitrine"));
        QVERIFY(text.find("\"name\": \"mine\"") != std::string::npos);
        QVERIFY(text.find("\"format\": \"strokes\"") != std::string::npos);
        QVERIFY(text.find("\"position\"") == std::string::npos);
        writeBytes(path("mine/mine.vitrine"),
                   replaced(replaced(text, "\"train\": 60000", "\"train\": 128"), "\"test\": 10000",
                            "\"test\": 64"));
        const CliResult trained =
            run({"train", "mine", "--epochs", "1", "--out", "run", "--threads", "1"});
        QVERIFY2(trained.status == 0, trained.err.constData());
        QVERIFY(fs::exists(path("run/weights.safetensors")));
    }

    void isCalledAfterTheTemplate() {
        const CliResult made = run({"new", "--template", "squeezenet"});
        QVERIFY2(made.status == 0, made.err.constData());
        QVERIFY2(made.out.contains("No data are chosen yet"), made.out.constData());
        QVERIFY(fs::exists(path("squeezenet/squeezenet.vitrine")));
        const CliResult trained = run({"train", "squeezenet"});
        QCOMPARE(faultOfAnswer(trained, 1, "P05", "no data are chosen yet"), QString());
    }

    void takesDataOfAFolder() {
        writeIdxFolder(path("digits"));
        const CliResult made =
            run({"new", "--template", "lenet5", "-o", "read", "--data", "digits"});
        QVERIFY2(made.status == 0, made.err.constData());
        const std::string text = readBytes(path("read/read.vitrine"));
        QVERIFY2(text.find("\"format\": \"idx\"") != std::string::npos, text.c_str());
    }

    void refusesWhatCannotBe_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        const auto add = [](const char* name, const QStringList& arguments, int status,
                            const char* code, const char* says) {
            QTest::newRow(name) << QStringList{"new", "--template"} + arguments << status
                                << QString(code) << QString(says);
        };
        add("unknown", {"resnet81"}, 2, "U10",
            "there is no template 'resnet81', did you mean 'resnet18'?");
        add("no value", {"lenet5", "--set", "classes"}, 2, "U10",
            "--set 'classes' is no FIELD=VALUE");
        add("no such field", {"lenet5", "--set", "clases=3"}, 1, "P11",
            "field 'clases' is unknown, wanted one of channels, height, width, classes, "
            "width_multiplier");
        add("out of range", {"alexnet", "--set", "height=40"}, 1, "P11",
            "field 'height' is '40', wanted a whole number from 63 to 4096");
        add("no multiple", {"unet", "--set", "height=40"}, 1, "P11",
            "height 40 is no multiple of 16, by which the levels make it smaller");
    }
    void refusesWhatCannotBe() {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(QString, says);
        const auto before = pathsBelow(m_folder.path().toStdString());
        const CliResult made = run(arguments + QStringList{"-o", "refused"});
        QCOMPARE(faultOfAnswer(made, status, code, says), QString());
        QVERIFY(pathsBelow(m_folder.path().toStdString()) == before);
    }

    void writesOverNothing() {
        writeBytes(path("precious"), "mine");
        const CliResult file = run({"new", "--template", "lenet5", "-o", "precious"});
        QCOMPARE(faultOfAnswer(file, 2, "U10", "'precious' is there already, and no empty folder"),
                 QString());
        QCOMPARE(readBytes(path("precious")), std::string("mine"));
        fs::create_directory(path("full"));
        writeBytes(path("full/note"), "mine");
        const CliResult folder = run({"new", "--template", "lenet5", "-o", "full"});
        QCOMPARE(faultOfAnswer(folder, 2, "U10", "'full' is there already, and no empty folder"),
                 QString());
        QVERIFY(!fs::exists(path("full/full.vitrine")));
    }
};

QTEST_GUILESS_MAIN(TestCliNew)
#include "tst_cli_new.moc"
