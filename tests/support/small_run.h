// SPDX-License-Identifier: Apache-2.0
// A small data set and a small network for tests of training: milliseconds a run.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/train/trainer.h"
#include "tests/support/kept_reports.h"

namespace vitrine::test {

/// `count` images of 1 × 12 × 12 in ten classes: a bright bar whose place is the class, and noise.
/// A function of the seed.
ExampleSet barImages(int64_t count, uint64_t seed);
/// Columns `image` and `label`.
Dataset barDataset(int64_t train, int64_t test);

/// The kinds of network that the exactness tests train: lanes, nChw16c with batch normalisation and
/// residuals, dropout.
std::string lanesNetwork();
std::string residualNetwork();
std::string dropoutNetwork();

struct SmallRun {
    std::string network = lanesNetwork();
    int threads = 1;
    int64_t epochs = 2, batch = 16;
    uint64_t seed = 3;
    double clipNorm = 0;
    std::string_view optimizer = "sgd";
    KeptReports::Save save = nullptr;
    double checkpointEverySeconds = 1e9;
    bool overfitOneBatch = false;
    std::vector<Parameter> parameters = {};  ///< entries of the network
    bool renamesNodes =
        false;  ///< gives every node another name, and some the former one of others
    std::function<void(Model&)> beforeTrainer = nullptr;  ///< changes the model that it will train
    std::function<void(ModelOptions&, TrainSettings&)> change = nullptr;  ///< anything else
};

/// A model and a trainer over a data set that outlives both.
struct TrainingSetup {
    std::unique_ptr<Model> model;
    std::unique_ptr<KeptReports> reports;
    std::unique_ptr<Trainer> trainer;
};
TrainingSetup setUp(const SmallRun& run, const Dataset& data);

/// Posts a command and waits for the event with which the trainer stands still again: a pause of
/// any kind, or the run's end.
RunEvent carryOut(Trainer& trainer, const Command& command);
/// Takes a request to the trainer before the next command.
void setStops(Trainer& trainer, StopRequest request);

/// All states of a model as bytes: parameters, statistics, optimiser slots.
std::vector<std::byte> stateBytes(const Model& model);

}  // namespace vitrine::test
