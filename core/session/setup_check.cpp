// SPDX-License-Identifier: Apache-2.0
// Asks one part after the other: data, settings, network.
#include "core/session/setup_check.h"

#include <fmt/format.h>

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
    if (normalisation.mean < 0 || normalisation.mean > 1)
        findings.warn(
            "U20", placeOf("mean"),
            fmt::format("mean is {}, and it is taken off pixels from 0 to 1", normalisation.mean),
            next);
    if (normalisation.std > 1)
        findings.warn(
            "U20", placeOf("std"),
            fmt::format("std is {}, and pixels from 0 to 1 are divided by it", normalisation.std),
            next);
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
    checkNormalisation(project.data.normalisation, findings);
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
