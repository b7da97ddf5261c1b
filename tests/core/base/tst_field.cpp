// SPDX-License-Identifier: Apache-2.0
// Field values against a schema. Truth: what the header promises, written out by hand.
#include <QtTest/QtTest>

#include <cmath>
#include <limits>

#include "core/base/field.h"

using namespace vitrine;

namespace {

constexpr std::string_view modes[] = {"same", "valid"};
constexpr FieldSpec specs[] = {
    {.id = "channels",
     .title = "Channels",
     .defaultNumber = 8,
     .minimum = 1,
     .maximum = 65536,
     .help = "How many."},
    {.id = "kernel",
     .title = "Kernel",
     .type = FieldType::IntTuple,
     .count = 2,
     .defaultNumber = 3,
     .minimum = 1,
     .maximum = 64,
     .help = "Height and width."},
    {.id = "order",
     .title = "Order",
     .type = FieldType::IntList,
     .defaultText = "1,0",
     .minimum = 0,
     .maximum = 5,
     .help = "Axes."},
    {.id = "rate",
     .title = "Rate",
     .type = FieldType::Real,
     .defaultNumber = 0.5,
     .maximum = 1,
     .help = "A share."},
    {.id = "factor",
     .title = "Factor",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .help = "Any finite number."},
    {.id = "bias",
     .title = "Bias",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help = "Whether."},
    {.id = "mode",
     .title = "Mode",
     .type = FieldType::Choice,
     .defaultText = "same",
     .help = "One of two.",
     .choices = modes},
    {.id = "note", .title = "Note", .type = FieldType::Text, .help = "Anything."},
};

const FieldSpec& spec(const QString& id) {
    for (const FieldSpec& candidate : specs)
        if (candidate.id == id.toStdString()) return candidate;
    qFatal("no such field");
}

}  // namespace

class TestField : public QObject {
    Q_OBJECT
  private slots:
    void startsAtTheDefaults() {
        const Attrs attrs{specs};
        QCOMPARE(attrs.integer("channels"), 8);
        QCOMPARE(attrs.list("kernel"), (std::vector<int64_t>{3, 3}));
        QCOMPARE(attrs.list("order"), (std::vector<int64_t>{1, 0}));
        QCOMPARE(attrs.real("rate"), 0.5);
        QCOMPARE(attrs.flag("bias"), true);
        QCOMPARE(attrs.text("mode"), std::string("same"));
        QCOMPARE(attrs.text("note"), std::string());
        QVERIFY(attrs.has("note"));
        QVERIFY(!attrs.has("noise"));
    }

    void widensWholeNumbers() {
        Attrs attrs{specs};
        QVERIFY(attrs.set("rate", int64_t{1}).ok());
        QCOMPARE(attrs.real("rate"), 1.0);
        QVERIFY(attrs.set("kernel", int64_t{5}).ok());
        QCOMPARE(attrs.list("kernel"), (std::vector<int64_t>{5, 5}));
    }

    void comparesByValue() {
        Attrs a{specs}, b{specs};
        QVERIFY(a == b);
        b.with("factor", -3.0);
        QVERIFY(!(a == b));
    }

