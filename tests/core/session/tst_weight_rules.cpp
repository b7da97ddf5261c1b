// SPDX-License-Identifier: Apache-2.0
// Rules of names. Truth: what each row says of itself.
#include <QtTest/QtTest>

#include "core/session/weight_guess.h"
#include "core/session/weight_rules.h"

using namespace vitrine;

class WeightRulesTest : public QObject {
    Q_OBJECT

  private slots:
    void renames_data() {
        QTest::addColumn<QString>("rule");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("becomes");  ///< "-": the rule does not know the name
        const auto row = [](const char* rule, const char* name, const char* becomes) {
            QTest::newRow(qPrintable(QString("%1 on %2").arg(rule, name)))
                << rule << name << becomes;
        };
        row("a.weight -> b.weight", "a.weight", "b.weight");
        row("a.weight -> b.weight", "a.weights", "-");
        row("a.* -> b.*", "a.running_mean", "b.running_mean");
        row("a.* -> b.*", "a.", "b.");
        row("*.a.* -> *_*", "x.y.a.w", "x.y_w");
        row("layer{s}.{b}.conv{c}.* -> layer{s}_{b+1}_{c}_conv.*", "layer2.0.conv1.weight",
            "layer2_1_1_conv.weight");
        row("{n}.{n} -> x{n}", "3.3", "x3");
        row("{n}.{n} -> x{n}", "3.4", "-");
        row("l{n} -> l{n-1}", "l10", "l9");
        row("l{n} -> l{n-1}", "l0", "-");
        row("l{n} -> l{n}", "l07", "-");
        row("l{n} -> l{n}", "lx", "-");
        row("*batches ->", "bn.num_batches", "");
        row("a → b", "a", "b");
    }
    void renames() {
        QFETCH(QString, rule);
        QFETCH(QString, name);
        QFETCH(QString, becomes);
        const auto rules = parseWeightRules("r", rule.toStdString());
        QVERIFY2(rules.ok(), rules ? "" : rules.error().text().c_str());
        const auto found = renamed(rules.value(), name.toStdString());
        QCOMPARE(found ? QString::fromStdString(*found) : QString("-"), becomes);
    }

    void takesTheFirstRuleThatKnowsTheName() {
        const auto rules = parseWeightRules("r", "# special\n\na.1 -> x\r\n  a.{n} -> y{n}\n");
        QVERIFY(rules.ok());
        QCOMPARE(*renamed(rules.value(), "a.1"), std::string("x"));
        QCOMPARE(*renamed(rules.value(), "a.2"), std::string("y2"));
        QVERIFY(!renamed(rules.value(), "b"));
    }

    void refuses_data() {
        QTest::addColumn<QString>("rules");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("says");
        QTest::newRow("no arrow") << "a b" << 1 << "no arrow";
        QTest::newRow("nothing in front") << "a -> b\n-> c" << 2 << "before the arrow";
        QTest::newRow("five stars") << "*a*b*c*d* -> x" << 1 << "four stars";
        QTest::newRow("more stars behind") << "a* -> *b*" << 1 << "more stars";
        QTest::newRow("another name") << "a{n} -> b{m}" << 1 << "'m' does not stand";
        QTest::newRow("open brace") << "a{n -> b" << 1 << "braces hold";
        QTest::newRow("changed in front") << "a{n+1} -> b{n}" << 1 << "behind the arrow only";
    }
    void refuses() {
        QFETCH(QString, rules);
        QFETCH(int, line);
        QFETCH(QString, says);
        const auto read = parseWeightRules("rules.txt", rules.toStdString());
        QVERIFY(!read.ok());
        QCOMPARE(read.error().code, std::string("W15"));
        QCOMPARE(read.error().place.line, line);
        const QString message = QString::fromStdString(read.error().message);
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void countsAsPeopleDo() {
        const QStringList ordered{"conv2d.kernel",    "conv2d_1.kernel", "conv2d_2.kernel",
                                  "conv2d_10.kernel", "dense.bias",      "dense.kernel",
                                  "dense_1.bias"};
        for (const QString& a : ordered)
            for (const QString& b : ordered)
                QVERIFY2(countsBefore(a.toStdString(), b.toStdString()) ==
                             (ordered.indexOf(a) < ordered.indexOf(b)),
                         qPrintable(a + " and " + b));
    }

    void tellsNormalisationsByTheirLayer() {
        using enum WeightRole;
        const std::vector<NamedRank> tensors{{"conv1.weight", 4},
                                             {"conv1.bias", 1},
                                             {"bn1.weight", 1},
                                             {"bn1.bias", 1},
                                             {"bn1.running_mean", 1},
                                             {"block1.depth_weight", 4},
                                             {"block1.depth_scale", 1},
                                             {"block1.depth_shift", 1},
                                             {"batch_normalization.beta", 1},
                                             {"batch_normalization.moving_mean", 1},
                                             {"fc.bias", 1},
                                             {"ln.bias", 1},
                                             {"ln.weight", 1}};
        QVERIFY(weightRolesOf(tensors) ==
                (std::vector{Weight, Bias, Scale, Shift, Mean, Weight, Scale, Shift, Shift, Mean,
                             Bias, Shift, Scale}));
    }

    void seesWhichNamesCount() {
        QCOMPARE(countingPattern("conv2d_12.kernel"), countingPattern("conv2d.kernel"));
        QCOMPARE(countingPattern("layer1.0.conv1.weight"),
                 countingPattern("layer3.22.conv2.weight"));
        QVERIFY(countingPattern("conv2d_1.kernel") != countingPattern("conv2d_transpose.kernel"));
        QVERIFY(countingPattern("encoder.weight") != countingPattern("decoder.weight"));
    }

    void tellsStatisticsFromWeights_data() {
        QTest::addColumn<int>("role");
        const auto row = [](const char* name, WeightRole role) {
            QTest::newRow(name) << static_cast<int>(role);
        };
        row("bn1.weight", WeightRole::Weight);
        row("block1.depth_scale", WeightRole::Weight);
        row("batch_normalization_2.gamma", WeightRole::Weight);
        row("fc.bias", WeightRole::Bias);
        row("batch_normalization.beta", WeightRole::Bias);
        row("block1.depth_shift", WeightRole::Bias);
        row("bn1.running_mean", WeightRole::Mean);
        row("block1.depth_mean", WeightRole::Mean);
        row("batch_normalization.moving_variance", WeightRole::Variance);
        row("bn1.num_batches_tracked", WeightRole::Counter);
    }
    void tellsStatisticsFromWeights() {
        QFETCH(int, role);
        QCOMPARE(static_cast<int>(weightRoleOf(QTest::currentDataTag())), role);
    }
};

QTEST_GUILESS_MAIN(WeightRulesTest)
#include "tst_weight_rules.moc"
