// SPDX-License-Identifier: Apache-2.0
// Numbers of files come to a document behind its opening, and say why where they do not.
#include "gui/bridge/parameter_keeper.h"

#include <QtTest>

#include <cstring>

#include "core/io/safetensors.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/onnx_maker.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

constexpr int patienceMs = 30'000 * slowness;

/// A file with one tensor of ten numbers.
std::string writeBias(const QString& path, float first) {
    std::vector<float> numbers(10, 0.5F);
    numbers.front() = first;
    const TensorView view{"head.bias", DType::F32, Shape{10}, std::as_bytes(std::span(numbers))};
    const auto saved = saveSafetensors(path.toStdString(), std::span(&view, 1), {});
    if (!saved) qFatal("%s", saved.error().text().c_str());
    return path.toStdString();
}

/// The same in a model of another program.
void writeModel(const QString& path, float first) {
    std::vector<float> numbers(10, 0.5F);
    numbers.front() = first;
    const std::string bytes =
        onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Add", {"x", "head.bias"}, {"y"})},
                                       .initializers = {onnxFloats("head.bias", {10}, numbers)},
                                       .inputs = {onnxValue("x", OnnxFloat, {"N", int64_t{10}})},
                                       .outputs = {onnxValue("y", OnnxFloat)}})});
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(bytes)) < 0)
        qFatal("no room for a model");
}

float firstOf(const Document& document) {
    const Parameter* parameter = document.graph().findParameter("fc.bias");
    float first = 0;
    if (!parameter || !parameter->data) return first;
    std::memcpy(&first, parameter->data->bytes.data(), sizeof first);
    return first;
}

QString errorOf(const Document& document) {
    const Error* error = document.shapes().errorOf("fc");
    return error ? QString::fromStdString(error->message) : QString();
}

}  // namespace

class TestParameterKeeper : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    /// Whose `fc` starts with a bias of a file beside it.
    QString project(const char* tensor = "head.bias") {
        Project project = smallProject(smallNetwork, 1);
        const std::string weights = m_folder.filePath("w.safetensors").toStdString();
        const auto put = project.graph.putParameter(
            "fc.bias", Parameter{.id = "fc.bias",
                                 .kind = ParameterKind::Frozen,
                                 .type = ValueShape{Shape{10}, DType::F32},
                                 .file = ParameterFile{weights, tensor}});
        if (!put) qFatal("%s", put.error().text().c_str());
        return saveInto(m_folder.path(), QStringLiteral("small"), project);
    }

  private Q_SLOTS:
    void aModelThatWasReplacedIsTold() {
        const QString model = m_folder.filePath("m.onnx");
        writeModel(model, 3);
        Project project = smallProject(smallNetwork, 1);
        const auto put = project.graph.putParameter(
            "fc.bias",
            withNumbersOfFile({.id = "fc.bias",
                               .type = ValueShape{Shape{10}, DType::F32},
                               .file = ParameterFile{model.toStdString(), "head.bias"}}));
        QVERIFY(put.ok());
        const QString file = saveInto(m_folder.path(), QStringLiteral("imported"), project);
        for (const float first : {3.0F, 4.0F}) {
            writeModel(model, first);
            Document document;
            ParameterKeeper keeper(document);
            QStringList told;
            connect(&keeper, &ParameterKeeper::replaced, this,
                    [&](const Error& remark) { told << QString::fromStdString(remark.message); });
            QVERIFY(document.open(file).ok());
            QTRY_COMPARE_WITH_TIMEOUT(firstOf(document), first, patienceMs);
            QCOMPARE(told.size(), first == 3 ? 0 : 1);
            if (!told.isEmpty())
                QVERIFY2(told[0].contains("m.onnx' has been replaced"), qPrintable(told[0]));
        }
    }

    void theyComeBehindTheOpening() {
        writeBias(m_folder.filePath("w.safetensors"), 3);
        Document document;
        ParameterKeeper keeper(document);
        QVERIFY(document.open(project()).ok());
        QVERIFY(keeper.isReading());
        QVERIFY2(errorOf(document).contains("parameter 'fc.bias' has no numbers yet: its file is "
                                            "being read"),
                 qPrintable(errorOf(document)));
        QCOMPARE(document.shapes().errors.size(), size_t{1});
        QTRY_COMPARE_WITH_TIMEOUT(firstOf(document), 3.0F, patienceMs);
        QVERIFY2(errorOf(document).isEmpty(), qPrintable(errorOf(document)));
        QVERIFY(!document.isModified() && !document.undoStack().canUndo());
        QVERIFY(document.graph().findParameter("fc.bias")->kind == ParameterKind::Frozen);
    }

    void whatIsEditedMeanwhileStays() {
        writeBias(m_folder.filePath("w.safetensors"), 4);
        Document document;
        ParameterKeeper keeper(document);
        QVERIFY(document.open(project()).ok());
        QVERIFY(document.edit("Train", freezing(document.graph(), {"fc"}, false)).ok());
        QTRY_COMPARE_WITH_TIMEOUT(firstOf(document), 4.0F, patienceMs);
        QVERIFY(document.graph().findParameter("fc.bias")->kind == ParameterKind::Trained);
        // What the undo list remembers had not been read then.
        document.undoStack().undo();
        QVERIFY(document.graph().findParameter("fc.bias")->kind == ParameterKind::Frozen);
        QTRY_COMPARE_WITH_TIMEOUT(firstOf(document), 4.0F, patienceMs);
        QVERIFY(errorOf(document).isEmpty());
    }

    void whatCannotBeReadIsSaidOnce() {
        writeBias(m_folder.filePath("w.safetensors"), 5);
        Document document;
        ParameterKeeper keeper(document);
        QVERIFY(document.open(project("gone")).ok());
        QTRY_VERIFY_WITH_TIMEOUT(errorOf(document).contains("holds no tensor 'gone'"), patienceMs);
        QVERIFY(!keeper.isReading());
        QVERIFY(QFile::remove(m_folder.filePath("w.safetensors")));
        QVERIFY(document.open(project()).ok());
        QTRY_VERIFY_WITH_TIMEOUT(errorOf(document).contains("w.safetensors"), patienceMs);
        QVERIFY(!keeper.isReading());
    }

    void anotherProjectIsNotGivenThem() {
        writeBias(m_folder.filePath("w.safetensors"), 6);
        Document document;
        ParameterKeeper keeper(document);
        QVERIFY(document.open(project()).ok());
        QVERIFY(keeper.isReading());
        document.startNew();
        QTRY_VERIFY_WITH_TIMEOUT(!keeper.isReading(), patienceMs);
        QVERIFY(document.graph().parameters().empty());
    }
};

QTEST_GUILESS_MAIN(TestParameterKeeper)
#include "tst_parameter_keeper.moc"
