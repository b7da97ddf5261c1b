// SPDX-License-Identifier: Apache-2.0
// Numbers that people read and type, under locales with another decimal sign. Truth: what an editor
// shows is read as the same number; the form of files never changes.
#include <QtTest>

#include <cmath>
#include <limits>

#include "gui/models/number_text.h"

namespace vitrine::gui {

class NumberTextTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void cleanup() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void typedNumbersTakeTheFormOfFiles_data() {
        QTest::addColumn<QLocale>("locale");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<std::string>("inFiles");
        const QLocale english(QLocale::English, QLocale::UnitedStates), german(QLocale::German),
            french(QLocale::French), arabic(QLocale::Arabic, QLocale::Egypt),
            swedish(QLocale::Swedish);
        const auto row = [](const char* name, const QLocale& locale, const char* typed,
                            const char* inFiles) {
            QTest::newRow(name) << locale << QString::fromUtf8(typed) << std::string(inFiles);
        };
        row("English point", english, " 0.05 ", "0.05");
        row("English comma is no decimal sign", english, "0,05", "0,05");
        row("German comma", german, "0,05", "0.05");
        row("German point", german, "0.05", "0.05");
        row("German exponent", german, "-1,5e-3", "-1.5e-3");
        row("German thousands stay to be refused", german, "1.000,5", "1.000,5");
        row("French comma", french, "0,05", "0.05");
        row("minus sign of print", french, "−4", "-4");
        row("Swedish minus and comma", swedish, "−4,5", "-4.5");
        row("Arabic digits", arabic, "٠٫٠٥", "0.05");
        row("words stay to be refused", german, "viel", "viel");
    }
    void typedNumbersTakeTheFormOfFiles() {
        QFETCH(QLocale, locale);
        QFETCH(QString, typed);
        QFETCH(std::string, inFiles);
        QLocale::setDefault(locale);
        QCOMPARE(typedNumber(typed), inFiles);
    }

    void editorsShowWhatIsReadAgain_data() {
        QTest::addColumn<QLocale>("locale");
        QTest::addColumn<double>("number");
        for (const auto language : {QLocale::English, QLocale::German, QLocale::French,
                                    QLocale::Arabic, QLocale::Turkish, QLocale::Swedish})
            for (const double number :
                 {0.0, -0.0, 0.05, 1e-5, -1.5e-7, 0.1 + 0.2, 1234567.25, 1e300, 5e-324, 1000.0})
                QTest::addRow("%s %g", qPrintable(QLocale::languageToString(language)), number)
                    << QLocale(language) << number;
    }
    void editorsShowWhatIsReadAgain() {
        QFETCH(QLocale, locale);
        QFETCH(double, number);
        QLocale::setDefault(locale);
        const QString shown = editText(number);
        QCOMPARE(numberFromText(shown), std::optional(number));
        QCOMPARE(typedNumber(shown), fieldText(FieldValue(number)));
        QCOMPARE(editText(FieldValue(number)), shown);
    }

    void germanReadsCommasEverywhere() {
        QLocale::setDefault(QLocale(QLocale::German));
        QCOMPARE(editText(0.05), QStringLiteral("0,05"));
        QCOMPARE(editText(0.1F), QStringLiteral("0,1"));
        QCOMPARE(editText(FieldValue(std::vector<int64_t>{5, 3})), QStringLiteral("5,3"));
        QCOMPARE(realText(-0.25), QStringLiteral("−0,25"));
        QCOMPARE(decimalText(2.5, 2), QStringLiteral("2,50"));
        QCOMPARE(percentText(0.975, 1), QStringLiteral("97,5\u202f%"));
        QCOMPARE(secondsText(1.28e-3), QStringLiteral("1,28\u202fms"));
    }

    void thousandsAreNeverGuessed() {
        QVERIFY(!numberFromText(QStringLiteral("1,234")));
        QLocale::setDefault(QLocale(QLocale::German));
        QCOMPARE(numberFromText(QStringLiteral("1,234")), std::optional(1.234));
        QCOMPARE(numberFromText(QStringLiteral("1.234")), std::optional(1.234));
        QVERIFY(!numberFromText(QStringLiteral("1.234,5")));
    }

    void whatIsNotFiniteIsSaid() {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        QCOMPARE(percentText(std::nan(""), 1), QStringLiteral("nan"));
        QCOMPARE(decimalText(-infinity, 1), QStringLiteral("−inf"));
        QCOMPARE(statisticText({.count = 4, .nonFinite = 4}, 0), QStringLiteral("—"));
        QCOMPARE(statisticText({.count = 4, .nonFinite = 3}, 0), QStringLiteral("0"));
    }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::NumberTextTest)
#include "tst_number_text.moc"
