// SPDX-License-Identifier: Apache-2.0
// Options that several commands share, read as text so that a wrong value is answered with its
// range and reason.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "core/session/training_run.h"

namespace vitrine::cli {

struct RunOptions {
    std::string project, data;
    bool takesGpu = false;
    std::optional<std::string> epochs, batch, learningRate, seed, threads, device, precision, math;
    TrainingChanges training;
    DataWishes wishes;
    std::string weights;
    WeightWishes weightWishes;

    /// PROJECT.
    void addProject(CLI::App& command);
    /// --data and the fields of its format.
    void addData(CLI::App& command);
    /// --weights and addWishes.
    CLI::Option* addWeights(CLI::App& command);
    /// --rules --what-fits: how the tensors of a file are found.
    void addWishes(CLI::App& command, CLI::Option* file);
    /// --transform --test-transform --sampling.
    void addTransforms(CLI::App& command);
    /// --test-transform alone.
    void addTestTransforms(CLI::App& command);
    /// --seed --threads --device --precision --math.
    void addNumerics(CLI::App& command);
    /// --batch and these.
    void addMachine(CLI::App& command);
    /// The same, of a command that runs on a GPU too.
    void addMachineWithGpu(CLI::App& command);
    /// --recompute --budget.
    void addMemory(CLI::App& command);
    /// --epochs --lr, and the rest of a project's training.
    void addTraining(CLI::App& command);

    /// Errors: U01–U08; L06 naming what this program has no support for.
    Result<RunRequest> request() const;
};

}  // namespace vitrine::cli
