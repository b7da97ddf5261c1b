// SPDX-License-Identifier: Apache-2.0
// Asks one part after the other: data, settings, network.
#include "core/session/setup_check.h"

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/data/transform.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/io/settings.h"
#include "core/session/data_check.h"
#include "core/session/setup_findings.h"
#include "core/train/channels.h"

namespace vitrine {

namespace {

void checkSplits(const TrainingSettings& training, const DataFacts& data, SetupFindings& findings) {
    if (data.trainCount == 0)
        findings.refuse("U17", placeOf("train"), "the data have no training images",
                        "Choose data with a training part.");
    else if (data.trainCount > 0)
        if (const auto fits = checkBatchFits(training.batch, data.trainCount); !fits)
            findings.refuse(fits.error());
    if (data.testCount == 0)
        findings.warn("U17", placeOf("test"),
                      "the data have no test images: test loss and metrics are not measured",
                      "Choose data with a test part, to see more than how well images are learnt "
                      "by heart.");
}

/// Pixels are numbers from 0 to 1 when the mean is taken off them: their mean lies there too, and
/// they lie within 1 of it.
void checkNormalisation(const Normalisation& normalisation, SetupFindings& findings) {
    const char* next = "Divide mean and std by 255 where they were measured on bytes.";
    const auto isAny = [](const PerChannel& numbers, auto isWrong) {
        return std::ranges::any_of(numbers.numbers(), isWrong);
    };
    if (isAny(normalisation.mean, [](double mean) { return mean < 0 || mean > 1; }))
        findings.warn("U20", placeOf("mean"),
                      fmt::format("mean is {}, and it is taken off pixels from 0 to 1",
                                  normalisation.mean.text()),
                      next);
    if (isAny(normalisation.std, [](double std) { return std > 1; }))
        findings.warn("U20", placeOf("std"),
                      fmt::format("std is {}, and pixels from 0 to 1 are divided by it",
                                  normalisation.std.text()),
                      next);
}

/// Numbers of channels are as many as those of all images that are normalised.
void checkChannels(const Graph& graph, const DataFacts& data, const Normalisation& normalisation,
                   SetupFindings& findings) {
    for (const Node& node : graph.nodes()) {
        if (!isInput(node) || isClassInput(node) || scalingOf(node) != Scaling::Normalised)
            continue;
        const ColumnFacts* facts = data.find(columnOf(node));
        if (!facts || facts->column.dtype != DType::U8) continue;
        const std::vector<int64_t>& shape = node.attrs.list("shape");
        const int64_t channels = shape.empty() ? 1 : shape.front();
        for (const auto& [field, numbers] :
             {std::pair("mean", &normalisation.mean), std::pair("std", &normalisation.std)})
            if (!numbers->fits(channels))
                findings.refuse("U20", placeOf(field),
                                fmt::format("{} has {} numbers, and {} takes images of {}", field,
                                            numbers->numbers().size(), node.text(),
                                            countOf(channels, "channel")),
                                "Give one number, or one for each channel.");
    }
}

/// What draws changes test images too, and then not they are measured.
void checkEvaluationList(const DataSettings& data, SetupFindings& findings) {
    for (size_t i = 0; i < data.evaluationTransforms.size(); ++i) {
        const TransformDescriptor* kind = findTransform(data.evaluationTransforms[i].id);
        if (!kind || !kind->draws) continue;
        findings.warn("U28", placeOf("evaluation_transforms"),
                      fmt::format("evaluation transform {}, '{}', changes images at random: what "
                                  "is measured is not the test images as they are",
                                  i + 1, kind->title),
                      "Keep it in the list for training alone.");
    }
}

void checkNetwork(const TrainedPart& part, const DataFacts& data, SetupFindings& findings) {
    for (const Error& warning : part.warnings()) findings.warn(warning);
    const Result<Roles> roles = rolesOf(part.graph(), part.wiring(), true);
    if (!roles || !part.shapes().ok()) return;
    const SetupGraph setup{part.graph(), part.wiring(), part.shapes(), *roles};
    checkBatchNorms(setup, data, findings);
    checkLosses(setup, data, findings);
    checkWiring(setup, findings);
    checkParameters(part.whole(), findings);
}

}  // namespace

std::vector<SetupFinding> checkSetup(const Project& project, const DataFacts& data) {
    SetupFindings findings;
    const TrainedPart part(project.graph, {.batch = project.training.batch});
    if (const auto fits = checkDataFit(part.graph(), data); !fits) findings.refuse(fits.error());
    checkSplits(project.training, data, findings);
    checkNetwork(part, data, findings);
    if (project.training.metrics)
        for (Error& problem : metricProblems(part, *project.training.metrics))
            findings.warn(std::move(problem));
    checkCourse(project.training, data, findings);
    checkRefinements(project.training, part, data, findings);
    checkEvaluationList(project.data, findings);
    checkNormalisation(project.data.normalisation, findings);
    checkChannels(part.graph(), data, project.data.normalisation, findings);
    return findings.take();
}

Result<std::vector<Error>> setupWarnings(const Project& project, const DataFacts& data) {
    std::vector<Error> warnings;
    for (SetupFinding& finding : checkSetup(project, data)) {
        if (finding.isFatal) return std::move(finding.error);
        warnings.push_back(std::move(finding.error));
    }
    return warnings;
}

}  // namespace vitrine
