// SPDX-License-Identifier: Apache-2.0
// A project whose file of weights has been moved: it is named once, found again, and another one is
// taken only where it holds the same. Truth: the numbers that the test writes.
#include "gui/bridge/lost_weights.h"

#include <QtTest>

#include <cstring>

#include "core/io/safetensors.h"
#include "gui/bridge/parameter_keeper.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

constexpr int patienceMs = 30'000 * slowness;

/// `fc.weight` and `fc.bias`, where the latter has so many numbers.
void writeWeights(const QString& path, float bias, int biases = 10) {
    const std::vector<float> weight(10 * 576, 0.25F), numbers(static_cast<size_t>(biases), bias);
    const TensorView views[] = {
        {"w", DType::F32, Shape{10, 576}, std::as_bytes(std::span(weight))},
        {"b", DType::F32, Shape{biases}, std::as_bytes(std::span(numbers))}};
    const auto saved = saveSafetensors(path.toStdString(), views, {});
    if (!saved) qFatal("%s", saved.error().text().c_str());
}

float biasOf(const Document& document) {
    const Parameter* parameter = document.graph().findParameter("fc.bias");
    float first = 0;
    if (parameter && parameter->data)
        std::memcpy(&first, parameter->data->bytes.data(), sizeof first);
    return first;
}

/// A document that opens a project with two weights of one file.
struct Bench {
    explicit Bench(const QString& folder) : file(folder + "/w.safetensors") {
        Project project = smallProject(smallNetwork, 1);
        const auto put = [&](const char* id, const char* tensor, Shape shape) {
            const auto done = project.graph.putParameter(
                id, Parameter{.id = id,
                              .type = ValueShape{std::move(shape), DType::F32},
                              .file = ParameterFile{file.toStdString(), tensor}});
            if (!done) qFatal("%s", done.error().text().c_str());
        };
        put("fc.weight", "w", Shape{10, 576});
        put("fc.bias", "b", Shape{10});
        path = saveInto(folder, QStringLiteral("small"), project);
        QObject::connect(&lost, &LostWeights::refused, [this](const Error& error) {
            refusals << QString::fromStdString(error.message);
        });
    }
    void open() {
        const auto opened = document.open(path);
        if (!opened) qFatal("%s", opened.error().text().c_str());
    }
    void openWithoutFile() {
        open();
        QTRY_COMPARE_WITH_TIMEOUT(lost.files().size(), size_t{1}, patienceMs);
    }

    QString file, path;
    Document document;
    ParameterKeeper keeper{document};
    LostWeights lost{document};
    QStringList refusals;
};

}  // namespace

class LostWeightsTest : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;

  private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void oneSentenceForAllOfAFile() {
        Bench bench(m_folder->path());
        bench.openWithoutFile();
        const LostFile& lost = bench.lost.files().front();
        QCOMPARE(lost.path, bench.file.toStdString());
        QCOMPARE(lost.parameters, 2);
        QVERIFY(!lost.isThere);
        QCOMPARE(QString::fromStdString(errorOf(lost).message),
                 QStringLiteral("'w.safetensors', which 2 parameters start from, is not in '%1'")
                     .arg(m_folder->path()));
        const Error* atNode = bench.document.shapes().errorOf("fc");
        QVERIFY(atNode);
        QVERIFY(lostFileBehind(bench.document.graph(), *atNode) == lost.path);
    }

    void whatIsThereIsNotLost() {
        Bench bench(m_folder->path());
        writeWeights(bench.file, 3);
        bench.open();
        QVERIFY(bench.lost.files().empty());  // it is being read
        QTRY_COMPARE_WITH_TIMEOUT(biasOf(bench.document), 3.0F, patienceMs);
        QVERIFY(bench.lost.files().empty());
    }

    void aFileThatComesBackIsNoticed() {
        Bench bench(m_folder->path());
        bench.openWithoutFile();
        writeWeights(bench.file, 5);
        QTRY_COMPARE_WITH_TIMEOUT(biasOf(bench.document), 5.0F, patienceMs);
        QVERIFY(bench.lost.files().empty());
        QVERIFY(!bench.document.isModified());
    }

    void aFolderThatComesBackIsNoticed() {
        const QDir folder(m_folder->path());
        QVERIFY(folder.mkdir("models"));
        Bench bench(folder.filePath("models"));
        QVERIFY(QFile::rename(bench.path, folder.filePath("small.vitrine")));
        Project project =
            *loadProjectWithoutNumbers(folder.filePath("small.vitrine").toStdString());
        bench.path = folder.filePath("small.vitrine");
        for (const auto& [id, parameter] : Graph::Parameters(project.graph.parameters())) {
            Parameter there = parameter;
            there.file->path = bench.file.toStdString();
            QVERIFY(project.graph.putParameter(id, there).ok());
        }
        QVERIFY(saveProject(project, bench.path.toStdString()).ok());
        QVERIFY(folder.rmdir("models"));
        bench.openWithoutFile();
        QVERIFY(folder.mkdir("models"));
        writeWeights(bench.file, 6);
        QTRY_COMPARE_WITH_TIMEOUT(biasOf(bench.document), 6.0F, patienceMs);
    }

    void whatIsBrokenIsReadAgainWhenItIsMended() {
        Bench bench(m_folder->path());
        QFile broken(bench.file);
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("no weights") > 0);
        broken.close();
        bench.openWithoutFile();
        QVERIFY(bench.lost.files().front().isThere);
        bench.lost.lookAgain();  // it has not changed
        QVERIFY(!bench.keeper.isReading());
        writeWeights(bench.file, 7);
        QTRY_COMPARE_WITH_TIMEOUT(biasOf(bench.document), 7.0F, patienceMs);
    }

    void anotherFileWithTheSameIsTaken() {
        Bench bench(m_folder->path());
        bench.openWithoutFile();
        const QString moved = m_folder->filePath("moved.safetensors");
        writeWeights(moved, 9);
        bench.lost.locate(bench.file.toStdString(), moved.toStdString());
        QTRY_COMPARE_WITH_TIMEOUT(biasOf(bench.document), 9.0F, patienceMs);
        QVERIFY(bench.refusals.isEmpty() && bench.lost.files().empty());
        QCOMPARE(bench.document.graph().findParameter("fc.weight")->file->path,
                 moved.toStdString());
        QCOMPARE(bench.document.undoStack().count(), 1);
        bench.document.undoStack().undo();
        QCOMPARE(bench.lost.files().size(), size_t{1});
    }

    void aFileOfOtherShapesIsRefused() {
        Bench bench(m_folder->path());
        bench.openWithoutFile();
        const QString other = m_folder->filePath("other.safetensors");
        writeWeights(other, 9, 7);
        const Graph before = bench.document.graph();
        bench.lost.locate(bench.file.toStdString(), other.toStdString());
        QTRY_COMPARE_WITH_TIMEOUT(bench.refusals.size(), 1, patienceMs);
        QVERIFY2(bench.refusals[0].contains("'other.safetensors' cannot stand in for "
                                            "'w.safetensors': 1 of 2 parameters have no numbers "
                                            "there, 'fc.bias' first: the tensor is f32 [7] now"),
                 qPrintable(bench.refusals[0]));
        QVERIFY(bench.document.graph() == before);
        QVERIFY(!bench.document.undoStack().canUndo());
    }
};

QTEST_GUILESS_MAIN(LostWeightsTest)
#include "tst_lost_weights.moc"
