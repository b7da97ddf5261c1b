// SPDX-License-Identifier: Apache-2.0
// Activations that are worked out after a run: one record for each node that is computed, with the
// numbers of the forward pass, and none for what no output needs.
#include "core/session/layer_activations.h"

#include <QtTest/QtTest>
#include <set>

#include "core/graph/graph_text.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

Project projectOf(const std::string& text) {
    Project project;
    project.graph = std::move(graphFromText(text)).value();
    project.training.batch = 16;
    return project;
}

std::set<std::string> namesIn(const Project& project, const std::vector<HistogramRecord>& records) {
    std::set<std::string> names;
    for (const HistogramRecord& record : records)
        names.insert(project.graph.nodes()[static_cast<size_t>(record.subject)].id);
    return names;
}

}  // namespace

class LayerActivationsTest : public QObject {
    Q_OBJECT

  private slots:
    void whatNoOutputNeedsHasNone() {
        const Dataset data = test::barDataset(40, 20);
        const Project project = projectOf(
            "x[1,12,12] -> conv2d(out_channels=4) as c -> flatten as f -> linear(out_features=10) "
            "as l\n"
            "l -> cross_entropy(labels)\n"
            "c -> relu as side");
        const auto records = layerActivations(project, {}, data, 1);
        QVERIFY2(records.ok(), records.ok() ? "" : records.error().text().c_str());
        QCOMPARE(namesIn(project, *records), (std::set<std::string>{"x", "c", "f", "l"}));
        for (const HistogramRecord& record : *records) QVERIFY(record.statistics.count > 0);
    }
};

QTEST_APPLESS_MAIN(LayerActivationsTest)
#include "tst_layer_activations.moc"
