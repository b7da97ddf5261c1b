// SPDX-License-Identifier: Apache-2.0
// The cheapest choice of two kinds. Truth: all of them, one after the other.
#include "core/exec/min_cut.h"

#include <QtTest/QtTest>

#include <limits>

#include "core/base/rng.h"

using namespace vitrine;

namespace {

struct Cost {
    int a, b;  ///< nodes; 0 and 1 are source and sink
    double cost;
};

/// What a choice costs; bit k says that node k + 2 is on the source's side.
double costOf(const std::vector<Cost>& costs, unsigned choice) {
    const auto isSource = [&](int node) {
        return node == 0 || (node > 1 && (choice >> (node - 2) & 1U) != 0);
    };
    double sum = 0;
    for (const Cost& cost : costs)
        if (isSource(cost.a) && !isSource(cost.b)) sum += cost.cost;
    return sum;
}

double cheapest(const std::vector<Cost>& costs, int nodes) {
    double best = std::numeric_limits<double>::infinity();
    for (unsigned choice = 0; choice < 1U << nodes; ++choice)
        best = std::min(best, costOf(costs, choice));
    return best;
}

}  // namespace

class MinCutTest : public QObject {
    Q_OBJECT

  private slots:
    void costsAsLittleAsAnyChoice_data() {
        QTest::addColumn<int>("nodes");
        QTest::addColumn<int>("costs");
        QTest::newRow("none") << 0 << 0;
        QTest::newRow("few") << 3 << 5;
        QTest::newRow("sparse") << 10 << 16;
        QTest::newRow("dense") << 9 << 60;
    }
    void costsAsLittleAsAnyChoice() {
        QFETCH(int, nodes);
        QFETCH(int, costs);
        for (uint64_t seed = 1; seed <= 40; ++seed) {
            Rng rng(seed, RngStream::Test);
            MinCut network;
            for (int k = 0; k < nodes; ++k) QCOMPARE(network.addNode(), k + 2);
            std::vector<Cost> list;
            for (int k = 0; k < costs; ++k) {
                const auto end = static_cast<uint64_t>(nodes) + 2;
                const Cost cost{static_cast<int>(rng.below(end)), static_cast<int>(rng.below(end)),
                                static_cast<double>(rng.below(20))};
                list.push_back(cost);
                network.addCost(cost.a, cost.b, cost.cost);
            }
            const std::vector<char> cut = network.cut();
            QVERIFY(cut[0] && !cut[1]);
            unsigned choice = 0;
            for (int k = 0; k < nodes; ++k)
                if (cut[static_cast<size_t>(k) + 2]) choice |= 1U << k;
            QCOMPARE(costOf(list, choice), cheapest(list, nodes));
        }
    }

    /// So that nothing is laid out otherwise for no gain.
    void staysWithTheSinkWhereNothingIsGained() {
        MinCut network;
        const int a = network.addNode(), b = network.addNode();
        network.addCost(a, b, 3);
        network.addCost(b, a, 3);
        QCOMPARE(network.cut(), (std::vector<char>{1, 0, 0, 0}));
    }
};

QTEST_APPLESS_MAIN(MinCutTest)
#include "tst_min_cut.moc"
