// SPDX-License-Identifier: Apache-2.0
// The confusion table from two to a thousand classes: what it costs to paint, what can be seen, and
// zooming. Pixels are looked at in the picture that a person would see.
#include <QtTest>
#include <QtWidgets>

#include <ctime>

#include "gui/theme/theme.h"
#include "gui/views/data/confusion_table.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

namespace {

constexpr double frameMs = 16;

double cpuMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

/// `each` images of every class; of class k, one is taken for class k + 7.
ConfusionMatrix matrixOf(int classes, int each = 20) {
    std::vector<int32_t> truth, predicted;
    for (int32_t label = 0; label < classes; ++label)
        for (int i = 0; i < each; ++i) {
            truth.push_back(label);
            predicted.push_back(i == 0 ? (label + 7) % classes : label);
        }
    return {classes, truth, predicted};
}

QStringList namesOf(int classes) {
    QStringList names;
    for (int label = 0; label < classes; ++label)
        names << QStringLiteral("a class with a long name %1").arg(label);
    return names;
}

}  // namespace

class ConfusionTableTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_table = std::make_unique<ConfusionTable>(m_theme);
        m_table->resize(420, 340);
        m_table->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_table.get()));
    }
    void cleanup() { m_table.reset(); }

    void paintsWithinAFrame_data() {
        QTest::addColumn<int>("classes");
        for (int classes : {10, 100, 256, 1000}) QTest::addRow("%d", classes) << classes;
    }
    void paintsWithinAFrame() {
        QFETCH(int, classes);
        m_table->resize(900, 700);
        m_table->setMatrix(matrixOf(classes), namesOf(classes));
        const double first = median([&] {
            m_table->setMatrix(matrixOf(classes), namesOf(classes));
            const double from = cpuMs();
            grab();
            return cpuMs() - from;
        });
        double wheel = 0;
        if (m_table->zoom() == 1) turn(40);
        const double scrolled = median([&] {
            const double from = cpuMs();
            m_table->findChild<QScrollBar*>(QStringLiteral("confusionDown"))
                ->setValue(static_cast<int>(wheel += 31));
            grab();
            return cpuMs() - from;
        });
        qInfo("%d classes: %.2f ms, scrolled %.2f ms", classes, first, scrolled);
        if (test::slowness > 1) QSKIP("no times under sanitizers");
        if (classes >= 100) QVERIFY(first <= frameMs && scrolled <= frameMs);
    }

    /// Both a class that is right and its only mistake leave their colour.
    void everyCountCanBeSeen_data() { paintsWithinAFrame_data(); }
    void everyCountCanBeSeen() {
        QFETCH(int, classes);
        m_table->setMatrix(matrixOf(classes), {});
        const QImage image = grab();
        const QColor empty = m_theme.tokens().panel;
        const auto isSeen = [&](int truth, int predicted) {
            const QRect pixels = m_table->cellRect(truth, predicted).toAlignedRect();
            for (int y = pixels.top(); y <= pixels.bottom(); ++y)
                for (int x = pixels.left(); x <= pixels.right(); ++x)
                    if (image.rect().contains(x, y) && image.pixelColor(x, y) != empty &&
                        image.pixelColor(x, y) != m_theme.tokens().window)
                        return true;
            return false;
        };
        for (int label = 0; label < classes; ++label)
            QVERIFY2(isSeen(label, label) && isSeen(label, (label + 7) % classes),
                     qPrintable(QString::number(label)));
        if (classes >= 100) QVERIFY(!isSeen(classes / 2, classes / 4));
    }

    void numbersAreWholeOrNotThere_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<bool>("shown");
        QTest::addRow("wide") << 600 << true;
        QTest::addRow("default") << 420 << true;
        QTest::addRow("narrow") << 180 << false;
    }
    void numbersAreWholeOrNotThere() {
        QFETCH(int, width);
        QFETCH(bool, shown);
        m_table->setMatrix(matrixOf(10, 1040), {});
        m_table->resize(width, 340);
        QCOMPARE(m_table->showsNumbers(), shown);
        // The same in every cell of the diagonal: text is there in all of them, or in none.
        const QImage image = grab();
        for (int label = 0; label < 10; ++label)
            QCOMPARE(coloursIn(image, m_table->cellRect(label, label)) > 4, shown);
    }

    void sharesOfRowsAreWholeToo() {
        m_table->setMatrix(matrixOf(10, 1040), {});
        m_table->setByRow(true);
        QVERIFY(m_table->showsNumbers());
        m_table->resize(160, 340);
        QVERIFY(!m_table->showsNumbers());
    }

    void theSentenceHasTheWholeNumber() {
        m_table->setMatrix(matrixOf(100, 1040), {});
        QSignalSpy pointed(m_table.get(), &ConfusionTable::pointed);
        QTest::mouseMove(m_table.get(), m_table->cellRect(50, 50).center().toPoint());
        QTRY_VERIFY(!pointed.isEmpty());
        QVERIFY2(pointed.last()[0].toString().startsWith(QStringLiteral("1,039 of 1,040")),
                 qPrintable(pointed.last()[0].toString()));
    }

    void ctrlAndTheWheelZoomUntilNumbersAreSeen() {
        m_table->setMatrix(matrixOf(256), {});
        QVERIFY(!m_table->showsNumbers());
        const QPointF middle = m_table->cellRect(128, 128).center();
        turn(40, middle);
        QVERIFY(m_table->showsNumbers());
        QVERIFY(m_table->cellRect(128, 128).contains(middle));
        QTest::mouseClick(m_table.get(), Qt::LeftButton, {}, middle.toPoint());
        QCOMPARE(m_table->chosen(), (Confusion{128, 128}));
        QVERIFY(coloursIn(grab(), m_table->cellRect(128, 128)) > 4);
        turn(-60, middle);
        QCOMPARE(m_table->zoom(), 1.0);
    }

    void theWheelAloneScrollsOnlyWhatIsZoomed() {
        m_table->setMatrix(matrixOf(256), {});
        QVERIFY(!turn(-1, {200, 200}, Qt::NoModifier));
        turn(20);
        const double before = m_table->cellRect(0, 0).top();
        QVERIFY(turn(-1, {200, 200}, Qt::NoModifier));
        QVERIFY(m_table->cellRect(0, 0).top() < before);
    }

    void theChosenCellStaysInSight() {
        m_table->setMatrix(matrixOf(256), {});
        m_table->setFocus();
        m_table->choose(Confusion{10, 10});
        for (int i = 0; i < 30; ++i) QTest::keyClick(m_table.get(), Qt::Key_Plus);
        QVERIFY(m_table->rect().contains(m_table->cellRect(10, 10).center().toPoint()));
        for (int i = 0; i < 200; ++i) QTest::keyClick(m_table.get(), Qt::Key_Down);
        QCOMPARE(m_table->chosen(), (Confusion{210, 10}));
        QVERIFY(m_table->rect().contains(m_table->cellRect(210, 10).center().toPoint()));
        m_table->setMatrix(matrixOf(10), {});
        QCOMPARE(m_table->zoom(), 1.0);
        QVERIFY(!m_table->chosen());
    }

    void survivesAnySizeAndNothingAtAll() {
        for (int classes : {0, 1, 2, 300}) {
            m_table->setMatrix(matrixOf(classes), {});
            for (const QSize size : {QSize(1, 1), QSize(50, 20), QSize(20, 500), QSize(900, 40)}) {
                m_table->resize(size);
                turn(3, {10, 10});
                QTest::mouseClick(m_table.get(), Qt::LeftButton, {}, {10, 10});
                QTest::keyClick(m_table.get(), Qt::Key_Right);
                QVERIFY(!grab().isNull());
            }
        }
    }

  private:
    template <class Measure>
    double median(Measure measure) {
        std::vector<double> times(9);
        for (double& time : times) time = measure();
        std::sort(times.begin(), times.end());
        return times[times.size() / 2];
    }
    QImage grab() {
        QImage image(m_table->size(), QImage::Format_RGB32);
        image.fill(m_theme.tokens().window);
        m_table->render(&image, {}, {}, QWidget::DrawChildren);
        return image;
    }
    bool turn(int clicks, QPointF at = {200, 200},
              Qt::KeyboardModifiers held = Qt::ControlModifier) {
        bool isTaken = true;
        for (int i = 0; i < std::abs(clicks); ++i) {
            QWheelEvent event(at, m_table->mapToGlobal(at), {}, {0, clicks > 0 ? 120 : -120},
                              Qt::NoButton, held, Qt::NoScrollPhase, false);
            QApplication::sendEvent(m_table.get(), &event);
            isTaken = event.isAccepted();
        }
        return isTaken;
    }
    int coloursIn(const QImage& image, const QRectF& rect) {
        QSet<QRgb> colours;
        const QRect inside = rect.toRect().adjusted(2, 2, -2, -2) & image.rect();
        for (int y = inside.top(); y <= inside.bottom(); ++y)
            for (int x = inside.left(); x <= inside.right(); ++x) colours << image.pixel(x, y);
        return static_cast<int>(colours.size());
    }

    Theme m_theme{ThemeKind::Dark};
    std::unique_ptr<ConfusionTable> m_table;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::ConfusionTableTest)
#include "tst_confusion_table.moc"
