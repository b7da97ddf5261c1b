// SPDX-License-Identifier: Apache-2.0
// Networks that leave as modules of PyTorch: their text, their state dict, and what becomes of the
// proof. Truth: the network as it is drawn here, and layers' names and arguments in PyTorch's
// documentation. What PyTorch itself makes of every template is judged by export_judges.py, in
// `./test --long`; here the Python is a script that answers what a row tells it.
#include "core/session/export_torch.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include "core/base/file.h"
#include "core/graph/graph_text.h"
#include "core/io/safetensors.h"

using namespace vitrine;

namespace {

QString qt(const std::string& text) { return QString::fromStdString(text); }

ForeignNetwork networkOf(std::string_view text) {
    Project project;
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    project.name = "tiny";
    auto network = networkOfProject(std::move(project));
    if (!network) qFatal("%s", network.error().text().c_str());
    return std::move(network).value();
}

constexpr const char* smallNetwork =
    "x[1,8,8] -> conv2d(out_channels=4 kernel=3 padding=1) as conv1 -> batch_norm2d as bn1"
    " -> relu as relu1 -> max_pool2d(kernel=2) as pool -> flatten as flat"
    " -> linear(out_features=3) as fc -> output as scores";

}  // namespace

class ExportTorchTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_room;

    std::string place(const char* name) const {
        return m_room->filePath(QLatin1String(name)).toStdString();
    }
    std::string folder() const { return place("module"); }
    /// A Python that says this, whatever it is asked.
    std::string saying(const QByteArray& words) const {
        QFile script(qt(place("python")));
        if (!script.open(QIODevice::WriteOnly)) qFatal("no script");
        script.write("#!/bin/sh\necho '" + words + "'\n");
        script.close();
        script.setPermissions(script.permissions() | QFile::ExeOwner | QFile::ExeUser);
        return script.fileName().toStdString();
    }
    QString moduleText() const {
        const auto bytes = readFile(torchFilesIn(folder())[0]);
        if (!bytes) return {};
        return QString::fromUtf8(reinterpret_cast<const char*>(bytes->data()),
                                 static_cast<qsizetype>(bytes->size()));
    }

  private slots:
    void init() { m_room = std::make_unique<QTemporaryDir>(); }

    void aModuleIsReadablePython() {
        const auto report = exportTorch(networkOf(smallNetwork), folder(), {});
        QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
        QVERIFY(report->proof.runtimes.empty());
        const QString text = moduleText();
        QCOMPARE(report->lines, text.count('\n'));
        const int from = text.indexOf("class Network"), to = text.indexOf("\n\ndef load");
        QCOMPARE(text.mid(from, to - from),
                 QString("class Network(nn.Module):\n"
                         "    \"\"\"x [N, 1, 8, 8] -> scores [N, 3]\"\"\"\n"
                         "\n"
                         "    def __init__(self):\n"
                         "        super().__init__()\n"
                         "        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)\n"
                         "        self.bn1 = nn.BatchNorm2d(4)\n"
                         "        self.fc = nn.Linear(64, 3)\n"
                         "\n"
                         "    def forward(self, x):\n"
                         "        conv1 = self.conv1(x)\n"
                         "        bn1 = self.bn1(conv1)\n"
                         "        relu1 = F.relu(bn1)\n"
                         "        pool = F.max_pool2d(relu1, 2, stride=2)\n"
                         "        flat = torch.flatten(pool, 1)\n"
                         "        fc = self.fc(flat)\n"
                         "        return fc\n"));
    }

    /// load_state_dict() refuses keys that are missing or too many.
    void theStateDictHasTheKeysOfItsModules() {
        QVERIFY(exportTorch(networkOf(smallNetwork), folder(), {}).ok());
        const auto weights = loadSafetensors(torchFilesIn(folder())[1]);
        QVERIFY2(weights.ok(), weights ? "" : weights.error().text().c_str());
        QStringList found;
        for (const TensorView& tensor : weights->tensors)
            found << qt(tensor.name + tensor.shape.text());
        found.sort();
        const QStringList wanted{"bn1.bias[4]",           "bn1.num_batches_tracked[]",
                                 "bn1.running_mean[4]",   "bn1.running_var[4]",
                                 "bn1.weight[4]",         "conv1.bias[4]",
                                 "conv1.weight[4,1,3,3]", "fc.bias[3]",
                                 "fc.weight[3,64]"};
        QCOMPARE(found.replaceInStrings(" ", "").join('\n'), wanted.join('\n'));
    }

    /// Python's own words, and names of PyTorch that the module uses, are nobody else's.
    void namesThatPythonHasAreOthers() {
        QVERIFY(exportTorch(networkOf("x[4] -> relu as torch -> relu as lambda -> output as y"),
                            folder(), {})
                    .ok());
        QVERIFY2(moduleText().contains("n_torch = F.relu(x)\n        n_lambda = F.relu(n_torch)\n"),
                 qPrintable(moduleText()));
    }

    /// Truth: what the functions of PyTorch do, as its documentation has them; that the numbers are
    /// those of the network is judged by export_judges.py.
    void whatPyTorchHasNoFunctionForIsWrittenOut_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("has");
        QTest::newRow("pixels twice")
            << "x[1,2,2] -> resize(scale=2 sampling=asymmetric rounding=floor) as up -> output as y"
            << "up_2 = up.repeat_interleave(2, dim=2)";
        QTest::newRow("pixels that are chosen")
            << "x[1,2,3] -> resize(size=3,4 rounding=ceil) as up -> output as y"
            << "x.index_select(3, self.up_places)";
        QTest::newRow("weighed as nobody else does")
            << "x[1,2,3] -> resize(size=2,5 mode=linear sampling=asymmetric) as up -> output as y"
            << "torch.tensordot(x, self.up_weights, dims=([3], [1])).movedim(-1, 3)";
        QTest::newRow("a transposed convolution with another padding behind")
            << "x[3,4,4] -> conv_transpose2d(out_channels=2 kernel=3 stride=2 padding=0,1,1,0"
               " bias=false) as up -> output as y"
            << "F.pad(F.conv_transpose2d(x, self.up_weight, stride=2, groups=1, dilation=1), "
               "(-1, 0, 0, -1))";
    }
    void whatPyTorchHasNoFunctionForIsWrittenOut() {
        QFETCH(QString, network);
        QFETCH(QString, has);
        const auto report = exportTorch(networkOf(network.toStdString()), folder(), {});
        QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
        QVERIFY2(moduleText().contains(has), qPrintable(moduleText()));
    }

    /// A model whose slopes are reshaped before they are used, so that no module can own them, and
    /// one that makes numbers without axes.
    void modelsOfOthersLeave_data() {
        QTest::addColumn<QString>("has");
        QTest::newRow("sharper_legacy") << "F.prelu(";
        QTest::newRow("qdq_signed") << ".reshape(())";
    }
    void modelsOfOthersLeave() {
        QFETCH(QString, has);
        const auto network = openNetwork(fmt::format("{}/tests/golden/exporters/{}.onnx",
                                                     VITRINE_SOURCE_DIR, QTest::currentDataTag()));
        QVERIFY2(network.ok(), network ? "" : network.error().text().c_str());
        const auto report = exportTorch(*network, folder(), {});
        QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
        QVERIFY2(moduleText().contains(has), qPrintable(moduleText()));
    }

    void whatPyTorchSaysStandsInTheReport() {
        const std::string python =
            saying(R"({"torch":"9.9","outputs":[{"difference":1e-6,"largest":2.0,"unlike":0}]})");
        const auto report =
            exportTorch(networkOf(smallNetwork), folder(), {.python = python, .stop = {}});
        QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
        QCOMPARE(report->proof.runtimes.size(), size_t{1});
        const RuntimeProof& proof = report->proof.runtimes[0];
        QCOMPARE(qt(proof.runtime), QString("torch 9.9"));
        QVERIFY(proof.agrees());
        QCOMPARE(proof.outputs[0].difference, 1e-6);
        QCOMPARE(qt(proof.outputs[0].name), QString("scores"));
    }

    void nothingIsWrittenWhereTheProofFails_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("other numbers")
            << QByteArray(R"({"torch":"9","outputs":[{"difference":0.5,"largest":2,"unlike":0}]})")
            << "E03"
            << "other numbers for 'scores'";
        QTest::newRow("NaN on one side")
            << QByteArray(R"({"torch":"9","outputs":[{"difference":0,"largest":2,"unlike":1}]})")
            << "E03"
            << "1 number of 'scores' that the network does not";
        QTest::newRow("another shape")
            << QByteArray(R"({"torch":"9","outputs":[{"shape":[3,4]}]})") << "E03"
            << "'scores' in another shape";
        QTest::newRow("no outputs") << QByteArray(R"({"torch":"9","outputs":[]})") << "E03"
                                    << "0 outputs for the module";
        QTest::newRow("words for numbers") << QByteArray(R"({"torch":7,"outputs":"none"})") << "E03"
                                           << "0 outputs";
        QTest::newRow("no PyTorch") << QByteArray(R"({"error":"it has no torch"})") << "L05"
                                    << "it has no torch";
        QTest::newRow("no answer") << QByteArray("hello") << "L05"
                                   << "ended without an answer";
    }
    void nothingIsWrittenWhereTheProofFails() {
        QFETCH(QByteArray, answer);
        QFETCH(QString, code);
        QFETCH(QString, says);
        const auto report =
            exportTorch(networkOf(smallNetwork), folder(), {.python = saying(answer), .stop = {}});
        QVERIFY(!report.ok());
        QCOMPARE(qt(report.error().code), code);
        QVERIFY2(qt(report.error().message).contains(says), report.error().message.c_str());
        QVERIFY(!QFile::exists(qt(folder())));
    }

    void anExportThatIsStoppedLeavesNothing() {
        std::stop_source stop;
        stop.request_stop();
        const auto report =
            exportTorch(networkOf(smallNetwork), folder(), {.stop = stop.get_token()});
        QVERIFY(!report.ok());
        QCOMPARE(qt(report.error().code), qt(std::string(stoppedCode)));
        QVERIFY(!QFile::exists(qt(folder())));
    }
};

QTEST_GUILESS_MAIN(ExportTorchTest)
#include "tst_export_torch.moc"
