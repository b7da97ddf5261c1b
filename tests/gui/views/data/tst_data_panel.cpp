// SPDX-License-Identifier: Apache-2.0
// Samples, mistakes and the canvas, driven by mouse and keys; the answers come from a real network.
#include <QtTest>
#include <QtWidgets>

#include <qcustomplot.h>

#include <cmath>

#include "core/data/stored_examples.h"
#include "gui/theme/theme.h"
#include "gui/views/data/confusion_table.h"
#include "gui/views/data/data_panel.h"
#include "gui/views/data/draw_canvas.h"
#include "gui/views/data/draw_page.h"
#include "gui/views/data/loss_curve.h"
#include "gui/views/data/mistakes_page.h"
#include "gui/views/data/predictor_host.h"
#include "gui/views/data/probability_bars.h"
#include "gui/views/data/sample_grid.h"
#include "gui/views/data/samples_page.h"
#include "gui/views/data/scatter_page.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/read_out.h"
#include "tests/gui/support/made_data.h"

namespace vitrine::gui {

class DataPanelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_theme = std::make_unique<Theme>(ThemeKind::Dark);
        m_panel = std::make_unique<DataPanel>(*m_theme);
        m_panel->resize(800, 400);
        m_panel->setColumns("image", "label");
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }
    void cleanup() {
        m_panel.reset();
        m_theme.reset();
    }

    void emptyTabsSayWhatFillsThem() {
        for (auto* empty : m_panel->findChildren<EmptyState*>()) QVERIFY(empty->isEmpty());
        m_panel->setWhy(QStringLiteral("There is no folder here."), QStringLiteral("Make one."));
        QCOMPARE(child<EmptyState>("samplesEmpty")
                     ->widget(0)
                     ->findChild<QLabel*>(QStringLiteral("emptyWhat"))
                     ->text(),
                 QStringLiteral("There is no folder here."));
    }

    void turnsPages() {
        m_panel->setData(test::madeDataset(450, 9));
        auto* place = child<QLabel>("samplesPlace");
        QCOMPARE(place->text(), QStringLiteral("1–200 of 450"));
        QTest::mouseClick(child<QToolButton>("samplesOn"), Qt::LeftButton);
        QTest::mouseClick(child<QToolButton>("samplesOn"), Qt::LeftButton);
        QCOMPARE(place->text(), QStringLiteral("401–450 of 450"));
        QVERIFY(!child<QToolButton>("samplesOn")->isEnabled());
        child<QComboBox>("samplesPart")->setCurrentIndex(1);
        QCOMPARE(place->text(), QStringLiteral("1–9 of 9"));
    }

    void doubleClickTriesAnImageOut() {
        m_panel->setData(test::madeDataset(10, 9));
        m_panel->draw().setExtent({1, 4, 4});
        QSignalSpy shown(m_panel.get(), &DataPanel::drawingShown);
        auto* list = child<QListView>("samplesList");
        const QPoint at = list->visualRect(list->model()->index(5, 0)).center();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, at);
        QVERIFY(m_panel->isDrawing());
        QCOMPARE(shown.takeLast()[0].toBool(), true);
        QCOMPARE(m_panel->draw().canvas().drawing().pixels()[3], 5.0F / 255);
    }

    void clickOnAClassFilters() {
        m_panel->setData(test::madeDataset(10, 9));
        auto* classes = child<QListView>("classList");
        QCOMPARE(classes->model()->rowCount(), 4);
        QCOMPARE(classes->model()->index(1, 0).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("ape: 4 training, 3 test"));
        clickOn(classes, 2);
        QCOMPARE(samplePlaces(), (std::vector<int64_t>{1, 4, 7}));
        QTest::keyClick(classes, Qt::Key_Down);
        QCOMPARE(samplePlaces(), (std::vector<int64_t>{2, 5, 8}));
        clickOn(classes, 0);
        QCOMPARE(samplePlaces().size(), size_t{10});
    }

    void wordsAndChoicesFilter() {
        m_panel->setData(test::madeDataset(12, 9));
        QTest::keyClicks(child<QLineEdit>("samplesSearch"), QStringLiteral("N 1"));
        QCOMPARE(samplePlaces(), (std::vector<int64_t>{1, 10, 11}));
        child<QLineEdit>("samplesSearch")->clear();
        m_panel->setPredictions(threeMistakes());
        auto* shown = child<QComboBox>("samplesShown");
        child<QComboBox>("samplesPart")->setCurrentIndex(1);
        shown->setCurrentIndex(shown->findText(QStringLiteral("Wrong")));
        QCOMPARE(samplePlaces(), (std::vector<int64_t>{12, 15, 16}));
        auto* order = child<QComboBox>("samplesOrder");
        order->setCurrentIndex(order->findText(QStringLiteral("Largest loss first")));
        QCOMPARE(samplePlaces(), (std::vector<int64_t>{15, 12, 16}));
        shown->setCurrentIndex(shown->findText(QStringLiteral("Taken for cat")));
        QCOMPARE(samplePlaces().front(), int64_t{16});
        shown->setCurrentIndex(shown->findText(QStringLiteral("Excluded")));
        QVERIFY(child<EmptyState>("samplesNone")->isEmpty());
    }

    void deleteExcludesAndTakesInAgain() {
        m_panel->setData(test::madeDataset(10, 9));
        takeEdits();
        selectSamples(2, 3);
        auto* list = child<QListView>("samplesList");
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(m_changes, (std::vector<DataChange>{{.example = "train 2", .isExcluded = true},
                                                     {.example = "train 3", .isExcluded = true}}));
        QCOMPARE(m_step, QStringLiteral("Exclude 2 examples"));
        QVERIFY(list->model()->index(3, 0).data(SamplesModel::ExcludedRole).toBool());
        QCOMPARE(m_panel->tabText(4), QStringLiteral("Changes · 2"));
        QTest::keyClick(list, Qt::Key_Delete);  // they are still selected
        QVERIFY(m_changes.empty());
        QCOMPARE(m_panel->tabText(4), QStringLiteral("Changes"));
    }

    void theMenuGivesAnotherClass() {
        m_panel->setData(test::madeDataset(10, 9));
        takeEdits();
        selectSamples(0, 0);
        chooseInMenu(QStringLiteral("cat"));
        QCOMPARE(m_changes, (std::vector<DataChange>{{.example = "train 0", .label = "cat"}}));
        auto* list = child<QListView>("samplesList");
        QCOMPARE(list->model()->index(0, 0).data().toString(), QStringLiteral("cat"));
        auto* classes = child<QListView>("classList");
        QCOMPARE(classes->model()->index(1, 0).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("ape: 3 training, 3 test"));
        QTest::keyClick(list, Qt::Key_Backspace);
        QVERIFY(m_changes.empty());
        QCOMPARE(list->model()->index(0, 0).data().toString(), QStringLiteral("ape"));
    }

    void keysMakeMistakesRight() {
        showMistakes();
        takeEdits();
        auto* list = child<QListView>("mistakesList");
        QCOMPARE(list->model()->index(0, 0).data(SamplesModel::IndexRole).toInt(), 0);
        clickOn(list, 0);
        QTimer::singleShot(0, m_panel.get(), [] {
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            QTest::keyClick(menu, Qt::Key_Down);
            QTest::keyClick(menu, Qt::Key_Down);
            QTest::keyClick(menu, Qt::Key_Return);
        });
        QTest::keyClick(list, Qt::Key_L);
        QCOMPARE(m_changes, (std::vector<DataChange>{{.example = "test 0", .label = "bee"}}));
        // What the network said is right now, and no longer among the mistakes.
        QCOMPARE(m_panel->mistakes().grid().model().samples(), int64_t{2});
    }

    void changesAreListedAndTakenBack() {
        m_panel->setData(test::madeDataset(10, 9));
        takeEdits();
        m_changes = {{.example = "train 1", .label = "ape"}, {.example = "gone", .label = "bee"}};
        m_panel->setChanges(m_changes);
        m_panel->setCurrentIndex(4);
        auto* table = child<QTableView>("changesTable");
        const auto textAt = [&](int row, int column) {
            return table->model()->index(row, column).data().toString();
        };
        QCOMPARE(textAt(0, 1), QStringLiteral("bee"));
        QCOMPARE(textAt(0, 2), QStringLiteral("ape"));
        QCOMPARE(textAt(1, 1), QStringLiteral("not there"));
        QVERIFY(!child<QPushButton>("changesTakeBack")->isEnabled());
        table->selectRow(1);
        QTest::mouseClick(child<QPushButton>("changesTakeBack"), Qt::LeftButton);
        QCOMPARE(m_changes, (std::vector<DataChange>{{.example = "train 1", .label = "ape"}}));
        QTest::mouseClick(child<QPushButton>("changesTakeAllBack"), Qt::LeftButton);
        QVERIFY(m_changes.empty());
        QCOMPARE(table->model()->rowCount(), 0);
    }

    void oneExampleIsSeenAtLarge() {
        m_panel->setData(test::madeDataset(10, 9));
        for (const int64_t epoch : {1, 2}) {
            Predictions answers = threeMistakes();
            answers.epoch = epoch;
            answers.losses[3] = static_cast<float>(3 - epoch);
            m_panel->setPredictions(answers);
        }
        child<QComboBox>("samplesPart")->setCurrentIndex(1);
        selectSamples(3, 3);
        QCOMPARE(child<QLabel>("sampleName")->text(), QStringLiteral("test 3"));
        QVERIFY(child<QLabel>("sampleWords")->text().contains(QStringLiteral("taken for bee")));
        const auto& course = child<LossCurve>("lossCurve")->course();
        QCOMPARE(course.size(), size_t{2});
        QCOMPARE(course[0].loss, 2.0F);
        QCOMPARE(course[1].loss, 1.0F);
        auto* box = child<QComboBox>("sampleClass");
        QCOMPARE(box->currentText(), QStringLiteral("ape"));
        takeEdits();
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);  // the class itself, as keys choose it
        QCOMPARE(m_changes, (std::vector<DataChange>{{.example = "test 3", .label = "bee"}}));
        QVERIFY(child<QLabel>("sampleWords")->text().contains(QStringLiteral("in the data: ape")));
        QTest::mouseClick(child<QToolButton>("sampleTakeBack"), Qt::LeftButton);
        QVERIFY(m_changes.empty());
    }

    void examplesThatAreThereTwiceStandTogether() {
        m_panel->setData(test::madeDataset(258, 2));  // pictures repeat after 256
        child<QComboBox>("samplesPart")->setCurrentIndex(2);
        auto* order = child<QComboBox>("samplesOrder");
        order->setCurrentIndex(order->findData(static_cast<int>(SampleOrder::Doubles)));
        QTRY_COMPARE(samplePlaces(), (std::vector<int64_t>{0, 256, 258, 1, 257, 259}));
    }

    /// Apes of the training part are all 0, 3, 6 and 9.
    void aListHasAnAveragePicture() {
        m_panel->setData(test::madeDataset(10, 9));
        clickOn(child<QListView>("classList"), 1);
        QTest::mouseClick(child<QToolButton>("sampleAverage"), Qt::LeftButton);
        auto* name = child<QLabel>("sampleName");
        QTRY_COMPARE(name->text(), QStringLiteral("Mean of 4 pictures"));
        const QImage mean = child<QLabel>("sampleStored")->pixmap().toImage();
        QCOMPARE(mean.pixelColor(mean.rect().center()), QColor(5, 5, 5));
        clickOn(child<QListView>("classList"), 2);  // of other examples nothing is known yet
        QVERIFY(!name->text().contains(QStringLiteral("Mean")));
    }

    void masksLieOverPictures() {
        auto dataset = std::make_shared<Dataset>();
        dataset->columns = {{.name = "image", .dtype = DType::U8, .shape = {1, 1, 2}},
                            {.name = "parts",
                             .dtype = DType::U8,
                             .shape = {1, 1, 2},
                             .classes = {"ground", "leaf"}}};
        auto stored = std::make_shared<StoredExamples>();
        stored->addNumbers<uint8_t>(std::vector<uint8_t>{100, 100}, 2);
        stored->addNumbers<uint8_t>(std::vector<uint8_t>{0, 1}, 2);
        dataset->train = {1, stored, 0};
        m_panel->setData(dataset);
        const auto pixel = [&](int x) {
            SamplesModel& model = m_panel->samples().grid().model();
            return model.index(0).data(SamplesModel::PictureRole).value<QImage>().pixelColor(x, 0);
        };
        auto* share = child<QSlider>("maskShare");
        QCOMPARE(child<QComboBox>("maskColumn")->currentText(), QStringLiteral("parts"));
        QVERIFY(child<QLabel>("maskLegend")->text().contains(QStringLiteral("leaf")));
        share->setFocus();
        QTest::keyClick(share, Qt::Key_End);
        QCOMPARE(pixel(1), m_theme->series(1));
        QCOMPARE(pixel(0), QColor(100, 100, 100));
        QTest::keyClick(share, Qt::Key_Home);
        QCOMPARE(pixel(1), QColor(100, 100, 100));
        m_panel->setData(test::madeDataset(3, 1));
        QVERIFY(!share->isVisible());
    }

    void pointsOfNumbersLeadToTheirExamples() {
        m_panel->setData(test::madeDataset(3, 9));
        m_panel->setHasNumbers(true);
        ScatterPage& page = m_panel->scatter();
        m_panel->setCurrentWidget(&page);
        page.setPairs({.each = 1, .truth = {0, 1, 2}, .given = {0, 1, 1}});
        QVERIFY(
            child<QLabel>("scatterWords")->text().contains(QStringLiteral("mean error 0.3333")));
        QTest::qWait(50);  // axes get their places when they are drawn
        QTest::mouseClick(child<QCustomPlot>("scatterPlot"), Qt::LeftButton, {},
                          page.placeOf(0, 2).toPoint());
        QCOMPARE(m_panel->samples().grid().selected(), (std::vector<int64_t>{3 + 2}));
        QCOMPARE(m_panel->currentIndex(), 0);
    }

    void clickOnTheMatrixFiltersTheMistakes() {
        showMistakes();
        SamplesModel& list = m_panel->mistakes().grid().model();
        QCOMPARE(list.samples(), int64_t{3});
        auto* matrix = child<ConfusionTable>("confusionMatrix");
        QTest::mouseClick(matrix, Qt::LeftButton, {}, cellCentre(0, 1));
        QCOMPARE(matrix->chosen(), (Confusion{0, 1}));
        QCOMPARE(list.samples(), int64_t{2});
        QTest::mouseClick(matrix, Qt::LeftButton, {}, cellCentre(0, 1));
        QCOMPARE(list.samples(), int64_t{3});
    }

    void arrowKeysMoveTheChosenCell() {
        showMistakes();
        auto* matrix = child<ConfusionTable>("confusionMatrix");
        matrix->setFocus();
        QTest::keyClick(matrix, Qt::Key_Right);
        QCOMPARE(matrix->chosen(), (Confusion{0, 1}));
        QTest::keyClick(matrix, Qt::Key_Up);
        QCOMPARE(matrix->chosen(), (Confusion{0, 1}));
        QTest::keyClick(matrix, Qt::Key_Escape);
        QVERIFY(!matrix->chosen());
    }

    void hoverReadsACell() {
        showMistakes();
        auto* sentence = child<ReadOut>("confusionSentence");
        QVERIFY(sentence->text().contains(QStringLiteral("Epoch 2")));
        QTest::mouseMove(child<ConfusionTable>("confusionMatrix"), cellCentre(0, 1));
        QTRY_COMPARE(sentence->text(),
                     QStringLiteral("2 of 3 images of ape (66.67\u202f%) are taken for bee"));
    }

    void imagesWithoutAnswerStandInAColumnOfTheirOwn() {
        m_panel->setData(test::madeDataset(3, 9));
        m_panel->setCurrentWidget(&m_panel->mistakes());
        const float nan = std::nanf("");
        m_panel->setPredictions({.epoch = 2,
                                 .classes = {0, 1, 2, noAnswer, 1, 2, 0, 1, noAnswer},
                                 .probabilities = {1, 1, 1, nan, 1, 1, 1, 1, nan}});
        auto* sentence = child<ReadOut>("confusionSentence");
        QVERIFY2(sentence->text().contains(
                     QStringLiteral("no accuracy, the outputs for 2 of 9 are not numbers")),
                 qPrintable(sentence->text()));
        auto* matrix = child<ConfusionTable>("confusionMatrix");
        QTest::mouseClick(matrix, Qt::LeftButton, {}, cellCentre(0, noAnswer));
        QCOMPARE(matrix->chosen(), (Confusion{0, noAnswer}));
        QCOMPARE(m_panel->mistakes().grid().model().samples(), int64_t{1});
        QVERIFY(matrix->accessibleDescription().contains(QStringLiteral("not numbers")));
        matrix->setFocus();
        QTest::keyClick(matrix, Qt::Key_Right);
        QCOMPARE(matrix->chosen(), (Confusion{0, noAnswer}));
        QTest::keyClick(matrix, Qt::Key_Left);
        QCOMPARE(matrix->chosen(), (Confusion{0, 2}));
        QTest::keyClick(matrix, Qt::Key_Right);
        showMistakes();
        QVERIFY(!matrix->chosen());  // its column is gone
    }

    void barsOfNoNumberNameNoClass() {
        auto& bars = m_panel->draw().bars();
        m_panel->setCurrentWidget(&m_panel->draw());
        m_panel->draw().setExtent({1, 4, 4});
        Prediction prediction;
        prediction.weights.step = 5;
        prediction.probabilities.assign(3, std::nanf(""));
        m_panel->draw().showAnswer(prediction);
        QCOMPARE(bars.likeliest(), -1);
        QCOMPARE(bars.accessibleDescription(), QStringLiteral("not a number"));
        QVERIFY(child<QLabel>("drawNote")->text().contains(QStringLiteral("not numbers")));
        QVERIFY(!bars.grab().isNull());
        prediction.probabilities = {0.25F, 0.75F, 0};
        m_panel->draw().showAnswer(prediction);
        QCOMPARE(bars.likeliest(), 1);
        QVERIFY(!child<QLabel>("drawNote")->text().contains(QStringLiteral("not numbers")));
    }

    void predictionsAboutOtherDataAreLeftOut() {
        m_panel->setData(test::madeDataset(3, 9));
        m_panel->setPredictions({.epoch = 1, .classes = {0}, .probabilities = {1}});
        QCOMPARE(m_panel->mistakes().grid().model().samples(), int64_t{0});
    }

    /// As when other data are chosen, and that is undone: the same data are read anew.
    void mistakesComeBackWithTheirData() {
        const auto dataset = [](const char* fingerprint, int64_t test) {
            auto made = std::make_shared<Dataset>(*test::madeDataset(3, test));
            made->fingerprint = fingerprint;
            return made;
        };
        m_panel->setCurrentWidget(&m_panel->mistakes());
        m_panel->setData(dataset("ours", 9));
        m_panel->setPredictions(threeMistakes());
        QCOMPARE(m_panel->mistakes().grid().model().samples(), int64_t{3});
        m_panel->setData(nullptr);
        m_panel->setData(dataset("others", 7));
        QCOMPARE(m_panel->mistakes().grid().model().samples(), int64_t{0});
        const auto labels = m_panel->mistakes().findChildren<QLabel*>(QStringLiteral("emptyWhat"));
        QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
            return label->isVisible() &&
                   label->text() == QStringLiteral("The network was not tried on these data.");
        }));
        m_panel->setData(dataset("ours", 9));
        QCOMPARE(m_panel->mistakes().grid().model().samples(), int64_t{3});
        m_panel->setData(dataset("others", 7));
        m_panel->keeper().clearAnswers();
        m_panel->setData(dataset("ours", 9));
        QVERIFY2(m_panel->mistakes().grid().model().samples() == 0, "another run has begun");
    }

    void drawingChangesThePicture() {
        m_panel->setCurrentWidget(&m_panel->draw());
        m_panel->draw().setExtent({1, 28, 28});
        QSignalSpy drawn(&m_panel->draw(), &DrawPage::drawn);
        drawStroke();
        QVERIFY(drawn.count() >= 2);
        QVERIFY(!canvas().drawing().isBlank());
        QTest::mouseClick(child<QToolButton>("drawClear"), Qt::LeftButton);
        QVERIFY(canvas().drawing().isBlank());
    }

    void rightButtonAndEraserErase() {
        m_panel->setCurrentWidget(&m_panel->draw());
        m_panel->draw().setExtent({1, 28, 28});
        const QPoint middle = canvas().rect().center();
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, middle);
        canvas().setRadius(8);
        QTest::mouseClick(&canvas(), Qt::RightButton, {}, middle);
        QVERIFY(canvas().drawing().isBlank());
        QTest::mouseClick(child<QToolButton>("drawErase"), Qt::LeftButton);
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, middle);
        QVERIFY(canvas().drawing().isBlank());
    }

    void drawingLeadsToAnAnswer() {
        auto project = loadProject(VITRINE_SOURCE_DIR "/projects/digits_lenet");
        QVERIFY(project.ok());
        m_panel->setCurrentWidget(&m_panel->draw());
        m_panel->draw().setExtent({1, 28, 28});
        PredictorHost host;
        connect(&host, &PredictorHost::answered, &m_panel->draw(), &DrawPage::showAnswer);
        connect(&m_panel->draw(), &DrawPage::drawn, &host, [&](const std::vector<float>& pixels) {
            host.ask([pixels](const std::vector<PredictorInput>&)
                         -> Result<std::vector<std::vector<std::byte>>> {
                std::vector<std::byte> bytes;
                for (float pixel : pixels) bytes.push_back(static_cast<std::byte>(255 * pixel));
                std::vector<std::vector<std::byte>> values;
                values.push_back(std::move(bytes));
                return values;
            });
        });
        host.setProject(*project);
        drawStroke();
        QTRY_COMPARE(m_panel->draw().bars().probabilities().size(), size_t{10});
        const std::vector<float> first = m_panel->draw().bars().probabilities();
        QTest::mouseClick(child<QToolButton>("drawClear"), Qt::LeftButton);
        QTRY_VERIFY(m_panel->draw().bars().probabilities() != first);
    }

    void networksThatDoNotFitSayWhy() {
        auto project = loadProject(VITRINE_SOURCE_DIR "/projects/digits_lenet");
        QVERIFY(project.ok());
        const Edge edge = project->graph.edges().front();
        QVERIFY(project->graph.eraseEdge(edge).ok());
        PredictorHost host;
        QSignalSpy failures(&host, &PredictorHost::failed);
        host.setProject(*project);
        QTRY_COMPARE(failures.count(), 1);
        QVERIFY(!failures[0][0].toString().isEmpty());
    }

  private:
    template <class Widget>
    Widget* child(const char* name) {
        return m_panel->findChild<Widget*>(QLatin1String(name));
    }
    DrawCanvas& canvas() { return m_panel->draw().canvas(); }

    void drawStroke() {
        const QPoint middle = canvas().rect().center();
        QTest::mousePress(&canvas(), Qt::LeftButton, {}, middle - QPoint(0, 40));
        QTest::mouseMove(&canvas(), middle);
        QTest::mouseMove(&canvas(), middle + QPoint(0, 40));
        QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, middle + QPoint(0, 40));
    }

    /// Nine test images, three of each class: two apes taken for bees, one bee for a cat.
    static Predictions threeMistakes() {
        return {.epoch = 2,
                .classes = {1, 1, 2, 1, 2, 2, 0, 1, 2},
                .probabilities = {0.9F, 1, 1, 0.8F, 0.7F, 1, 1, 1, 1},
                .losses = {2, 0, 0, 3, 1, 0, 0, 0, 0}};
    }
    void showMistakes() {
        m_panel->setData(test::madeDataset(3, 9));
        m_panel->setCurrentWidget(&m_panel->mistakes());
        m_panel->setPredictions(threeMistakes());
    }

    /// As the document would.
    void takeEdits() {
        m_changes.clear();
        connect(m_panel.get(), &DataPanel::changesEdited, this,
                [this](const std::vector<DataChange>& changes, const QString& step) {
                    m_changes = changes;
                    m_step = step;
                    m_panel->setChanges(changes);
                });
    }

    static void clickOn(QListView* list, int row, Qt::KeyboardModifiers keys = {}) {
        const QPoint at = list->visualRect(list->model()->index(row, 0)).center();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, keys, at);
    }
    void selectSamples(int from, int to) {
        clickOn(child<QListView>("samplesList"), from);
        if (to != from) clickOn(child<QListView>("samplesList"), to, Qt::ShiftModifier);
    }
    std::vector<int64_t> samplePlaces() {
        SamplesModel& model = m_panel->samples().grid().model();
        std::vector<int64_t> places;
        for (int row = 0; row < model.rowCount(); ++row) places.push_back(model.placeAt(row));
        return places;
    }
    void chooseInMenu(const QString& text) {
        QMenu menu;
        m_panel->samples().grid().fillMenu(menu);
        for (QAction* action : menu.findChild<QMenu*>()->actions())
            if (action->text() == text) return action->trigger();
        QFAIL(qPrintable(text));
    }

    QPoint cellCentre(int truth, int predicted) {
        auto* matrix = child<ConfusionTable>("confusionMatrix");
        return matrix->cellRect(truth, predicted).center().toPoint();
    }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<DataPanel> m_panel;
    std::vector<DataChange> m_changes;
    QString m_step;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::DataPanelTest)
#include "tst_data_panel.moc"
