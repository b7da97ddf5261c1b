// SPDX-License-Identifier: Apache-2.0
// A picture file on the canvas of a network's input, the numbers of its pixels, and names of
// classes. Truth: pictures of one colour, which every fit leaves as they are, and bars of black.
#include <QtTest>
#include <QtWidgets>

#include "gui/theme/theme.h"
#include "gui/views/data/draw_canvas.h"
#include "gui/views/data/draw_page.h"
#include "gui/views/data/picture_bar.h"
#include "gui/views/data/probability_bars.h"

namespace vitrine::gui {

class TestPictureBar : public QObject {
    Q_OBJECT

  private:
    Theme m_theme{ThemeKind::Dark};
    QTemporaryDir m_folder;
    std::unique_ptr<DrawPage> m_page;

    template <class T>
    T* child(const char* name) const {
        T* found = m_page->findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("there is no %s", name);
        return found;
    }
    QString picture(const char* name, QSize size, const QColor& colour) const {
        QImage image(size, QImage::Format_RGB888);
        image.fill(colour);
        const QString path = m_folder.filePath(QLatin1String(name));
        if (!image.save(path)) qFatal("a test can write its folder");
        return path;
    }
    QString text(const char* name, const QByteArray& lines) const {
        QFile file(m_folder.filePath(QLatin1String(name)));
        if (!file.open(QIODevice::WriteOnly)) qFatal("a test can write its folder");
        file.write(lines);
        return file.fileName();
    }
    const std::vector<float>& pixels() const { return m_page->canvas().drawing().pixels(); }
    QString said() const { return m_page->bars().accessibleDescription(); }
    QString note() const { return child<QLabel>("drawNote")->text(); }

  private Q_SLOTS:
    void init() {
        m_page = std::make_unique<DrawPage>(m_theme);
        m_page->resize(900, 400);
        m_page->setExtent({3, 8, 8});
        m_page->pictures().setNormalisation({.mean = 0.5, .std = 0.5});
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }
    void cleanup() { m_page.reset(); }

    /// White on white would be nothing.
    void thePenIsSeenWhateverItDrawsWith() {
        for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
            m_theme.setKind(kind);
            const auto* ink = child<QToolButton>("drawInk");
            QVERIFY(ink->isVisible());
            const QImage icon = ink->icon().pixmap(ink->iconSize()).toImage();
            const auto has = [&](const QColor& colour) {
                for (int y = 0; y < icon.height(); ++y)
                    for (int x = 0; x < icon.width(); ++x)
                        if (icon.pixelColor(x, y) == colour) return true;
                return false;
            };
            QVERIFY(has(m_theme.tokens().text));
            QVERIFY(has(Qt::white));  // which it draws with
        }
    }

    void showsAPictureAtTheInputsSize() {
        QSignalSpy drawn(m_page.get(), &DrawPage::drawn);
        m_page->pictures().open(picture("red.png", {40, 20}, QColor(255, 51, 0)));
        QTRY_COMPARE(drawn.size(), 1);
        QCOMPARE(pixels().size(), size_t{3 * 8 * 8});
        QCOMPARE(pixels()[0], 1.0F);
        QCOMPARE(pixels()[64], 0.2F);
        QCOMPARE(pixels()[128], 0.0F);
    }

    /// Twice as wide as high: a quarter of the square above and one below is empty.
    void fitsAsSomebodyChooses() {
        QSignalSpy drawn(m_page.get(), &DrawPage::drawn);
        m_page->pictures().open(picture("white.png", {32, 16}, Qt::white));
        QTRY_COMPARE(drawn.size(), 1);
        QCOMPARE(pixels()[0], 1.0F);
        auto* fit = child<QComboBox>("picture.fit");
        fit->setCurrentIndex(fit->findText("Whole, with bars"));
        fit->activated(fit->currentIndex());
        QTRY_COMPARE(drawn.size(), 2);
        QCOMPARE(pixels()[0], 0.0F);
        QCOMPARE(pixels()[3 * 8], 1.0F);
        QCOMPARE(pixels()[7 * 8], 0.0F);
    }

    void saysWhatIsNoPicture() {
        m_page->pictures().open(text("no.png", "this is none"));
        QTRY_VERIFY2(note().contains("no.png"), qPrintable(note()));
    }

    void offersNumbersOfPublishedNetworks() {
        auto* box = child<QComboBox>("picture.normalisation");
        QCOMPARE(box->currentText(), QStringLiteral("−1 to 1"));
        QSignalSpy chosen(&m_page->pictures(), &PictureBar::normalisationChosen);
        box->setCurrentIndex(0);
        box->activated(0);
        QCOMPARE(chosen.size(), 1);
        const auto normalisation = chosen[0][0].value<Normalisation>();
        QCOMPARE(normalisation.mean.at(1), 0.456);
        QCOMPARE(normalisation.std.at(2), 0.225);
        m_page->pictures().setNormalisation({.mean = 0.25, .std = 2});
        QCOMPARE(box->currentText(), QStringLiteral("Mean 0.25, deviation 2"));
        m_page->pictures().setNormalisation(normalisation);
        QCOMPARE(box->currentIndex(), 0);
        QCOMPARE(box->count(), 4);
    }

    void coloursAreForColours() {
        m_page->setExtent({1, 8, 8});
        const auto& model =
            *qobject_cast<QStandardItemModel*>(child<QComboBox>("picture.normalisation")->model());
        QVERIFY(!model.item(0)->isEnabled() && model.item(1)->isEnabled());
    }

    void namesClassesFromAFile() {
        m_page->pictures().open(text("names.txt", "cat\r\ndog\n\nbird\n\n"));
        QCOMPARE(*classNamesIn(m_folder.filePath("names.txt")),
                 QStringList({"cat", "dog", "", "bird"}));
        Prediction prediction;
        prediction.probabilities = {0.1F, 0.7F, 0.1F, 0.1F};
        PredictedOutput output;
        output.isClasses = true;
        output.shape = {1, 4};
        output.elements = {0, 2, 0, 0};
        prediction.outputs.push_back(output);
        m_page->showAnswer(prediction);
        QVERIFY(said().contains("dog"));
        // Another project's classes are others.
        m_page->forget();
        m_page->showAnswer(prediction);
        QVERIFY(!said().contains("dog"));
    }

    void refusesWhatIsNoListOfNames_data() {
        QTest::addColumn<QByteArray>("lines");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("blank") << QByteArray("\n\n");
        QTest::newRow("bytes") << QByteArray("a\0b", 3);
    }
    void refusesWhatIsNoListOfNames() {
        QFETCH(QByteArray, lines);
        const auto names = classNamesIn(text("bad.txt", lines));
        QVERIFY(!names);
        QCOMPARE(names.error().code, std::string("M04"));
        QCOMPARE(classNamesIn(m_folder.filePath("gone.txt")).error().code, std::string("G01"));
    }

    void takesWhatIsDropped() {
        QMimeData dragged;
        dragged.setUrls({QUrl::fromLocalFile(picture("blue.png", {8, 8}, QColor(0, 0, 255)))});
        QDragEnterEvent enter({5, 5}, Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_page.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_page.get(), &drop);
        QTRY_COMPARE(pixels()[128], 1.0F);
        QMimeData folder;
        folder.setUrls({QUrl::fromLocalFile(m_folder.path())});
        QDragEnterEvent other({5, 5}, Qt::CopyAction, &folder, Qt::LeftButton, Qt::NoModifier);
        other.setAccepted(false);
        QCoreApplication::sendEvent(m_page.get(), &other);
        QVERIFY(!other.isAccepted());
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestPictureBar)
#include "tst_picture_bar.moc"
