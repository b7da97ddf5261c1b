// SPDX-License-Identifier: Apache-2.0
// Tables in memory, from their first lines to their numbers. Truth: what stands there, and for
// damaged text the promises of the headers.
#include <QtTest/QtTest>

#include "core/data/tables/table_fields.h"
#include "core/data/tables/table_reader.h"
#include "core/data/tables/table_roles.h"
#include "core/data/tables/table_style.h"
#include "tests/support/data_format.h"
#include "tests/support/mutator.h"

using namespace vitrine;

namespace {

Result<TableContent> read(const std::string& text, const Attrs& attrs, TableOptions options = {}) {
    const auto style = styleOf("t.csv", text, attrs);
    if (!style) return style.error();
    const auto roles = rolesOf("t.csv", text, *style, attrs);
    if (!roles) return roles.error();
    options.targetsAreText = roles->targetsAreText;
    return readTable("t.csv", text, *style, *roles, options);
}

}  // namespace

class TableReaderTest : public QObject {
    Q_OBJECT

  private slots:
    void tellsHowItIsWritten_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("told");
        QTest::newRow("commas") << QByteArray("a,b\n1.5,2\n")
                                << "',' between cells, decimal points, names in the first line";
        QTest::newRow("semicolons") << QByteArray("1,5;2\n3,5;4\n")
                                    << "';' between cells, decimal commas, no line of names";
        QTest::newRow("decimal commas everywhere")
            << QByteArray("1,5;2,5\n3,5;4,5\n")
            << "';' between cells, decimal commas, no line of names";
        QTest::newRow("commas inside") << QByteArray("\"a, b\";c\n\"d, e\";f\n")
                                       << "';' between cells, decimal points, no line of names";
        QTest::newRow("blanks") << QByteArray("1 2 3\n4 5 6\n")
                                << "blanks between cells, decimal points, no line of names";
    }
    void tellsHowItIsWritten() {
        QFETCH(QByteArray, text);
        QFETCH(QString, told);
        const std::string table = text.toStdString();
        const auto style = styleOf("t.csv", table, Attrs(tableFields));
        QVERIFY2(style.ok(), qPrintable(test::problemOf(style)));
        QCOMPARE(QString::fromStdString(style->text()), told);
    }

    void bytesBecomeFloatsWhereTheyMust() {
        const auto bytes = read("1,2,x\n3,255,y\n", Attrs(tableFields));
        QVERIFY(bytes->inputs.areBytes());
        QCOMPARE(bytes->inputs.size(), size_t{4});
        auto floats = read("1,2,x\n3,256,y\n", Attrs(tableFields));
        QVERIFY(!floats->inputs.areBytes());
        QCOMPARE(floats->inputs.floats(), (std::vector<float>{1, 2, 3, 256}));
        QCOMPARE(floats->words, (std::vector<std::string>{"x", "y"}));
    }

    void stops() {
        std::stop_source source;
        source.request_stop();
        const auto stopped = read("1,2\n3,4\n", Attrs(tableFields), {.stop = source.get_token()});
        QCOMPARE(stopped.error().code, std::string(stoppedCode));
    }

    void tellsHowFarItIs() {
        std::string text;
        for (int i = 0; i < 5000; ++i) text += "1,2\n";
        std::vector<double> shares;
        const auto table = read(text, Attrs(tableFields),
                                {.progress = [&](double share) { shares.push_back(share); }});
        QCOMPARE(table->rows, int64_t{5000});
        QVERIFY(shares.size() >= 4 && std::ranges::is_sorted(shares));
        QVERIFY(shares.front() >= 0 && shares.back() <= 1);
    }

    void survivesDamage() {
        test::Mutator mutator({"a,b,label\n1,2,x\n3,4,y\n", "1;2,5\n3;4,5\n", "1\t2\r\n3\t4\r\n",
                               "id,\"x \"\"y\"\"\",class\n7,1e3,0\n8,-2.5,1\n"});
        const Attrs attrs(tableFields);
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const std::string text = mutator.next();
            const auto table = read(text, attrs, {.skipsBadRows = i % 2 == 0});
            if (!table) {
                QVERIFY(table.error().code.starts_with('V') || table.error().code == "G04");
                continue;
            }
            accepted += table->rows > 0;
            if (table->rows == 0) continue;
            QCOMPARE(std::ssize(table->targets) % table->rows, std::ptrdiff_t{0});
            QCOMPARE(static_cast<int64_t>(table->inputs.size()) % table->rows, int64_t{0});
        }
        QVERIFY(accepted > 1000);
    }
};

QTEST_APPLESS_MAIN(TableReaderTest)
#include "tst_table_reader.moc"