    void namesAnUnknownField() {
        Attrs attrs{specs};
        const Result<void> result = attrs.set("chanels", int64_t{3});
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, std::string("P11"));
        QVERIFY(result.error().message.find("'chanels' is unknown, wanted one of channels, ker") !=
                std::string::npos);
    }

    void refusesAValueAndKeepsTheOldOne() {
        Attrs attrs{specs};
        const Result<void> result = attrs.set("channels", int64_t{-1});
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, std::string("P11"));
        QCOMPARE(result.error().place.field, std::string("channels"));
        QCOMPARE(result.error().message,
                 std::string("field 'channels' is '-1', wanted a whole number from 1 to 65536"));
        QCOMPARE(attrs.integer("channels"), 8);
        QVERIFY(!attrs.set("rate", std::nan("")).ok());
        QVERIFY(!attrs.set("factor", std::numeric_limits<double>::infinity()).ok());
        QVERIFY(!attrs.set("bias", int64_t{1}).ok());
        QVERIFY(!attrs.set("kernel", std::vector<int64_t>{3, 3, 3}).ok());
    }

    void readsAndWritesText_data() {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("back");
        QTest::newRow("int") << "channels"
                             << "12"
                             << "12";
        QTest::newRow("pair") << "kernel"
                              << "5,3"
                              << "5,3";
        QTest::newRow("square") << "kernel"
                                << "5"
                                << "5,5";
        QTest::newRow("list") << "order"
                              << "0,2,1"
                              << "0,2,1";
        QTest::newRow("empty list") << "order"
                                    << ""
                                    << "";
        QTest::newRow("real") << "rate"
                              << "0.25"
                              << "0.25";
        QTest::newRow("whole real") << "factor"
                                    << "-7"
                                    << "-7";
        QTest::newRow("small real") << "factor"
                                    << "1e-05"
                                    << "1e-05";
        QTest::newRow("bool") << "bias"
                              << "false"
                              << "false";
        QTest::newRow("choice") << "mode"
                                << "valid"
                                << "valid";
        QTest::newRow("text") << "note"
                              << "hello"
                              << "hello";
    }
    void readsAndWritesText() {
        QFETCH(QString, field);
        QFETCH(QString, text);
        QFETCH(QString, back);
        const Result<FieldValue> value = fieldFromText(spec(field), text.toStdString());
        QVERIFY2(value.ok(), value.ok() ? "" : value.error().message.c_str());
        QCOMPARE(QString::fromStdString(fieldText(*value)), back);
    }

    void refusesText_data() {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("wanted");
        QTest::newRow("too many channels") << "channels"
                                           << "2147483648"
                                           << "from 1 to 65536";
        QTest::newRow("past 64 bits") << "channels"
                                      << "99999999999999999999"
                                      << "from 1 to 65536";
        QTest::newRow("half a channel") << "channels"
                                        << "1.5"
                                        << "a whole number";
        QTest::newRow("empty") << "channels"
                               << ""
                               << "a whole number";
        QTest::newRow("blank in front") << "channels"
                                        << " 3"
                                        << "a whole number";
        QTest::newRow("three for a pair") << "kernel"
                                          << "1,2,3"
                                          << "two whole numbers";
        QTest::newRow("zero in a pair") << "kernel"
                                        << "3,0"
                                        << "from 1 to 64";
        QTest::newRow("comma at the end") << "order"
                                          << "1,"
                                          << "whole numbers";
        QTest::newRow("not a number") << "factor"
                                      << "nan"
                                      << "a number";
        QTest::newRow("infinite") << "factor"
                                  << "inf"
                                  << "a number";
        QTest::newRow("past double") << "factor"
                                     << "1e400"
                                     << "a number";
        QTest::newRow("over the range") << "rate"
                                        << "1.01"
                                        << "from 0 to 1";
        QTest::newRow("bool as number") << "bias"
                                        << "1"
                                        << "true or false";
        QTest::newRow("choice") << "mode"
                                << "full"
                                << "one of same, valid";
    }
    void refusesText() {
        QFETCH(QString, field);
        QFETCH(QString, text);
        QFETCH(QString, wanted);
        const Result<FieldValue> value = fieldFromText(spec(field), text.toStdString());
        QVERIFY(!value.ok());
        const QString message = QString::fromStdString(value.error().message);
        QCOMPARE(value.error().code, std::string("P11"));
        QVERIFY2(message.contains("'" + field + "'"), qPrintable(message));
        QVERIFY2(message.contains(wanted), qPrintable(message));
    }

    void messagesHoldNoControlCharacters() {
        const Result<FieldValue> value =
            fieldFromText(spec("mode"), "a\x1b[31m\n" + std::string(500, 'b'));
        QVERIFY(!value.ok());
        QVERIFY(value.error().message.size() < 200);
        for (char c : value.error().message) QVERIFY(static_cast<unsigned char>(c) >= 0x20);
    }
};

QTEST_APPLESS_MAIN(TestField)
#include "tst_field.moc"
