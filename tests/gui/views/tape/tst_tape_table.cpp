// SPDX-License-Identifier: Apache-2.0
// The table of the tape under mouse and keys.
#include "gui/views/tape/tape_table.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QtTest>

#include "gui/theme/theme.h"
#include "gui/views/tape/tape_delegate.h"
#include "tests/gui/support/made_tapes.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestTapeTable : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void clickChoosesTheEntry();
    void chooseIsOfTheTapeWhateverTheFilter();
    void gutterTogglesAndDoesNotSelect();
    void showingTellsNobody();
    void filteringTellsNobody();
    void doubleClickOpens();
    void arrowKeysChoose();
    void columnsComeBackAsTheyWere();
    void currentEntryIsBroughtIntoSight();
    void aClickOnWhatIsSelectedChoosesAgain();
    void onlyArrowKeysGoSideways();
    void numbersAreWholeOrNotThere();
    void whatPreparesIsOpenedAndFolded();

  private:
    QPoint cellOf(int entry, int column = TapeModel::Operator) const;

    Theme m_theme{ThemeKind::Dark};
    std::shared_ptr<const Tape> m_tape = tapeOfProject("digits_lenet");
    std::unique_ptr<TapeModel> m_model;
    std::unique_ptr<TapeTable> m_table;
};

void TestTapeTable::init() {
    m_table.reset();
    m_model = std::make_unique<TapeModel>();
    m_table = std::make_unique<TapeTable>(*m_model, m_theme);
    m_model->setTape(m_tape);
    m_table->resize(1000, 300);
    m_table->show();
}

/// Rows stand in the order of the tape.
QPoint TestTapeTable::cellOf(int entry, int column) const {
    return m_table->visualRect(m_table->model()->index(entry, column)).center();
}

void TestTapeTable::clickChoosesTheEntry() {
    QSignalSpy chosen(m_table.get(), &TapeTable::entryChosen);
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(4));
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen[0][0].toInt(), 4);
}

void TestTapeTable::chooseIsOfTheTapeWhateverTheFilter() {
    m_table->setFilter(TapeFilter::fromText(QStringLiteral("phase:backward")));
    QSignalSpy chosen(m_table.get(), &TapeTable::entryChosen);
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(2));
    const int entry = chosen[0][0].toInt();
    QVERIFY(m_tape->entries[static_cast<size_t>(entry)].instr.phase == Phase::Backward);
    QCOMPARE(m_table->selectedEntries(), std::vector<int>{entry});
}

void TestTapeTable::gutterTogglesAndDoesNotSelect() {
    QSignalSpy gutter(m_table.get(), &TapeTable::gutterClicked);
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(3, TapeModel::Mark));
    QCOMPARE(gutter.count(), 1);
    QCOMPARE(gutter[0][0].toInt(), 3);
    QVERIFY(m_table->selectedEntries().empty());
}

void TestTapeTable::showingTellsNobody() {
    QSignalSpy chosen(m_table.get(), &TapeTable::entryChosen);
    m_table->showSelected({30, 31});
    QCOMPARE(m_table->selectedEntries(), (std::vector<int>{30, 31}));
    QCOMPARE(chosen.count(), 0);
    QVERIFY(m_table->viewport()->rect().contains(cellOf(30)));
}

void TestTapeTable::filteringTellsNobody() {
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(1));
    QSignalSpy chosen(m_table.get(), &TapeTable::entryChosen);
    m_table->setFilter(TapeFilter::fromText(QStringLiteral("phase:update")));
    QCOMPARE(chosen.count(), 0);
    QCOMPARE(m_table->entriesShown(), 10);
}

void TestTapeTable::doubleClickOpens() {
    QSignalSpy opened(m_table.get(), &TapeTable::entryOpened);
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(4));
    QTest::mouseDClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(4));
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened[0][0].toInt(), 4);
}

void TestTapeTable::arrowKeysChoose() {
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(4));
    QSignalSpy chosen(m_table.get(), &TapeTable::entryChosen);
    QTest::keyClick(m_table.get(), Qt::Key_Down);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen[0][0].toInt(), 5);
}

void TestTapeTable::columnsComeBackAsTheyWere() {
    m_table->setColumnHidden(TapeModel::Strides, true);
    m_table->setColumnWidth(TapeModel::Nodes, 211);
    const QByteArray state = m_table->columnState();
    TapeModel model;
    TapeTable other(model, m_theme);
    other.setColumnState(state);
    model.setTape(m_tape);
    QVERIFY(other.isColumnHidden(TapeModel::Strides));
    QCOMPARE(other.columnWidth(TapeModel::Nodes), 211);
    QVERIFY(!other.isColumnHidden(TapeModel::Operator));
}

