// SPDX-License-Identifier: Apache-2.0
// Pictures of values under the mouse, and bars of their histogram.
#include "gui/views/value/value_picture.h"

#include <QtTest>

#include <cmath>
#include <limits>

#include "gui/theme/theme.h"
#include "gui/views/value/histogram_bars.h"
#include "gui/views/value/value_chooser.h"
#include "tests/gui/support/made_tapes.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestValuePicture : public QObject {
    Q_OBJECT
  private slots:
    void pointsAndPlacesAgree();
    void hoverReadsElementAndNumber();
    void clickChoosesAnElement();
    void coloursFollowTheScale();
    void labelsOfTheColourBarAreWhole_data();
    void labelsOfTheColourBarAreWhole();
    void histogramNamesItsBars();
    void chooserOffersOperandsAndResults();

  private:
    std::shared_ptr<ValueSnapshot> snapshot() const {
        return std::make_shared<ValueSnapshot>(countingSnapshot({2, 6, 5, 7}, 1, -1, 300));
    }
    QColor colourAt(ValuePicture& picture, const PicturePlace& place) const {
        return picture.grab().toImage().pixelColor(picture.rectOf(place).center().toPoint());
    }
    Theme m_theme{ThemeKind::Dark};
};

void TestValuePicture::pointsAndPlacesAgree() {
    ValuePicture picture(m_theme);
    picture.resize(400, 300);
    picture.setSnapshot(snapshot());
    for (int64_t plane = 0; plane < 6; ++plane)
        for (int64_t row : {0, 4})
            for (int64_t column : {0, 3, 6}) {
                const PicturePlace place{plane, row, column};
                const QPointF middle = picture.rectOf(place).center();
                QVERIFY(picture.rect().contains(middle.toPoint()));
                QCOMPARE(picture.placeAt(middle), std::optional(place));
            }
    QVERIFY(!picture.placeAt({398, 298}));
}

void TestValuePicture::hoverReadsElementAndNumber() {
    ValuePicture picture(m_theme);
    picture.resize(400, 300);
    picture.setSnapshot(snapshot());
    picture.show();
    QSignalSpy hovered(&picture, &ValuePicture::hovered);
    QTest::mouseMove(&picture, picture.rectOf({2, 1, 3}).center().toPoint());
    // ((1 · 6 + 2) · 5 + 1) · 7 + 3 − 300 = −10
    QCOMPARE(hovered.last()[0].toString(), QStringLiteral("[1, 2, 1, 3] = −10"));
}

void TestValuePicture::clickChoosesAnElement() {
    ValuePicture picture(m_theme);
    picture.resize(400, 300);
    picture.setSnapshot(snapshot());
    picture.show();
    QSignalSpy chosen(&picture, &ValuePicture::placeChosen);
    QTest::mouseClick(&picture, Qt::LeftButton, {}, picture.rectOf({5, 4, 6}).center().toPoint());
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen[0][0].value<PicturePlace>(), (PicturePlace{5, 4, 6}));
}

void TestValuePicture::coloursFollowTheScale() {
    ValuePicture picture(m_theme);
    picture.resize(400, 300);
    auto values = snapshot();
    values->elements[0] = std::numeric_limits<float>::quiet_NaN();
    values->elements[1] = 0;
    values->elements[2] = -300;
    picture.setSnapshot(values);
    QCOMPARE(colourAt(picture, {0, 0, 0}), m_theme.tokens().bad);
    const QColor zero = colourAt(picture, {0, 0, 1}), low = colourAt(picture, {0, 0, 2});
    // The scale has 256 shades, of which none is exactly zero.
    const QColor grey(m_theme.diverging(0));
    QVERIFY(std::abs(zero.red() - grey.red()) <= 2 && std::abs(zero.blue() - grey.blue()) <= 2);
    QCOMPARE(low, QColor(m_theme.diverging(-1)));
}

void TestValuePicture::labelsOfTheColourBarAreWhole_data() {
    QTest::addColumn<double>("middle");
    QTest::addColumn<int>("width");
    for (const int width : {170, 240, 300, 700})
        for (const double middle : {0.5, 210.0, 2.1e36})
            QTest::addRow("%d wide, about %g", width, middle) << middle << width;
}

void TestValuePicture::labelsOfTheColourBarAreWhole() {
    QFETCH(double, middle);
    QFETCH(int, width);
    auto seen = snapshot();
    seen->statistics.minimum = -middle;
    seen->statistics.maximum = middle;
    ValuePicture picture(m_theme);
    picture.resize(width, 300);
    picture.setSnapshot(seen);
    picture.show();
    const auto labels = picture.barLabels();
    QCOMPARE(labels.size(), size_t{3});
    for (const auto& label : labels) {
        QVERIFY2(picture.fontMetrics().horizontalAdvance(label.text) <= label.rect.width(),
                 qPrintable(label.text));
        QVERIFY(QRectF(picture.rect()).contains(label.rect));
        // Nor does the picture lie under it.
        QVERIFY(picture.rectOf({0, 0, 6}).right() < label.rect.left());
    }
}

void TestValuePicture::histogramNamesItsBars() {
    HistogramBars bars(m_theme);
    // Margins of 4 pixels and 10 pixels a bar.
    bars.resize(8 + 10 * LogHistogram::bins, 84);
    LogHistogram histogram;
    histogram.counts[LogHistogram::zeroBin] = 12;
    const int quarter = LogHistogram::zeroBin + 1 - LogHistogram::smallestExponent - 2;
    histogram.counts[static_cast<size_t>(quarter)] = 3;
    bars.setHistogram(histogram);
    QCOMPARE(LogHistogram::exponentOf(quarter), -2);
    QCOMPARE(bars.tipAt(4 + 10 * quarter + 5), QStringLiteral("0.25 … 0.5: 3 elements"));
    QVERIFY(bars.tipAt(4 + 10 * LogHistogram::zeroBin + 5).endsWith(QStringLiteral("12 elements")));
    QCOMPARE(bars.tipAt(1), QString());
}

void TestValuePicture::chooserOffersOperandsAndResults() {
    const auto tape = tapeOfProject("digits_lenet");
    const int conv = firstEntryWith(*tape, "conv2d");
    const ValueId pool = valueNamed(*tape, "pool1");
    ValueChooser chooser;
    chooser.show();
    QSignalSpy changed(&chooser, &ValueChooser::queryChanged);
    chooser.offer(tape, conv, pool);
    auto* values = chooser.findChild<QComboBox*>(QStringLiteral("valueOperand"));
    QCOMPARE(values->count(), 7);  // maxima, index, what fusion hid, three operands
    QCOMPARE(chooser.query(), (ValueQuery{pool, 0, -1}));
    QCOMPARE(changed.count(), 0);
    auto* channel = chooser.findChild<QSpinBox*>(QStringLiteral("valueChannel"));
    QCOMPARE(channel->maximum(), 5);
    QTest::keyClick(channel, Qt::Key_Up);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(chooser.query().channel, int64_t{0});
    // A bias has neither images nor channels.
    chooser.offer(tape, conv, valueNamed(*tape, "conv1.bias"));
    QVERIFY(!channel->isVisible());
    QCOMPARE(chooser.query().channel, int64_t{-1});
}

QTEST_MAIN(TestValuePicture)
#include "tst_value_picture.moc"
