// SPDX-License-Identifier: Apache-2.0
// Predictor: a network of its own for a few examples at a time, on a thread of its own, for trying
// out what has been learnt while training goes on.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/session/project.h"
#include "core/tensor/shape.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// Output of one node for one image: [channels, height, width] row-major.
struct Activation {
    std::string node;
    int64_t channels = 0, height = 0, width = 0;
    std::vector<float> elements;
};

/// What a network gives under one name, for every example of a question.
struct PredictedOutput {
    std::string name;
    Shape shape;                  ///< [N, …]
    std::vector<float> elements;  ///< row-major
    /// Rows are logits of classes: those of `classColumn`, where a loss says so.
    bool isClasses = false;
    std::string classColumn;
    /// Of an image: what black and white are, where a loss compares it with pixels of the data.
    std::optional<std::pair<float, float>> range = {};

    /// Elements of one example.
    std::span<const float> of(int64_t example) const {
        const auto each = elements.size() / static_cast<size_t>(shape[0]);
        return std::span(elements).subspan(static_cast<size_t>(example) * each, each);
    }
};

struct Prediction {
    uint64_t ticket = 0;                   ///< what ask() gave
    std::vector<PredictedOutput> outputs;  ///< in the order of rolesOf()
    /// Softmax of the first example over the first output that stands for classes; empty where none
    /// does.
    std::vector<float> probabilities;
    std::vector<Activation> activations;  ///< of the first example: of every node with filters
    int64_t step = 0;                     ///< updates that the weights have seen
    /// Parameters and statistics that have their starting values, because the trained ones have
    /// another shape or were never there; `isFresh`: all of them.
    std::vector<std::string> fresh;
    bool isFresh = true;
    double seconds = 0;
    std::optional<Error> error;  ///< why there is nothing of the above but the ticket
};

/// What a question has to say.
struct PredictorInput {
    std::string node, column;
    DType dtype = DType::U8;  ///< as the data store the column
    Shape shape;              ///< of one example

    int64_t bytes() const { return shape.elements() * sizeOf(dtype); }
};

/// All functions: one thread, the watcher's; none blocks.
class Predictor {
  public:
    /// More outputs than this are no classes: what ImageNet's largest tree has is twice that, and
    /// nobody looks for his image among them.
    static constexpr int64_t mostClasses = 10'000;

    /// Compiles the network for `batch` examples at once, with nothing fused, so that each node's
    /// result can be read. Any thread. Errors: those of shapes and lowering; H02.
    static Result<std::unique_ptr<Predictor>> create(const Project& project, int64_t batch = 1);
    ~Predictor();

    /// From now on with these. Tensors that are missing or of another shape keep their start.
    void setStates(std::shared_ptr<const Snapshot> states);
    /// Inputs that lead to an output, in the graph's order.
    const std::vector<PredictorInput>& inputs() const;
    int64_t batch() const;
    /// For every input the values of a batch, as the data store them. A newer question replaces an
    /// older one that has not been looked at. Gives its ticket. Errors: "P13" where the network
    /// takes values of another size.
    Result<uint64_t> ask(std::vector<std::vector<std::byte>> values);
    std::unique_ptr<Prediction> take();

  private:
    struct Worker;
    explicit Predictor(std::unique_ptr<Worker> worker);
    std::unique_ptr<Worker> m_worker;
};

}  // namespace vitrine
