// SPDX-License-Identifier: Apache-2.0
// A list: batches are those that results are published at.
#include "core/session/bench_network.h"

#include "core/session/new_project.h"

namespace vitrine {

namespace {

constexpr int64_t lenetBatches[] = {64, 1, 256}, usual[] = {64}, many[] = {128}, few[] = {16};
constexpr int64_t oneAndMany[] = {1, 64}, one[] = {1};

constexpr BenchNetwork networks[] = {
    {"lenet", "bench_lenet", lenetBatches, oneAndMany},
    {"vgg", "bench_vgg", usual, oneAndMany},
    {"resnet20", "bench_resnet20", many, oneAndMany},
    {"mobilenet", "bench_mobilenet", usual, oneAndMany},
    {"unet", "bench_unet", few, oneAndMany},
    {"densenet", "bench_densenet", usual, oneAndMany},
    {"convnext", "bench_convnext", usual, oneAndMany},
    {"resnet50", "resnet50", {}, one},
    {"resnet18", "bench_resnet18", {}, {}},  // of GPUs: too large for steps on a processor
};

}  // namespace

std::span<const BenchNetwork> benchNetworks() { return networks; }

Result<Project> benchProject(const BenchNetwork& network) {
    const TemplateDescriptor& of = *findTemplate(network.templateId);
    auto project = projectOf(of, Attrs(of.fields));
    if (!project) return project.error();
    TrainingSettings& training = project->training;
    training.optimizer = {"sgd", Attrs(findOptimizer("sgd")->fields)};
    training.optimizer.attrs.with("momentum", 0.9);
    training.learningRate = 0.01;
    return project;
}

}  // namespace vitrine
