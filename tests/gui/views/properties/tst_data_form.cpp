// SPDX-License-Identifier: Apache-2.0
// Draws, normalisation and weights of classes in the project's form. Truth: the pixels and labels
// of the drawn digits, counted here, and the document after undo.
#include <QtTest>
#include <QtWidgets>

#include <cmath>

#include "core/graph/edit.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/theme/theme.h"
#include "gui/views/properties/project_form.h"
#include "gui/widgets/action_book.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

namespace {

constexpr int patienceMs = 20'000 * test::slowness;
constexpr const char* weighable =
    "x[1,28,28] -> flatten -> linear(out_features=10) -> weighted_cross_entropy(labels) as loss";

struct Bench {
    QTemporaryDir folder;
    Theme theme{ThemeKind::Dark};
    Document document;
    RunController run{document};
    Selection selection;
    ActionBook actions{theme};
    ProjectForm form{ViewContext{document, run, selection, theme, actions}, nullptr};

    /// `idx`: on files with 64 labels from a fixed seed, not on drawn digits.
    explicit Bench(const char* network, bool idx = false) {
        QObject::connect(&document, &Document::settingsChanged, &form, [this] { form.show(); });
        Project project = test::smallProject(network);
        if (idx) {
            test::writeIdxFolder(folder.path().toStdString());
            project.data.format = "idx";
            project.data.fields = dataFields(Attrs(findDataFormat("idx")->fields));
            project.data.folder = folder.path().toStdString();
        }
        if (!document.open(test::saveInto(folder.path(), "p", project))) qFatal("it does not open");
        form.show();
        form.resize(320, 1400);
        form.setVisible(true);
        if (!QTest::qWaitFor([this] { return run.data() != nullptr; }, patienceMs))
            qFatal("there are no data");
    }
    ~Bench() { run.shutDown(); }
    template <class T>
    T* find(const char* name) const {
        T* found = form.findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("there is no %s", name);
        return found;
    }
    void click(const char* name) const {
        auto* button = find<QPushButton>(name);
        QVERIFY2(button->isEnabled(), name);
        QTest::mouseClick(button, Qt::LeftButton);
    }
    const DataSettings& settings() const { return document.project().data; }
};

}  // namespace

class TestDataForm : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void drawsAreChosenAndUndone() {
        Bench bench(test::smallNetwork);
        auto* draws = bench.find<QComboBox>("properties.sampling");
        QTest::keyClick(draws, Qt::Key_Down);
        QCOMPARE(bench.settings().sampling, Sampling::Balanced);
        bench.document.undoStack().undo();
        QCOMPARE(bench.settings().sampling, Sampling::EachOnce);
        QCOMPARE(draws->currentIndex(), 0);
    }

    void imagesAreNormalisedByWhatTheyAre() {
        Bench bench(test::smallNetwork);
        double sum = 0, squares = 0, all = 0;
        const Dataset& data = *bench.run.data();
        for (int64_t i = 0; i < data.train.count; ++i)
            for (const uint8_t pixel : data.train.pixels(0, i)) {
                const double x = pixel / 255.0;
                sum += x;
                squares += x * x;
                ++all;
            }
        const double mean = sum / all, std = std::sqrt(squares / all - mean * mean);
        bench.click("properties.normalise");
        QTRY_VERIFY_WITH_TIMEOUT(bench.document.isModified(), patienceMs);
        QVERIFY(std::abs(bench.settings().normalisation.mean.at(0) - mean) < 1e-4);
        QVERIFY(std::abs(bench.settings().normalisation.std.at(0) - std) < 1e-4);
        QCOMPARE(bench.find<QLineEdit>("properties.std")->text().toDouble(),
                 bench.settings().normalisation.std.at(0));
        bench.document.undoStack().undo();
        QVERIFY(!bench.document.isModified());
    }

    void classesAreWeighedByTheirCounts() {
        Bench bench(weighable, true);
        std::array<double, 10> counts{};
        const Dataset& data = *bench.run.data();
        for (int64_t i = 0; i < data.train.count; ++i)
            ++counts[static_cast<size_t>(data.train.number(1, i))];
        bench.click("properties.class_weights");
        QTRY_VERIFY_WITH_TIMEOUT(bench.document.isModified(), patienceMs);
        const QStringList weights =
            QString::fromStdString(bench.document.graph().find("loss")->attrs.text("class_weights"))
                .split(QLatin1Char(','));
        QCOMPARE(weights.size(), 10);
        for (size_t i = 0; i < counts.size(); ++i) {
            const double wanted = static_cast<double>(data.train.count) / 10 / counts[i];
            const QString& weight = weights[static_cast<qsizetype>(i)];
            QVERIFY2(std::abs(weight.toDouble() / wanted - 1) < 1e-3,
                     qPrintable(QStringLiteral("%1: %2, not %3").arg(i).arg(weight).arg(wanted)));
        }
        bench.document.undoStack().undo();
        QVERIFY(bench.document.graph().find("loss")->attrs.text("class_weights").empty());
    }

    void whatIsDrawnCannotBeCounted() {
        Bench bench(weighable);
        bench.click("properties.class_weights");
        auto* trouble = bench.find<QLabel>("properties.data_trouble");
        QTRY_VERIFY_WITH_TIMEOUT(trouble->isVisible(), patienceMs);
        QVERIFY2(trouble->text().contains("drawn"), qPrintable(trouble->text()));
        QVERIFY(!bench.document.isModified());
    }

    void aLossWithoutWeightsSaysWhy() {
        Bench bench(test::smallNetwork);
        const auto* button = bench.find<QPushButton>("properties.class_weights");
        QVERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains("weighted cross-entropy"));
    }

    void anotherNumberOfClassesIsTold() {
        Bench bench(weighable, true);
        QVERIFY(
            bench.document.edit("fewer", {edit::SetField{"labels", "classes", int64_t{12}}}).ok());
        bench.click("properties.class_weights");
        auto* trouble = bench.find<QLabel>("properties.data_trouble");
        QTRY_VERIFY_WITH_TIMEOUT(trouble->isVisible(), patienceMs);
        QVERIFY2(trouble->text().contains("12 classes"), qPrintable(trouble->text()));
        QVERIFY(bench.document.graph().find("loss")->attrs.text("class_weights").empty());
    }

    void transformsAreCounted() {
        Bench bench(test::smallNetwork);
        auto* button = bench.find<QPushButton>("properties.transforms");
        QCOMPARE(button->text(), QString("None …"));
        DataSettings settings = bench.settings();
        settings.trainingTransforms = {{"flip", Attrs(findTransform("flip")->fields)}};
        bench.document.setData("add", settings);
        QCOMPARE(button->text(), QString("1 train, 0 test …"));
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestDataForm)
#include "tst_data_form.moc"
