// SPDX-License-Identifier: Apache-2.0
// A person with a decimal comma types numbers into the window. Truth: what was meant stands in the
// project, files hold "." whatever the locale, and what is shown again is what was typed.
#include <QLineEdit>
#include <QtTest>

#include "gui/models/course_table.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"

namespace vitrine::gui {

class TypedNumbersTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale(QLocale::German)); }
    void cleanup() { QLocale::setDefault(QLocale::c()); }

    void commaIsADecimalSign_data() {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QByteArray>("inFile");
        const auto row = [](const char* field, const char* typed, const char* shown,
                            const char* inFile) {
            QTest::addRow("%s %s", field, typed)
                << QString(field) << QString(typed) << QString(shown) << QByteArray(inFile);
        };
        row("train.rate", "0,05", "0,05", "\"lr\": 0.05");
        row("train.rate", "0.05", "0,05", "\"lr\": 0.05");
        row("properties.rate", "0,0125", "0,0125", "\"lr\": 0.0125");
        row("properties.clip", "2,5", "2,5", "\"clip_norm\": 2.5");
        row("properties.mean", "0,1307", "0,1307", "\"mean\": 0.1307");
        row("properties.std", "0,31; 0,25; 1", "0,31; 0,25; 1", "\"std\": [0.31, 0.25, 1.0]");
        row("properties.std", "0.31, 0.25", "0,31; 0,25", "\"std\": [0.31, 0.25]");
        row("properties.optimizer.momentum", "0,75", "0,75", "\"momentum\": 0.75");
    }
    void commaIsADecimalSign() {
        QFETCH(QString, field);
        QFETCH(QString, typed);
        QFETCH(QString, shown);
        QFETCH(QByteArray, inFile);
        test::WindowFixture fixture;
        fixture.show();
        const QString path = test::saveInto(fixture.folder(), QStringLiteral("small"),
                                            test::smallProject(test::smallNetwork));
        QVERIFY(fixture.window().open(path));
        auto* editor = fixture.find<QLineEdit>(field.toLatin1().constData());
        editor->selectAll();
        QTest::keyClicks(editor, typed);
        QTest::keyClick(editor, Qt::Key_Return);
        editor = fixture.find<QLineEdit>(field.toLatin1().constData());
        QCOMPARE(editor->text(), shown);
        QVERIFY(!editor->property("refused").toBool());
        fixture.trigger("file.save");
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY2(text.contains(inFile), text.constData());
    }

    void returnGivesTheKeysBackToTheCanvas() {
        test::WindowFixture fixture;
        fixture.show();
        QVERIFY(fixture.window().open(test::saveInto(fixture.folder(), QStringLiteral("small"),
                                                     test::smallProject(test::smallNetwork))));
        auto* canvas = fixture.find<QWidget>("canvasView");
        fixture.bench().selection.selectNodes({"conv1"});
        auto* editor = fixture.find<QLineEdit>("properties.field.out_channels");
        const auto type = [&](const char* text, Qt::Key key) {
            editor->setFocus();
            editor->selectAll();
            QTest::keyClicks(editor, text);
            QTest::keyClick(editor, key);
        };
        type("6", Qt::Key_Return);
        QVERIFY(canvas->hasFocus());
        type("x", Qt::Key_Return);  // to be mended
        QVERIFY(editor->hasFocus());
        type("7", Qt::Key_Tab);
        QVERIFY(!editor->hasFocus() && !canvas->hasFocus());
        QCOMPARE(fixture.bench().document.graph().find("conv1")->attrs.integer("out_channels"),
                 int64_t{7});
    }

    void thousandsAreRefused() {
        test::WindowFixture fixture;
        fixture.show();
        const QString path = test::saveInto(fixture.folder(), QStringLiteral("small"),
                                            test::smallProject(test::smallNetwork));
        QVERIFY(fixture.window().open(path));
        auto* editor = fixture.find<QLineEdit>("train.rate");
        editor->setFocus(Qt::MouseFocusReason);
        const double before = fixture.bench().document.project().training.learningRate;
        editor->selectAll();
        QTest::keyClicks(editor, QStringLiteral("1.000,5"));
        QTest::keyClick(editor, Qt::Key_Return);
        QVERIFY(editor->property("refused").toBool());
        QCOMPARE(fixture.bench().document.project().training.learningRate, before);
    }

    void exportedTablesHavePoints() {
        RunCourse course;
        course.add(StepRecord{.step = 1, .loss = 2.5, .learningRate = 0.05, .gradNorm = 1234.5});
        const QByteArray csv = CourseTable::csvOf(course);
        QCOMPARE(csv.split('\n')[1].left(7), QByteArray("1,2.5,,"));
        QVERIFY(csv.contains(",1234.5"));
    }

    void accuracyOfNoLossIsNoAccuracy() {
        RunCourse course({.losses = {}, .metrics = {"accuracy"}});
        RunEvent epoch{.kind = EventKind::EpochDone, .step = 9, .epoch = 1};
        epoch.testLoss = std::numeric_limits<double>::quiet_NaN();
        epoch.metricCount = 1;
        epoch.metrics[0] = 0.15;
        course.add(epoch);
        const auto accuracy = course.line(CourseGroup::Metrics, 0).valueAt(9);
        QVERIFY(accuracy && std::isnan(*accuracy));
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TypedNumbersTest)
#include "tst_typed_numbers.moc"
