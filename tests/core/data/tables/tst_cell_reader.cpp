// SPDX-License-Identifier: Apache-2.0
// Cells of tables, and the numbers in them. Truth: RFC 4180; for damaged text the promises of the
// header.
#include <QtTest/QtTest>

#include "core/data/tables/cell_number.h"
#include "core/data/tables/cell_reader.h"
#include "tests/support/mutator.h"

using namespace vitrine;

namespace {

/// Rows as `[a][b]`, one behind the other with `/`; or `CODE: message`.
QString rowsOf(const std::string& text, char separator = ',') {
    CellReader reader("t.csv", text, separator);
    std::string out;
    for (;;) {
        const auto more = reader.next();
        if (!more) return QString::fromStdString(more.error().code + ": " + more.error().message);
        if (!*more) return QString::fromStdString(out);
        if (!out.empty()) out += '/';
        for (const std::string_view cell : reader.cells()) out += fmt::format("[{}]", cell);
    }
}

}  // namespace

class CellReaderTest : public QObject {
    Q_OBJECT

  private slots:
    void readsCells_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("rows");
        const auto row = [](const char* name, const std::string& text, const char* rows) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << rows;
        };
        row("plain", "a,b\nc,d\n", "[a][b]/[c][d]");
        row("no last line end", "a,b\nc,d", "[a][b]/[c][d]");
        row("Windows", "a,b\r\nc,d\r\n", "[a][b]/[c][d]");
        row("old Macintosh", "a,b\rc,d\r", "[a][b]/[c][d]");
        row("empty lines", "\n\na,b\n\n\nc,d\n\n", "[a][b]/[c][d]");
        row("empty cells", ",a,\n,,\n", "[][a][]/[][][]");
        row("blanks stay", " a , b", "[ a ][ b]");
        row("quotes", "\"a,b\",\"c\"\"d\",\"\"", "[a,b][c\"d][]");
        row("lines in quotes", "\"a\nb\",c\n\"d\r\ne\",f", "[a\nb][c]/[d\r\ne][f]");
        row("quote inside", "a\"b,c", "[a\"b][c]");
        row("many doubled quotes", "\"\"\"\",\"\"\"\"\"\",\"\"\"a\",\"\"\"\"\"\"\"\"",
            "[\"][\"\"][\"a][\"\"\"]");
        row("nothing", "", "");
        row("quote not closed", "a,b\nc,\"d\ne,f\n",
            "V06: t.csv: line 2 has a quote that is never closed");
        row("text behind a quote", "a,b\n\"c\"d,e\n",
            "V06: t.csv: line 2 has text behind a closing quote: d,e\\n");
        row("NUL", {"a,b\nc\0,d\n", 9}, "V11: t.csv: line 2 has a NUL byte, which no text has");
        row("NUL in quotes", {"\"a\n\0\"", 5},
            "V11: t.csv: line 2 has a NUL byte, which no text has");
    }
    void readsCells() {
        QFETCH(QByteArray, text);
        QFETCH(QString, rows);
        QCOMPARE(rowsOf(text.toStdString()), rows);
    }

    void tellsOfEndlessLines() {
        QCOMPARE(rowsOf(std::string(CellReader::longestRow + 2, 'x')),
                 QString("V08: t.csv: line 1 is longer than 67 MB"));
        QCOMPARE(rowsOf("a\n" + std::string(CellReader::mostCells + 1, ',')),
                 QString("V09: t.csv: line 2 has more than 1,048,576 cells"));
        const std::string row(100'000, ',');
        CellReader reader("t.csv", row, ',');
        QVERIFY(reader.next().ok());
        QCOMPARE(reader.cells().size(), size_t{100'001});
    }

    void countsLines() {
        const std::string text = "a\r\n\r\n\"b\nb\"\rc\n";
        CellReader reader("t.csv", text, ',');
        for (const int64_t line : {1, 3, 5}) {
            QVERIFY(*reader.next());
            QCOMPARE(reader.line(), line);
        }
        QVERIFY(!*reader.next());
    }

    void readsNumbers_data() {
        QTest::addColumn<QString>("cell");
        QTest::addColumn<bool>("hasComma");
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("number");
        const auto row = [](const char* cell, bool hasComma, CellKind kind, double number = 0) {
            QTest::addRow("%s%s", cell, hasComma ? " with commas" : "")
                << cell << hasComma << static_cast<int>(kind) << number;
        };
        row("0", false, CellKind::Number);
        row("255", false, CellKind::Number, 255);
        row("123456789012", false, CellKind::Number, 123456789012.0);
        row("-1.5e-3", false, CellKind::Number, -0.0015);
        row(" +2 ", false, CellKind::Number, 2);
        row(".5", false, CellKind::Number, 0.5);
        row("1,5", true, CellKind::Number, 1.5);
        row("-1,5e2", true, CellKind::Number, -150);
        row("1,5", false, CellKind::Text);
        row("1.5", true, CellKind::Text);
        row("1.234,5", true, CellKind::Text);
        row("", false, CellKind::Empty);
        row(" \t ", true, CellKind::Empty);
        row("nan", false, CellKind::NoNumber);
        row("-inf", false, CellKind::NoNumber);
        row("1e999", false, CellKind::NoNumber);
        row("0x10", false, CellKind::Text);
        row("1 000", false, CellKind::Text);
        row("+-1", false, CellKind::Text);
        row("=1+1", false, CellKind::Text);
        row("setosa", false, CellKind::Text);
    }
    void readsNumbers() {
        QFETCH(QString, cell);
        QFETCH(bool, hasComma);
        QFETCH(int, kind);
        QFETCH(double, number);
        const CellNumber read = numberIn(cell.toStdString(), hasComma ? ',' : '.');
        QCOMPARE(static_cast<int>(read.kind), kind);
        if (read.kind == CellKind::Number) QCOMPARE(read.value, number);
    }

    /// Random tables against what Python's csv reads (make_tables.py): 8 that are committed, or
    /// those of the folder VITRINE_CSV_FILES.
    void readsWhatPythonReads() {
        const QDir folder(qEnvironmentVariable("VITRINE_CSV_FILES",
                                               VITRINE_SOURCE_DIR "/tests/core/data/tables/files"));
        const QStringList files = folder.entryList({"*.csv"}, QDir::Files, QDir::Name);
        QVERIFY(files.size() >= 8);
        for (const QString& name : files) {
            QFile file(folder.filePath(name)),
                expected(folder.filePath(QFileInfo(name).completeBaseName() + ".cells"));
            QVERIFY(file.open(QFile::ReadOnly) && expected.open(QFile::ReadOnly));
            const std::string text = file.readAll().toStdString();
            const int code = QFileInfo(name).completeBaseName().section('_', 1).toInt();
            CellReader reader("t.csv", text, static_cast<char>(code));
            QByteArray cells;
            const auto add = [&](size_t number) {
                for (int shift = 0; shift < 32; shift += 8)
                    cells += static_cast<char>(number >> shift);
            };
            for (;;) {
                const auto more = reader.next();
                QVERIFY2(more.ok(), more.ok() ? "" : more.error().message.c_str());
                if (!*more) break;
                add(reader.cells().size());
                for (const std::string_view cell : reader.cells()) {
                    add(cell.size());
                    cells.append(cell.data(), std::ssize(cell));
                }
            }
            QVERIFY2(cells == expected.readAll(), qPrintable(name));
        }
    }

    void survivesDamage() {
        test::Mutator mutator({"a,b\n1,2\n", "\"a,b\",\"c\"\"d\"\r\n1.5,\"\"\r\n", "x;y\r1,5;2\r",
                               "label,1x1\n5,255\n0,0\n"});
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const std::string text = mutator.next();
            CellReader reader("t", text, i % 2 ? ',' : ';');
            size_t place = 0;
            for (;;) {
                const auto more = reader.next();
                if (!more) {
                    QVERIFY(more.error().code.starts_with('V'));
                    break;
                }
                accepted += !*more;
                if (!*more) break;
                QVERIFY(reader.place() > place);
                place = reader.place();
                for (const std::string_view cell : reader.cells()) {
                    numberIn(cell, '.');
                    numberIn(cell, ',');
                }
            }
        }
        QVERIFY(accepted > 1000);
    }
};

QTEST_APPLESS_MAIN(CellReaderTest)
#include "tst_cell_reader.moc"
