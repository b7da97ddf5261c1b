// SPDX-License-Identifier: Apache-2.0
// vitrine-cli export: which files it writes, and what it refuses. Truth: the weights of the run
// that are exported, and this program's own readers of the files that come of it.
#include <QTemporaryDir>

#include <algorithm>

#include "core/io/safetensors.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine;
using namespace vitrine::test;

class TestCliExport : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    CliResult run(const QStringList& arguments) { return runCli(arguments, m_folder.path()); }
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

  private slots:
    void initTestCase() {
        writeBytes(path("p.vitrine"), strokesProject());
        const CliResult trained =
            run({"train", "p.vitrine", "--epochs", "1", "--threads", "1", "--out", "run"});
        QVERIFY2(trained.status == 0, trained.err.constData());
    }

    /// The same tensors, bit for bit, under the same names.
    void weightsGoAloneAsSafetensors() {
        const CliResult result = run({"export", "p.vitrine", "--weights", "run/weights.safetensors",
                                      "--safetensors", "w.safetensors", "--json"});
        QVERIFY2(result.status == 0, result.err.constData());
        const auto own = loadSafetensors(path("run/weights.safetensors"));
        const auto exported = loadSafetensors(path("w.safetensors"));
        QVERIFY(own.ok() && exported.ok());
        QCOMPARE(exported->tensors.size(), own->tensors.size());
        for (const TensorView& tensor : own->tensors) {
            const TensorView* same = exported->find(tensor.name);
            QVERIFY2(same && std::ranges::equal(same->bytes, tensor.bytes), tensor.name.c_str());
        }
        const auto said = jsonLines(result.out);
        QCOMPARE(said.size(), size_t{1});
        QCOMPARE(said[0]["tensors"].get<size_t>(), own->tensors.size());
    }

    /// What the archive holds is what eval makes the same scores of.
    void weightsGoAloneAsArrays() {
        const QStringList eval{"eval", "p.vitrine", "--threads", "1", "--json", "--weights"};
        const CliResult wanted = run(eval + QStringList{"run/weights.safetensors"});
        const CliResult result =
            run({"export", "p.vitrine", "--weights", "run/weights.safetensors", "--npz", "w.npz"});
        QVERIFY2(result.status == 0, result.err.constData());
        QVERIFY2(result.out.startsWith("w.npz: "), result.out.constData());
        const CliResult given = run(eval + QStringList{"w.npz"});
        QVERIFY2(given.status == 0, given.err.constData());
        QCOMPARE(jsonLines(given.out)[0]["test_loss"], jsonLines(wanted.out)[0]["test_loss"]);
    }

    /// With the weights of the run, in the state dict of PyTorch's modules.
    void aModuleOfPyTorchIsAFolder() {
        const CliResult result = run({"export", "p.vitrine", "--weights", "run/weights.safetensors",
                                      "--torch", "module", "--json"});
        QVERIFY2(result.status == 0, result.err.constData());
        QVERIFY(readBytes(path("module/network.py")).find("nn.Conv2d(1, 4, 5") !=
                std::string::npos);
        // What becomes of pixels stands in strokesProject().
        QVERIFY(readBytes(path("module/network.py")).find("\nMEAN = [") != std::string::npos);
        const auto own = loadSafetensors(path("run/weights.safetensors"));
        const auto exported = loadSafetensors(path("module/weights.safetensors"));
        QVERIFY(own.ok() && exported.ok());
        QCOMPARE(exported->tensors.size(), own->tensors.size());
        for (const TensorView& tensor : own->tensors) {
            const TensorView* same = exported->find(tensor.name);
            QVERIFY2(same && same->shape.elements() == tensor.shape.elements(),
                     tensor.name.c_str());
        }
        const TensorView *bias = own->find("conv1.bias"), *same = exported->find("conv1.bias");
        QVERIFY(bias && same && std::ranges::equal(same->bytes, bias->bytes));
        QCOMPARE(jsonLines(result.out)[0]["tensors"].get<size_t>(), own->tensors.size());
    }

    void plainCodeSaysWhatItHolds() {
        const QStringList words{"export-cpp", "p.vitrine", "--weights", "run/weights.safetensors",
                                "--no-proof"};
        const CliResult result = run(words + QStringList{"--out", "code", "--json"});
        QVERIFY2(result.status == 0, result.err.constData());
        const auto said = jsonLines(result.out);
        QCOMPARE(said.size(), size_t{1});
        QCOMPARE(said[0]["folder"].get<std::string>(), std::string("code"));
        // The file is a multiple of a cache line long.
        const qint64 more = QFileInfo(m_folder.filePath("code/weights.bin")).size() -
                            said[0]["weight_bytes"].get<qint64>();
        QVERIFY2(more >= 0 && more <= 64, qPrintable(QString::number(more)));
        QVERIFY(said[0]["compiler"].is_null() && said[0]["proofs"].empty());
        QVERIFY(said[0]["calls"].get<int>() > 0 && said[0]["arena_bytes"].get<int>() > 0);
    }

    /// 160 strokes in batches of 16 are 10 steps, and one measurement.
    void aRunLeavesAsEventsAndAsATable() {
        const CliResult result =
            run({"export-run", "run", "--tensorboard", "events", "--csv", "run.csv", "--json"});
        QVERIFY2(result.status == 0, result.err.constData());
        const auto said = jsonLines(result.out);
        QCOMPARE(said.size(), size_t{2});
        for (const auto& line : said) {
            QCOMPARE(line["steps"].get<int>(), 10);
            QCOMPARE(line["tests"].get<int>(), 1);
        }
        const QByteArray events =
            QByteArray::fromStdString(readBytes(path(said[0]["file"].get<std::string>().c_str())));
        QCOMPARE(events.count("train/loss"), 10);
        QCOMPARE(events.count("test/accuracy"), 1);
        const QByteArrayList rows =
            QByteArray::fromStdString(readBytes(path("run.csv"))).trimmed().split('\n');
        QCOMPARE(rows.size(), 11);
        QVERIFY(rows[0].startsWith("step,epoch,loss,"));
        QVERIFY(rows[10].startsWith("10,1,"));
    }

    /// TensorBoard would draw both as one.
    void eventsOfAnotherRunInTheFolderAreNoticed() {
        QVERIFY(run({"export-run", "run", "--tensorboard", "twice"}).status == 0);
        const auto before = pathsBelow(m_folder.path().toStdString());
        const QStringList again{"export-run", "run", "--tensorboard", "twice"};
        const QString fault =
            faultOfAnswer(run(again), 2, "U10", "TensorBoard draws all events of a folder");
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
        QVERIFY(pathsBelow(m_folder.path().toStdString()) == before);
        QCOMPARE(run(again + QStringList{"--overwrite"}).status, 0);
    }

    void runsThatAreNoneAreRefused_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing to write") << QStringList{"run"} << 2 << "L01"
                                          << "nothing says what is to be written";
        QTest::newRow("no run") << QStringList{".", "--csv", "x.csv"} << 1 << "G01"
                                << "log.jsonl";
        QTest::newRow("table is there") << QStringList{"run", "--csv", "p.vitrine"} << 2 << "U10"
                                        << "is there already";
    }
    void runsThatAreNoneAreRefused() {
        QFETCH(QStringList, words);
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(QString, says);
        const auto before = pathsBelow(m_folder.path().toStdString());
        const QString fault =
            faultOfAnswer(run(QStringList{"export-run"} + words), status, code, says);
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
        QVERIFY(pathsBelow(m_folder.path().toStdString()) == before);
    }

    void refusals_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing to write") << QStringList() << "L01"
                                          << "nothing says what is to be written";
        QTest::newRow("there already") << QStringList{"--npz", "p.vitrine"} << "U10"
                                       << "is there already";
        QTest::newRow("precision") << QStringList{"--onnx", "a.onnx", "--precision", "f8"} << "U22"
                                   << "wanted f32, f16 or bf16";
    }
    void refusals() {
        QFETCH(QStringList, options);
        QFETCH(QString, code);
        QFETCH(QString, says);
        const auto before = pathsBelow(m_folder.path().toStdString());
        const CliResult result = run(QStringList{"export", "p.vitrine"} + options);
        const QString fault = faultOfAnswer(result, 2, code, says);
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
        QVERIFY(pathsBelow(m_folder.path().toStdString()) == before);
    }
};

QTEST_GUILESS_MAIN(TestCliExport)
#include "tst_cli_export.moc"
