// SPDX-License-Identifier: Apache-2.0
// Which names a group's patterns fit. Truth: by hand.
#include <QtTest>

#include "core/optim/parameter_groups.h"

using namespace vitrine;

class ParameterGroupsTest : public QObject {
    Q_OBJECT

  private slots:
    void patterns_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("fits");
        const auto row = [](const char* pattern, const char* name, bool fits) {
            QTest::addRow("%s / %s", pattern, name) << pattern << name << fits;
        };
        row("*.bias", "fc1.bias", true);
        row("*.bias", "fc1.biases", false);
        row("*.bias", ".bias", true);
        row("fc?.weight", "fc1.weight", true);
        row("fc?.weight", "fc12.weight", false);
        row("fc*", "fc12.weight", true);
        row("*a*a*b", "aaab", true);
        row("*a*a*b", "aab", true);
        row("*a*a*b", "ab", false);
        row(" bn1.* , *.bias ", "bn1.gamma", true);
        row(" bn1.* , *.bias ", "c1.bias", true);
        row(" bn1.* , *.bias ", "c1.weight", false);
        row("**", "anything", true);
        row("c1.weight", "c1.weight", true);
        row("", "c1.weight", false);
    }
    void patterns() {
        QFETCH(QString, pattern);
        QFETCH(QString, name);
        QFETCH(bool, fits);
        Attrs group(groupFields);
        group.with("parameters", pattern.toStdString());
        QCOMPARE(isInGroup(group, name.toStdString()), fits);
        QCOMPARE(checkGroup(group).ok(), !pattern.isEmpty());
    }
};

QTEST_GUILESS_MAIN(ParameterGroupsTest)
#include "tst_parameter_groups.moc"
