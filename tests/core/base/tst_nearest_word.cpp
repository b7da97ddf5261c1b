// SPDX-License-Identifier: Apache-2.0
// "Did you mean": which word is near enough. Truth: edit distances counted by hand.
#include <QtTest/QtTest>

#include "core/base/nearest_word.h"

using namespace vitrine;

class TestNearestWord : public QObject {
    Q_OBJECT

  private slots:
    void findsTheNearestWord_data();
    void findsTheNearestWord();
    void makesASentencePart();
};

void TestNearestWord::findsTheNearestWord_data() {
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("expected");
    QTest::newRow("one letter missing") << "paddin"
                                        << "padding";
    QTest::newRow("one letter too many") << "strride"
                                         << "stride";
    QTest::newRow("two letters exchanged") << "krenel"
                                           << "kernel";
    QTest::newRow("the word itself") << "groups"
                                     << "groups";
    QTest::newRow("a third of the letters") << "strxxe"
                                            << "stride";
    QTest::newRow("more than a third") << "strxxx"
                                       << "";
    QTest::newRow("nothing like it") << "learning_rate"
                                     << "";
    QTest::newRow("empty") << ""
                           << "";
    QTest::newRow("very long") << QString(100'000, 'a') << "";
}

void TestNearestWord::findsTheNearestWord() {
    QFETCH(QString, word);
    QFETCH(QString, expected);
    constexpr std::string_view known[] = {"kernel", "stride", "padding", "groups"};
    const std::string typed = word.toStdString();
    QCOMPARE(QString::fromStdString(std::string(nearestWord(typed, known))), expected);
}

void TestNearestWord::makesASentencePart() {
    constexpr std::string_view known[] = {"kernel", "stride"};
    QCOMPARE(didYouMean("kernal", known), std::string(", did you mean 'kernel'?"));
    QCOMPARE(didYouMean("zebra", known), std::string());
    QCOMPARE(onlyThese(known), std::string(", only 'kernel', 'stride'"));
    QCOMPARE(onlyThese({}), std::string(", nor any other"));
}

QTEST_APPLESS_MAIN(TestNearestWord)
#include "tst_nearest_word.moc"
