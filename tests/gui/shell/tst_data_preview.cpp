// SPDX-License-Identifier: Apache-2.0
// What lies in a folder is shown before anybody uses it: classes, counts, pictures, what stands
// out; fields are read again as they change; and the network is fitted where that is wanted. Truth:
// the pictures that the test has written.
#include <QtTest>
#include <QtWidgets>

#include "core/session/data_choice.h"
#include "gui/shell/data_actions.h"
#include "gui/shell/data_preview.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/picture_folders.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestDataPreview : public QObject {
    Q_OBJECT

  private:
    static constexpr int patienceMs = 20'000 * slowness;
    std::unique_ptr<WindowFixture> m_fixture;
    std::unique_ptr<QTemporaryDir> m_place;
    std::unique_ptr<DataPreview> m_preview;

    Document& document() { return m_fixture->bench().document; }
    QString folder() const { return m_place->path(); }
    template <class T>
    T* find(const char* name) {
        T* found = m_preview->findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("there is no %s", name);
        return found;
    }
    bool isRead() {
        return QTest::qWaitFor([&] { return !find<QWidget>("preview.progress")->isVisible(); },
                               patienceMs);
    }
    void show() {
        const auto found = dataChoices(folder().toStdString(), document().project());
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        m_preview = std::make_unique<DataPreview>(m_fixture->bench().context(), folder(), *found,
                                                  &m_fixture->window());
        m_preview->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_preview.get()));
        QVERIFY(isRead());
    }
    void choose(const char* field, const char* value) {
        auto* box = find<QComboBox>(field);
        box->setFocus();
        const int at = box->findData(QString::fromLatin1(value));
        QVERIFY2(at >= 0, value);
        while (box->currentIndex() != at)
            QTest::keyClick(box, box->currentIndex() < at ? Qt::Key_Down : Qt::Key_Up);
    }
    void type(const char* field, const char* value) {
        auto* line = find<QLineEdit>(field);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QString::fromLatin1(value));
        QTest::keyClick(line, Qt::Key_Return);
    }
    QString facts() { return find<QLabel>("preview.facts")->text(); }
    QString remarks() {
        QStringList said;
        const QAbstractItemModel* model = find<QListView>("preview.remarks")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            said << model->index(row, 0).data(ProblemModel::SentenceRole).toString();
        return said.join(QLatin1Char('\n'));
    }
    const DataOverviewModel& overview() {
        return *qobject_cast<DataOverviewModel*>(find<QListView>("preview.overview")->model());
    }

  private Q_SLOTS:
    void init() {
        m_place = std::make_unique<QTemporaryDir>();
        m_fixture = std::make_unique<WindowFixture>(ThemeKind::Dark, false);
        m_fixture->show();
        QVERIFY(m_fixture->window().open(
            saveInto(m_fixture->folder(), "small", smallProject(smallNetwork))));
    }
    void cleanup() {
        m_preview.reset();
        m_fixture.reset();
        m_place.reset();
    }

    void classesAreThereWithCountsAndPictures() {
        writeClass(folder(), "cat", 20, 0);
        writeClass(folder(), "dog", 10, 120);
        show();
        QCOMPARE(facts(),
                 QString("24 training and 6 test examples · 2 classes · image 3 × 12 × 16"));
        QCOMPARE(overview().rowCount(), 2);
        const OverviewRow& dog = overview().at(overview().index(1, 0));
        QCOMPARE(dog.name, QString("dog"));
        QCOMPARE(dog.train, 8);
        QCOMPARE(dog.test, 2);
        QCOMPARE(dog.pictures.size(), size_t{8});
        for (const QImage& picture : dog.pictures) {
            QCOMPARE(picture.size(), QSize(16, 12));
            QCOMPARE(QColor(picture.pixel(0, 0)).hue() / 10, 12);
        }
        QVERIFY2(remarks().isEmpty(), qPrintable(remarks()));
        QVERIFY(find<QPushButton>("preview.use")->isEnabled());
        QVERIFY(!document().isModified());
    }

    void fieldsAreReadAgainAsTheyChange() {
        writeClass(folder(), "cat", 20, 0);
        writeClass(folder(), "dog", 10, 120, {20, 20});
        show();
        QTRY_VERIFY_WITH_TIMEOUT(remarks().contains("20 × 20"), patienceMs);
        choose("preview.field.fit", "letterbox");
        QTRY_VERIFY_WITH_TIMEOUT(facts().startsWith("24 training"), patienceMs);
        type("preview.field.test_share", "0.5");
        QTRY_VERIFY_WITH_TIMEOUT(facts().startsWith("15 training and 15 test"), patienceMs);
        type("preview.field.height", "8");
        QTRY_VERIFY_WITH_TIMEOUT(facts().endsWith("3 × 8 × 16"), patienceMs);
        QVERIFY(isRead());
        QVERIFY(!document().isModified());
    }

    /// Sizes that differ while 'Other sizes' refuses them, and a file that is no picture while
    /// broken ones stop: a training would end with them.
    void whatWouldEndATrainingCannotBeUsed_data() {
        QTest::addColumn<bool>("isBroken");
        QTest::addColumn<QString>("says");
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QByteArray>("way");
        QTest::newRow("sizes") << false << "Pictures have 2 sizes"
                               << QByteArray("preview.field.fit") << QByteArray("letterbox");
        QTest::newRow("broken") << true << "broken.png" << QByteArray("preview.field.broken")
                                << QByteArray("skip");
    }
    void whatWouldEndATrainingCannotBeUsed() {
        QFETCH(bool, isBroken);
        QFETCH(QString, says);
        QFETCH(QByteArray, field);
        QFETCH(QByteArray, way);
        writeClass(folder(), "cat", 8, 0);
        writeClass(folder(), "dog", 8, 120, isBroken ? QSize(16, 12) : QSize(20, 20));
        if (isBroken) {
            QFile file(folder() + "/dog/broken.png");
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("\x89PNG\r\n\x1a\n, and nothing behind it");
        }
        show();
        auto* use = find<QPushButton>("preview.use");
        QTRY_VERIFY2_WITH_TIMEOUT(remarks().contains(says), qPrintable(remarks()), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!use->isEnabled(), patienceMs);
        const QAbstractItemModel* model = find<QListView>("preview.remarks")->model();
        QVERIFY(!model->index(0, 0).data(ProblemModel::WarningRole).toBool());
        choose(field.constData(), way.constData());
        QTRY_VERIFY_WITH_TIMEOUT(use->isEnabled(), patienceMs);
        QVERIFY(isRead());
        QVERIFY(use->isEnabled());
    }

    void whatIsRefusedStandsBelowItsField() {
        writeClass(folder(), "cat", 4, 0);
        writeClass(folder(), "dog", 4, 120);
        show();
        type("preview.field.test_share", "7");
        QVERIFY(find<QLineEdit>("preview.field.test_share")->property("refused").toBool());
        QVERIFY(find<QPushButton>("preview.use")->isEnabled());
    }

    void examplesOfBothPartsAreTold() {
        writeClass(folder() + "/train", "cat", 6, 0);
        writeClass(folder() + "/train", "dog", 6, 120);
        writeClass(folder() + "/test", "cat", 2, 0);
        writeClass(folder() + "/test", "dog", 2, 240);
        show();
        QVERIFY2(remarks().contains("2 of 4 test examples stand in the training part too"),
                 qPrintable(remarks()));
    }

    void theNetworkIsFittedWithTheSameUndo() {
        writeClass(folder(), "cat", 12, 0);
        writeClass(folder(), "dog", 12, 120);
        writeClass(folder(), "emu", 12, 240);
        const auto lookAndUse = [](QWidget& dialog) {
            QTRY_VERIFY_WITH_TIMEOUT(dialog.findChild<QWidget*>("preview.use")->isEnabled(),
                                     patienceMs);
            QCOMPARE(dialog.findChild<QLabel*>("preview.fit_words")->text(),
                     QString("input 'x': 1 × 28 × 28 → 3 × 12 × 16  ·  target 'labels': 10 → 3 "
                             "classes  ·  linear 'fc': 10 → 3 outputs"));
            QTest::keyClick(&dialog, Qt::Key_Return);
        };
        const Project before = document().project();
        const DialogAnswers person({lookAndUse});
        m_fixture->window().findChild<DataActions*>()->take(folder());
        QTRY_VERIFY_WITH_TIMEOUT(person.areAllGiven(), patienceMs);
        QCOMPARE(document().project().data.format, std::string("image_folder"));
        QVERIFY(document().shapes().ok());
        QCOMPARE(document().graph().find("x")->attrs.list("shape"),
                 (std::vector<int64_t>{3, 12, 16}));
        QCOMPARE(document().graph().find("fc")->attrs.integer("out_features"), 3);
        document().undoStack().undo();
        QCOMPARE(document().project().data.format, before.data.format);
        QVERIFY(document().graph() == before.graph);
        QVERIFY(!document().undoStack().canUndo());
    }

    void theNetworkStaysWhereThatIsNotWanted() {
        writeClass(folder(), "cat", 12, 0);
        writeClass(folder(), "dog", 12, 120);
        const Graph before = document().graph();
        const DialogAnswers person({[](QWidget& dialog) {
            QTRY_VERIFY_WITH_TIMEOUT(dialog.findChild<QWidget*>("preview.use")->isEnabled(),
                                     patienceMs);
            auto* fit = dialog.findChild<QCheckBox*>("preview.fit");
            fit->setFocus();
            QTest::keyClick(fit, Qt::Key_Space);
            QTest::mouseClick(dialog.findChild<QPushButton*>("preview.use"), Qt::LeftButton);
        }});
        m_fixture->window().findChild<DataActions*>()->take(folder());
        QTRY_VERIFY_WITH_TIMEOUT(person.areAllGiven(), patienceMs);
        QVERIFY(document().graph() == before);
        QCOMPARE(document().project().data.format, std::string("image_folder"));
    }

    void everythingThatTakesTheFocusHasAName() {
        writeClass(folder(), "cat", 4, 0);
        writeClass(folder(), "dog", 4, 120);
        show();
        for (const QWidget* widget : m_preview->findChildren<QWidget*>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisible()) continue;
            const QAccessibleInterface* access =
                QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
            QVERIFY2(
                widget->focusPolicy() == Qt::NoFocus || !access->text(QAccessible::Name).isEmpty(),
                qPrintable(widget->objectName()));
        }
    }
};

QTEST_MAIN(TestDataPreview)
#include "tst_data_preview.moc"
