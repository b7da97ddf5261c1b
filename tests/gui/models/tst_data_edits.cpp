// SPDX-License-Identifier: Apache-2.0
// What edits of examples make of a project's list of changes.
#include <QtTest>

#include "gui/models/data_edits.h"
#include "tests/gui/support/made_samples.h"

namespace vitrine::gui {

namespace {

const std::vector<int64_t> firstTwo = {0, 1};

}  // namespace

class DataEditsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void anotherClassIsWrittenByName() {
        const auto list = edited({}, *m_table, firstTwo, {.label = 2});
        QCOMPARE(list, (std::vector<DataChange>{{.example = "train 0", .label = "cat"},
                                                {.example = "train 1", .label = "cat"}}));
    }

    /// Example 1 is a bee in the data.
    void theDatasOwnClassTakesAChangeBack() {
        const auto cats = edited({}, *m_table, firstTwo, {.label = 2});
        QCOMPARE(edited(cats, *m_table, firstTwo, {.label = 1}),
                 (std::vector<DataChange>{{.example = "train 0", .label = "bee"}}));
    }

    void excludingKeepsTheClass() {
        auto list = edited({}, *m_table, std::vector<int64_t>{3}, {.label = 0});
        list = edited(list, *m_table, std::vector<int64_t>{3}, {.isExcluded = true});
        QCOMPARE(
            list,
            (std::vector<DataChange>{{.example = "test 0", .label = "ape", .isExcluded = true}}));
        list = edited(list, *m_table, std::vector<int64_t>{3}, {.isExcluded = false});
        QCOMPARE(list, (std::vector<DataChange>{{.example = "test 0", .label = "ape"}}));
    }

    void othersStayAsTheyAre() {
        const std::vector<DataChange> others = {{.example = "gone", .isExcluded = true}};
        auto list = edited(others, *m_table, firstTwo, {.isExcluded = true});
        QCOMPARE(list.size(), size_t{3});
        QCOMPARE(takenBack(list, *m_table, firstTwo), others);
    }

  private:
    std::shared_ptr<const SampleTable> m_table =
        test::tableOf(test::labelledDataset({0, 1, 2}, {1}));
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::DataEditsTest)
#include "tst_data_edits.moc"
