// SPDX-License-Identifier: Apache-2.0
// Networks leave the window as a person lets them: with mouse and keys. Truth: the files that come
// of it, read by this program's own readers, whose judges are others; a Python that is a script of
// this test.
#include <QtTest>
#include <QtWidgets>

#include "core/onnx/model.h"
#include "core/session/foreign_network.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/models/export_table.h"
#include "gui/shell/export_dialog.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

constexpr int patienceMs = 20'000 * slowness;

/// Of any size, with a batch normalisation that can go into the convolution in front of it.
constexpr const char* anySizeNetwork =
    "x[1,28,28] -> conv2d(out_channels=4 kernel=3) as conv1 -> batch_norm2d as bn1 -> relu as relu1"
    " -> global_avg_pool2d as pool -> flatten as flat -> linear(out_features=10) as fc"
    " -> cross_entropy(labels) as loss";

/// The first column of an image from which some pixel stands out of what it is drawn on.
int firstInk(const QImage& image, int from, int until) {
    const auto ground = image.pixelColor(from + 1, image.height() / 2).lightness();
    const int bottom = std::min(image.height(), 24) - 4;
    for (int x = from + 2; x < until; ++x)
        for (int y = 4; y < bottom; ++y)
            if (std::abs(image.pixelColor(x, y).lightness() - ground) > 60) return x;
    return until;
}

}  // namespace

