// SPDX-License-Identifier: Apache-2.0
// Numbers of things in words.
#include <QtTest/QtTest>

#include "core/base/count_text.h"

using vitrine::countOf;

class TestCountText : public QObject {
    Q_OBJECT
  private slots:
    void countsAsEnglishDoes() {
        QCOMPARE(countOf(1, "step"), std::string("1 step"));
        QCOMPARE(countOf(0, "step"), std::string("0 steps"));
        QCOMPARE(countOf(2, "step"), std::string("2 steps"));
        QCOMPARE(countOf(size_t{1}, "class", "classes"), std::string("1 class"));
        QCOMPARE(countOf(int64_t{12000}, "entry", "entries"), std::string("12,000 entries"));
    }
};

QTEST_APPLESS_MAIN(TestCountText)
#include "tst_count_text.moc"
