// SPDX-License-Identifier: Apache-2.0
// Small projects from graph text.
#include "tests/gui/support/small_project.h"

#include <QTest>

#include "core/graph/graph_text.h"

namespace vitrine::test {

Project smallProject(const std::string& graph, int64_t epochs, int64_t batch) {
    Project project;
    project.name = "small";
    auto parsed = graphFromText(graph);
    if (!parsed) qFatal("%s", parsed.error().text().c_str());
    project.graph = std::move(parsed).value();
    project.data.format = "strokes";
    project.data.fields = {{"train", int64_t{512}}, {"test", int64_t{128}}};
    project.data.normalisation = {.mean = 0.13, .std = 0.31};
    project.training.epochs = epochs;
    project.training.batch = batch;
    project.training.learningRate = 0.05;
    project.training.optimizer = {"sgd", Attrs(findOptimizer("sgd")->fields)};
    project.training.schedule = {"constant", Attrs(findSchedule("constant")->fields)};
    return project;
}

QString saveInto(const QString& folder, const QString& name, const Project& project) {
    const QString file = QStringLiteral("%1/%2.vitrine").arg(folder, name);
    const auto saved = saveProject(project, file.toStdString());
    if (!saved) qFatal("%s", saved.error().text().c_str());
    return file;
}

}  // namespace vitrine::test