class TestExportDialog : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WindowFixture> m_fixture;
    std::unique_ptr<QTemporaryDir> m_folder;

    WindowFixture& fixture() { return *m_fixture; }
    QString path(const char* name) const { return m_folder->filePath(QLatin1String(name)); }
    bool open(const char* network) {
        const QString file =
            saveInto(m_folder->path(), QStringLiteral("mine"), smallProject(network));
        return fixture().window().open(file);
    }
    /// The dialog, by its keys.
    ExportDialog& look(Qt::Key key = Qt::Key_E, Qt::KeyboardModifiers with = Qt::ControlModifier) {
        fixture().window().activateWindow();
        if (!QTest::qWaitForWindowActive(&fixture().window())) qFatal("the window is not active");
        QTest::keyClick(&fixture().window(), key, with);
        ExportDialog* dialog = nullptr;
        const auto isThere = [&] {
            dialog = qobject_cast<ExportDialog*>(QApplication::activeWindow());
            return dialog && dialog->isVisible();
        };
        if (!QTest::qWaitFor(isThere)) qFatal("there is no dialog");
        return *dialog;
    }
    template <class T>
    static T* in(QWidget& dialog, const char* name) {
        T* found = dialog.findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("there is no %s", name);
        return found;
    }
    static QString words(QWidget& dialog, const char* label) {
        return in<QLabel>(dialog, label)->text();
    }
    static void click(QWidget& dialog, const char* button) {
        QTest::mouseClick(in<QAbstractButton>(dialog, button), Qt::LeftButton);
    }
    /// A box is ticked where its square is.
    static void tick(QWidget& dialog, const char* name) {
        auto* box = in<QCheckBox>(dialog, name);
        const bool was = box->isChecked();
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
        QVERIFY(box->isChecked() != was);
    }
    static void choose(QWidget& dialog, const char* name, const QString& beginning) {
        auto* box = in<QComboBox>(dialog, name);
        box->setFocus();
        QTest::keyClicks(box, beginning);
        QVERIFY2(box->currentText().startsWith(beginning), qPrintable(box->currentText()));
    }
    static void exportAndWait(QWidget& dialog) {
        click(dialog, "export.start");
        QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(dialog, "export.stop")->isHidden(), patienceMs);
    }
    static QStringList rows(QWidget& dialog) {
        const QAbstractItemModel& model = *in<QTreeView>(dialog, "export.proof")->model();
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < model.columnCount(); ++column)
                cells << model.index(row, column).data().toString();
            rows << cells.join('|');
        }
        return rows;
    }
    static QStringList findings(QWidget& dialog) {
        const QAbstractItemModel& model = *in<QListView>(dialog, "export.findings")->model();
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row)
            rows << model.index(row, 0).data().toString();
        return rows;
    }
    /// A program that says this, whatever it is asked.
    QString saying(const QByteArray& words) const {
        QFile script(path("other"));
        if (!script.open(QIODevice::WriteOnly)) qFatal("no script");
        script.write("#!/bin/sh\necho '" + words + "'\n");
        script.close();
        script.setPermissions(script.permissions() | QFile::ExeOwner | QFile::ExeUser);
        return script.fileName();
    }
    void train() {
        RunController& run = fixture().bench().run;
        run.train();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == RunPhase::Finished, patienceMs);
    }
    static Result<ForeignNetwork> readAgain(const QString& file) {
        return openNetwork(file.toStdString());
    }

  private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
    }
    void cleanup() {
        m_fixture.reset();
        m_folder.reset();
    }

    void writesAModelThatProvesItself() {
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look();
        QCOMPARE(in<QLineEdit>(dialog, "export.file")->text(), path("mine.onnx"));
        exportAndWait(dialog);
        QCOMPARE(words(dialog, "export.title"), QStringLiteral("mine.onnx is written"));
        QVERIFY2(words(dialog, "export.facts").contains("input [N, 1, 28, 28] f32") ||
                     words(dialog, "export.facts").contains("x [N, 1, 28, 28] f32"),
                 qPrintable(words(dialog, "export.facts")));
        QCOMPARE(rows(dialog).size(), 1);
        QVERIFY2(rows(dialog)[0].startsWith("this program|") && rows(dialog)[0].endsWith("|agrees"),
                 qPrintable(rows(dialog)[0]));
        const auto model = onnx::readModel(path("mine.onnx").toStdString());
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().text().c_str());
        QCOMPARE(readAgain(path("mine.onnx"))->outputs.size(), size_t{1});
    }

    void saysThatNothingIsTrained() {
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look();
        QCOMPARE(in<QComboBox>(dialog, "export.weights")->currentText(),
                 QStringLiteral("that training starts with"));
        QVERIFY(words(dialog, "export.weights_note").contains("Nothing is trained yet"));
    }

    /// Weights of the run, not those that it began with.
    void takesTheWeightsOfTheRun() {
        QVERIFY(open(smallNetwork));
        RunController& run = fixture().bench().run;
        run.train();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == RunPhase::Finished, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(run.trainedSteps() == 32, patienceMs);
        ExportDialog& dialog = look();
        QCOMPARE(in<QComboBox>(dialog, "export.weights")->currentText(),
                 QStringLiteral("of the run, after 32 updates"));
        exportAndWait(dialog);
        QCOMPARE(rows(dialog).size(), 1);
        const auto network = readAgain(path("mine.onnx"));
        QVERIFY(network.ok());
        const auto bytesOf = [](const ForeignNetwork& of) -> std::vector<std::byte> {
            for (const auto& [id, entry] : of.project.graph.parameters())
                if (entry.data && entry.data->shape.elements() == 10)
                    return {entry.data->bytes.begin(), entry.data->bytes.end()};
            return {};
        };
        const SnapshotTensor* bias = nullptr;
        for (const SnapshotTensor& tensor : run.states()->tensors)
            if (tensor.name == "fc.bias") bias = &tensor;
        QVERIFY(bias);
        QVERIFY(bytesOf(*network) == bias->bytes);
    }

    void opensSizesAndFoldsNorms() {
        QVERIFY(open(anySizeNetwork));
        ExportDialog& dialog = look();
        tick(dialog, "export.open.height");
        tick(dialog, "export.open.width");
        tick(dialog, "export.fold");
        choose(dialog, "export.opset", "17");
        exportAndWait(dialog);
        const QString facts = words(dialog, "export.facts");
        QVERIFY2(facts.contains("[N, 1, height, width]") && facts.contains("operator set 17"),
                 qPrintable(facts));
        QVERIFY2(findings(dialog).join('|').contains("1 batch normalisation went into"),
                 qPrintable(findings(dialog).join('|')));
    }

    void namesTheNodeThatForbidsIt() {
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look();
        tick(dialog, "export.open.height");
        exportAndWait(dialog);
        QCOMPARE(words(dialog, "export.title"), QStringLiteral("It was not exported"));
        QVERIFY2(findings(dialog).join('|').contains("Height cannot stay open"),
                 qPrintable(findings(dialog).join('|')));
        click(dialog, "export.show");
        QCOMPARE(fixture().bench().selection.nodes(), QStringList("fc"));
        QVERIFY(!QFileInfo::exists(path("mine.onnx")));
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList("mine.vitrine"));
    }

    void tellsOfAPythonThatIsNone() {
        QVERIFY(open(smallNetwork));
        {
            ExportDialog& dialog = look();
            auto* python = in<QLineEdit>(dialog, "export.python");
            python->setFocus();
            QTest::keyClicks(python, path("nobody"));
            exportAndWait(dialog);
            QVERIFY2(findings(dialog).join('|').contains("has not answered"),
                     qPrintable(findings(dialog).join('|')));
            QVERIFY(!QFileInfo::exists(path("mine.onnx")));
            QTest::keyClick(&dialog, Qt::Key_Escape);
        }
        QTRY_VERIFY(!fixture().window().findChild<ExportDialog*>());
        QCOMPARE(in<QLineEdit>(look(), "export.python")->text(), path("nobody"));
    }

    /// One that never answers is stopped, and nothing stays.
    void canBeStopped() {
        QFile script(path("slow"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/bin/sh\nexec sleep 600\n");
        script.close();
        script.setPermissions(script.permissions() | QFile::ExeOwner | QFile::ExeUser);
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look();
        in<QLineEdit>(dialog, "export.python")->setText(path("slow"));
        click(dialog, "export.start");
        QVERIFY(in<QPushButton>(dialog, "export.stop")->isVisible());
        QVERIFY(!in<QPushButton>(dialog, "export.start")->isEnabled());
        QTest::qWait(300);
        click(dialog, "export.stop");
        QTRY_COMPARE_WITH_TIMEOUT(words(dialog, "export.title"), QStringLiteral("Stopped"),
                                  patienceMs);
        QVERIFY(!QFileInfo::exists(path("mine.onnx")));
        QVERIFY(in<QPushButton>(dialog, "export.start")->isEnabled());
    }

    /// The Python is a script that answers what it is told here.
    void showsWhereARuntimeDiffers() {
        saying(
            "{\"checker\":\"passes\",\"onnx\":\"9.9\",\"runtimes\":[{\"runtime\":\"otherruntime "
            "1.2\",\"outputs\":[{\"name\":\"fc\",\"difference\":0.5,\"largest\":2.0,\"unlike\":0}],"
            "\"first\":\"relu1\",\"operator\":\"Relu\"}]}");
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look();
        in<QLineEdit>(dialog, "export.python")->setText(path("other"));
        exportAndWait(dialog);
        QVERIFY2(rows(dialog).value(2).startsWith("otherruntime 1.2|fc|0.5|2|differs"),
                 qPrintable(rows(dialog).join('\n')));
        QVERIFY(findings(dialog).join('|').contains("the first value that differs is 'relu1'"));
        QVERIFY(fixture().bench().selection.nodes().isEmpty());
        click(dialog, "export.show");
        QCOMPARE(fixture().bench().selection.nodes(), QStringList("relu1"));
    }

    /// What the columns of numbers say begins, or ends, where their head does.
    void headsStandOverTheirCells() {
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look();
        exportAndWait(dialog);
        auto* table = in<QTreeView>(dialog, "export.proof");
        const QImage head = table->header()->grab().toImage(),
                     rows = table->viewport()->grab().toImage();
        for (const int column : {0, 1}) {
            const int from = table->columnViewportPosition(column);
            const int until = from + table->columnWidth(column);
            QVERIFY2(std::abs(firstInk(head, from, until) - firstInk(rows, from, until)) <= 1,
                     qPrintable(QStringLiteral("column %1: %2 and %3")
                                    .arg(column)
                                    .arg(firstInk(head, from, until) - from)
                                    .arg(firstInk(rows, from, until) - from)));
        }
    }

    void writesPlainCpp() {
        if (QStandardPaths::findExecutable("c++").isEmpty()) QSKIP("there is no C++ compiler");
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look(Qt::Key_C, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(dialog.windowTitle(), QStringLiteral("Export plain C++"));
        QCOMPARE(in<QLineEdit>(dialog, "export.file")->text(), path("mine_cpp"));
        QCOMPARE(in<QLineEdit>(dialog, "export.python")->text(), QStringLiteral("c++"));
        in<QSpinBox>(dialog, "export.examples")->setValue(2);
        tick(dialog, "export.inside");
        exportAndWait(dialog);
        QVERIFY2(words(dialog, "export.title") == QStringLiteral("mine_cpp is written"),
                 qPrintable(findings(dialog).join('|')));
        QCOMPARE(rows(dialog).size(), 1);
        QVERIFY2(rows(dialog)[0].startsWith("c++|fc|") && rows(dialog)[0].endsWith("|agrees"),
                 qPrintable(rows(dialog)[0]));
        const QStringList files = QDir(path("mine_cpp")).entryList(QDir::Files);
        QVERIFY2(files.contains("network.cpp") && !files.contains("weights.bin"),
                 qPrintable(files.join(' ')));
        // It is in the way of the next, which is told.
        exportAndWait(dialog);
        QVERIFY2(findings(dialog).join('|').contains("is there already"),
                 qPrintable(findings(dialog).join('|')));
        QVERIFY(QFileInfo::exists(path("mine_cpp/network.cpp")));
    }

    void writesAModuleOfPyTorch() {
        const QString python = saying(
            "{\"torch\":\"9.9\",\"outputs\":[{\"difference\":0,\"largest\":2,\"unlike\":0}]}");
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look(Qt::Key_P, Qt::ControlModifier | Qt::AltModifier);
        exportAndWait(dialog);
        QVERIFY2(findings(dialog).join('|').contains("PyTorch was not asked"),
                 qPrintable(findings(dialog).join('|')));
        QVERIFY(in<QTreeView>(dialog, "export.proof")->isHidden());
        in<QLineEdit>(dialog, "export.python")->setText(python);
        exportAndWait(dialog);  // over its own, without a question
        QCOMPARE(rows(dialog), QStringList("torch 9.9|fc|0|2|agrees"));
        QFile module(path("mine_torch/network.py"));
        QVERIFY(module.open(QIODevice::ReadOnly) && module.readAll().contains("nn.Conv2d(1, "));
    }

    /// PyTorch says something else: nothing is written, and what was there stays.
    void aModuleThatFailsIsNotWritten() {
        const QString python = saying(
            "{\"torch\":\"9.9\",\"outputs\":[{\"difference\":1,\"largest\":2,\"unlike\":0}]}");
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look(Qt::Key_P, Qt::ControlModifier | Qt::AltModifier);
        in<QLineEdit>(dialog, "export.python")->setText(python);
        exportAndWait(dialog);
        QCOMPARE(words(dialog, "export.title"), QStringLiteral("It was not exported"));
        QVERIFY2(findings(dialog).join('|').contains("other numbers for 'fc'"),
                 qPrintable(findings(dialog).join('|')));
        QVERIFY(!QFileInfo::exists(path("mine_torch")));
    }

    /// One dialog at a time.
    void anotherKindTakesTheDialogsPlace() {
        QVERIFY(open(smallNetwork));
        const QPointer<ExportDialog> first = &look();
        fixture().trigger("file.export_cpp");
        QTRY_VERIFY(!first);
        QTRY_COMPARE(fixture().window().findChildren<ExportDialog*>().size(), 1);
        QCOMPARE(fixture().window().findChild<ExportDialog*>()->kind(), ExportKind::Cpp);
    }

    void whatARunHasMeasuredLeaves_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("written");
        QTest::addColumn<QByteArray>("holds");
        QTest::newRow("table") << QStringLiteral("r.csv") << QStringLiteral("r.csv")
                               << QByteArray("step,epoch,loss,");
        QTest::newRow("TensorBoard")
            << QStringLiteral("events") << QStringLiteral("events/events.out.tfevents.*")
            << QByteArray("train/loss");
    }
    void whatARunHasMeasuredLeaves() {
        QFETCH(QString, name);
        QFETCH(QString, written);
        QFETCH(QByteArray, holds);
        QVERIFY(open(smallNetwork));
        auto* action = fixture().find<QAction>("file.export_run");
        QVERIFY2(!action->isEnabled(), "nothing has run yet");
        train();
        QTRY_VERIFY(action->isEnabled());
        const bool isTable = name.endsWith("csv");
        const auto filter = [&](QWidget& dialog) {
            auto* box = dialog.findChild<QComboBox*>("fileTypeCombo");
            if (!isTable) {
                box->setCurrentIndex(1);
                Q_EMIT static_cast<QFileDialog&>(dialog).filterSelected(box->currentText());
            }
            DialogAnswers::type(m_folder->filePath(name))(dialog);
        };
        const DialogAnswers person({filter});
        fixture().trigger("file.export_run");
        QVERIFY(person.areAllGiven());
        QTRY_VERIFY_WITH_TIMEOUT(action->isEnabled(), patienceMs);
        const QFileInfo pattern(m_folder->filePath(written));
        const QStringList found = pattern.dir().entryList({pattern.fileName()}, QDir::Files);
        QCOMPARE(found.size(), 1);
        QFile file(pattern.dir().filePath(found[0]));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains(holds));
    }

    void asksBeforeItReplacesAFile() {
        QFile there(path("mine.onnx"));
        QVERIFY(there.open(QIODevice::WriteOnly));
        there.write("precious");
        there.close();
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look();
        {
            const DialogAnswers person({DialogAnswers::press(QMessageBox::No)});
            click(dialog, "export.start");
            QVERIFY(person.areAllGiven());
        }
        QCOMPARE(QFileInfo(path("mine.onnx")).size(), 8);
        {
            const DialogAnswers person({DialogAnswers::press(QMessageBox::Yes)});
            exportAndWait(dialog);
            QVERIFY(person.areAllGiven());
        }
        QVERIFY(QFileInfo(path("mine.onnx")).size() > 1000);
        exportAndWait(dialog);  // its own file is not asked about
    }

    void theNetworkMayBeEditedMeanwhile() {
        QVERIFY(open(smallNetwork));
        ExportDialog& dialog = look();
        Document& document = fixture().bench().document;
        QVERIFY(document.edit("cut", {edit::EraseEdge{{{"conv1", "y"}, {"relu1", "x"}}}}).ok());
        QTRY_VERIFY(!in<QPushButton>(dialog, "export.start")->isEnabled());
        document.undoStack().undo();
        QTRY_VERIFY(in<QPushButton>(dialog, "export.start")->isEnabled());
        document.startNew();
        QTRY_VERIFY(!fixture().window().findChild<ExportDialog*>());
        QVERIFY(!fixture().find<QAction>("file.export")->isEnabled());
    }

    void aPictureIsSaved() {
        QVERIFY(open(smallNetwork));
        const QString file = path("drawn.svg");
        // Later: what a click opens waits for the next answer.
        const auto save = [](QWidget& dialog) {
            auto* button = in<QPushButton>(dialog, "picture.save");
            QVERIFY(!in<QLabel>(dialog, "picture.preview")->pixmap().isNull());
            QTimer::singleShot(0, button, [button] { QTest::mouseClick(button, Qt::LeftButton); });
        };
        const DialogAnswers person({save, DialogAnswers::type(file)});
        QTest::keyClick(&fixture().window(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(person.areAllGiven());
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(file), patienceMs);
        QFile svg(file);
        QVERIFY(svg.open(QIODevice::ReadOnly) && svg.readAll().contains("<svg "));
    }

    void weightsGoAlone_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("safetensors") << QStringLiteral("w.safetensors");
        QTest::newRow("npz") << QStringLiteral("w.npz");
    }
    void weightsGoAlone() {
        QFETCH(QString, name);
        QVERIFY(open(smallNetwork));
        QSignalSpy failed(&fixture().bench().run, &RunController::failed);
        const DialogAnswers person({DialogAnswers::type(m_folder->filePath(name))});
        fixture().trigger("file.export_weights");
        QVERIFY(person.areAllGiven());
        QTRY_VERIFY_WITH_TIMEOUT(fixture().find<QAction>("file.export_weights")->isEnabled(),
                                 patienceMs);
        QCOMPARE(failed.size(), 0);
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.contains("fc.weight") && bytes.contains("conv1.bias"));
        QCOMPARE(bytes.startsWith("PK"), name.endsWith("npz"));
    }
};

int main(int argc, char** argv) {
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QApplication application(argc, argv);
    TestExportDialog test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_export_dialog.moc"