void TestTapeTable::currentEntryIsBroughtIntoSight() {
    m_table->horizontalScrollBar()->setValue(60);
    m_table->reveal(38);
    QVERIFY(m_table->viewport()->rect().contains(QPoint(10, cellOf(38).y())));
    QCOMPARE(m_table->horizontalScrollBar()->value(), 60);
}

void TestTapeTable::aClickOnWhatIsSelectedChoosesAgain() {
    QSignalSpy chosen(m_table.get(), &TapeTable::entryChosen);
    m_table->showSelected({4});
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(4));
    QCOMPARE(chosen.count(), 1);
    m_table->showSelected({1, 4});
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(4));
    QCOMPARE(chosen.count(), 2);
    QCOMPARE(m_table->selectedEntries(), std::vector<int>{4});
}

void TestTapeTable::onlyArrowKeysGoSideways() {
    m_table->resize(400, 300);
    QScrollBar* across = m_table->horizontalScrollBar();
    QVERIFY(across->maximum() > 200);
    m_table->showSelected({20});
    m_table->showSelected({2});
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {},
                      m_table->visualRect(m_table->model()->index(3, TapeModel::Nodes)).center());
    QCOMPARE(across->value(), 0);
    m_table->setFocus();
    for (int i = 0; i < TapeModel::columns; ++i) QTest::keyClick(m_table.get(), Qt::Key_Right);
    QVERIFY(across->value() > 0);
    // Where the run stands is seen with its number and its arrow.
    m_table->revealArrow(30);
    QVERIFY(m_table->viewport()->rect().contains(cellOf(30, TapeModel::Mark)));
    QVERIFY(m_table->viewport()->rect().contains(cellOf(30, TapeModel::Number)));
}

void TestTapeTable::numbersAreWholeOrNotThere() {
    struct Cell : TapeDelegate {
        using TapeDelegate::initStyleOption;
        using TapeDelegate::TapeDelegate;
    };
    const Cell cell(m_theme, nullptr);
    const auto textIn = [&](int column, int width) {
        QStyleOptionViewItem option;
        option.rect = {0, 0, width, 20};
        option.font = m_table->font();
        option.fontMetrics = m_table->fontMetrics();
        cell.initStyleOption(&option, m_model->index(0, column));
        return option.text;
    };
    QCOMPARE(textIn(TapeModel::Bytes, 300), m_model->index(0, TapeModel::Bytes).data().toString());
    QCOMPARE(textIn(TapeModel::Bytes, 12), QString());
    QVERIFY(!textIn(TapeModel::Operator, 12).isEmpty());  // words may be cut
    // Columns have the room that their numbers need.
    for (const int column : {TapeModel::Number, TapeModel::Bytes, TapeModel::Flops})
        for (int row = 0; row < m_model->rowCount(); ++row) {
            const QString number = m_model->index(row, column).data().toString();
            const int width = m_table->fontMetrics().horizontalAdvance(number);
            QVERIFY2(width + 2 * space < m_table->columnWidth(column), qPrintable(number));
        }
}

void TestTapeTable::whatPreparesIsOpenedAndFolded() {
    auto tape = std::make_shared<Tape>(*m_tape);
    for (size_t entry = 0; entry < 6; ++entry) tape->entries[entry].once = true;
    m_model->setTape(tape);
    const int all = m_model->rowCount();
    const auto rows = [this] { return m_table->model()->rowCount(); };
    QCOMPARE(rows(), all - 5);
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(0));
    QCOMPARE(m_table->selectedEntries(), (std::vector<int>{0, 1, 2, 3, 4, 5}));
    QTest::keyClick(m_table.get(), Qt::Key_Right);
    QCOMPARE(rows(), all);
    QTest::keyClick(m_table.get(), Qt::Key_Down);
    QTest::keyClick(m_table.get(), Qt::Key_Left);
    QCOMPARE(rows(), all - 5);
    QCOMPARE(m_table->entryAtCursor(), 0);
    QSignalSpy opened(m_table.get(), &TapeTable::entryOpened);
    QTest::mouseDClick(m_table->viewport(), Qt::LeftButton, {}, cellOf(0));
    QCOMPARE(rows(), all);
    QCOMPARE(opened.count(), 0);
    // What is shown from elsewhere stands in the row that stands for it.
    QTest::keyClick(m_table.get(), Qt::Key_Left);
    m_table->showSelected({4});
    QCOMPARE(m_table->selectedEntries().front(), 0);
}

QTEST_MAIN(TestTapeTable)
#include "tst_tape_table.moc"
