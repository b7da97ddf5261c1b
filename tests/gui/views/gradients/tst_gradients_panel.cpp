// SPDX-License-Identifier: Apache-2.0
// The rows of distributions with made-up samples, driven by the mouse.
#include <QtTest>
#include <QtWidgets>

#include "gui/theme/theme.h"
#include "gui/views/gradients/gradients_panel.h"
#include "gui/views/gradients/histogram_delegate.h"
#include "gui/views/gradients/histogram_image.h"
#include "gui/views/gradients/norms_plot.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/read_out.h"
#include "gui/widgets/step_plot.h"
#include "tests/gui/support/made_records.h"

namespace vitrine::gui {

class GradientsPanelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_theme = std::make_unique<Theme>(ThemeKind::Dark);
        m_panel = std::make_unique<GradientsPanel>(*m_theme);
        m_panel->resize(700, 400);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
        m_panel->model().start({"conv1.weight", "conv2.weight"}, {"x", "relu1"});
    }
    void cleanup() {
        m_panel.reset();
        m_theme.reset();
    }

    void saysWhatFillsIt() {
        auto* empty = m_panel->findChild<EmptyState*>();
        QVERIFY(empty->isEmpty());
        addSamples(3);
        QVERIFY(!empty->isEmpty());
    }

    void clickOnARowChoosesItsNode() {
        addSamples(5);
        QSignalSpy chosen(m_panel.get(), &GradientsPanel::nodeChosen);
        const QRect row = table()->visualRect(m_panel->model().index(1, GradientModel::Name));
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, row.center());
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen[0][0].toString(), QStringLiteral("conv2"));
    }

    void chosenNodesAreMarked() {
        addSamples(5);
        m_panel->setSelectedNodes({QStringLiteral("conv1")});
        QCOMPARE(table()->selectionModel()->selectedRows().size(), 1);
        QCOMPARE(table()->selectionModel()->selectedRows()[0].row(), 0);
        m_panel->setSelectedNodes({});
        QVERIFY(!table()->selectionModel()->hasSelection());
    }

    void readsStepBinAndShareUnderTheMouse() {
        addSamples(20);
        const QRect cell =
            table()->visualRect(m_panel->model().index(0, GradientModel::Distribution));
        QTest::mouseMove(table()->viewport(), cell.center());
        auto* readOut = m_panel->findChild<ReadOut*>(QStringLiteral("gradientsReadOut"));
        QTRY_VERIFY(readOut->text().contains(QStringLiteral("share")));
        QVERIFY(readOut->text().startsWith(QStringLiteral("step ")));
        QVERIFY(readOut->text().contains(QStringLiteral("2⁻")));
        QTest::mouseMove(table()->viewport(), {4, cell.center().y()});
        QTRY_VERIFY(!readOut->text().contains(QStringLiteral("share")));
    }

    void kindsAreToldAndShown() {
        addSamples(3);
        QSignalSpy kinds(m_panel.get(), &GradientsPanel::kindChanged);
        auto* button = m_panel->findChild<QToolButton*>(QStringLiteral("kindActivations"));
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(kinds.count(), 1);
        QCOMPARE(m_panel->kind(), SampleKind::Activation);
        QVERIFY(m_panel->findChild<EmptyState*>()->isEmpty());
        HistogramRecord record = test::madeHistogram(1, 1, -3);
        record.kind = SampleKind::Activation;
        m_panel->model().add(std::vector{record});
        QVERIFY(!m_panel->findChild<EmptyState*>()->isEmpty());
    }

    void normsHaveOneLineARow() {
        addSamples(30);
        auto* norms = m_panel->findChild<NormsPlot*>();
        m_panel->findChild<QTabBar*>(QStringLiteral("gradientTabs"))->setCurrentIndex(1);
        QTRY_VERIFY(norms->isVisible());
        norms->plot().replot();
        int lines = 0;
        for (int i = 0; i < norms->plot().graphCount(); ++i)
            lines += norms->plot().graph(i)->dataCount() == 30 ? 1 : 0;
        QCOMPARE(lines, 2);
    }

    void picturesHaveLargePositiveNumbersOnTop() {
        HistogramHistory history;
        HistogramRecord record;
        record.step = 1;
        const int bin = LogHistogram::binOf(0.3);
        record.histogram.counts[static_cast<size_t>(bin)] = 10;
        history.add(record);
        const BinRange bins{LogHistogram::zeroBin, bin};
        const QImage image = histogramImage(history, bins, ShareColours(*m_theme));
        QCOMPARE(image.size(), QSize(1, bins.count()));
        QCOMPARE(qAlpha(image.pixel(0, 0)), 255);
        QCOMPARE(qAlpha(image.pixel(0, 1)), 0);
        const auto place = placeAt({5, 0}, QRect(0, 0, 100, bins.count()), history, bins);
        QCOMPARE(place->bin, bin);
        QVERIFY(!placeAt({5, -1}, QRect(0, 0, 100, bins.count()), history, bins));
    }

    void badSamplesAreMarkedAndEarlierColumnsStay_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("dark") << static_cast<int>(ThemeKind::Dark);
        QTest::newRow("light") << static_cast<int>(ThemeKind::Light);
    }
    void badSamplesAreMarkedAndEarlierColumnsStay() {
        QFETCH(int, kind);
        m_theme->setKind(static_cast<ThemeKind>(kind));
        addSamples(9);
        HistogramRecord bad = test::madeHistogram(10, 1, -8);
        bad.statistics.nans = 3;
        bad.statistics.nonFinite = 15;
        m_panel->model().add(std::vector{test::madeHistogram(10, 0, -10), bad});
        const QModelIndex picture = m_panel->model().index(1, GradientModel::Distribution);
        const QRect area = HistogramDelegate::pictureArea(table()->visualRect(picture));
        const QImage image = table()->viewport()->grab().toImage();
        const QColor mark = m_theme->tokens().bad;
        const int lastColumn = area.right() - area.width() / 20;
        QCOMPARE(image.pixelColor(lastColumn, area.center().y()), mark);
        QCOMPARE(image.pixelColor(lastColumn, area.top() + 2), mark);
        const int before = area.right() - 3 * area.width() / 20;
        for (int y = area.top(); y < area.bottom(); ++y)
            QVERIFY(image.pixelColor(before, y) != mark);
    }

    void nothingButNaNIsSeen() {
        HistogramRecord bad = test::madeHistogram(1, 0, -8);
        bad.histogram = {};
        bad.statistics = {.count = 4, .nonFinite = 4, .nans = 4};
        m_panel->model().add(std::vector{bad});
        const QModelIndex picture = m_panel->model().index(0, GradientModel::Distribution);
        const QPoint middle = table()->visualRect(picture).center();
        QCOMPARE(table()->viewport()->grab().toImage().pixelColor(middle), m_theme->tokens().bad);
        QTest::mouseMove(table()->viewport(), middle);
        auto* readOut = m_panel->findChild<ReadOut*>(QStringLiteral("gradientsReadOut"));
        QTRY_VERIFY(readOut->text().contains(QStringLiteral("not finite 4")));
        QVERIFY2(readOut->text().contains(QStringLiteral("min —")), qPrintable(readOut->text()));
    }

    void binsAreNamedByTheirPowers() {
        QCOMPARE(binText(LogHistogram::binOf(0.3)), QStringLiteral("2⁻² … 2⁻¹"));
        QCOMPARE(binText(LogHistogram::binOf(-5)), QStringLiteral("−2² … −2³"));
        QCOMPARE(binText(LogHistogram::zeroBin), QStringLiteral("0 ± 2⁻³⁴"));
    }

  private:
    QTableView* table() { return m_panel->findChild<QTableView*>(QStringLiteral("gradientRows")); }
    void addSamples(int count) {
        for (int step = 1; step <= count; ++step)
            m_panel->model().add(
                std::vector{test::madeHistogram(step, 0, -10), test::madeHistogram(step, 1, -8)});
    }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<GradientsPanel> m_panel;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::GradientsPanelTest)
#include "tst_gradients_panel.moc"
