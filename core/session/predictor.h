// SPDX-License-Identifier: Apache-2.0
// Predictor: a network of its own for one image at a time, on a thread of its own, for trying out
// what has been learnt while training goes on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/session/project.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// Output of one node for one image: [channels, height, width] row-major.
struct Activation {
    std::string node;
    int64_t channels = 0, height = 0, width = 0;
    std::vector<float> elements;
};

struct Prediction {
    uint64_t ticket = 0;                  ///< what ask() gave
    std::vector<float> probabilities;     ///< softmax over the logits
    std::vector<Activation> activations;  ///< of every convolution, in running order
    int64_t step = 0;                     ///< updates that the weights have seen
    /// Parameters and statistics that have their starting values, because the trained ones have
    /// another shape or were never there; `isFresh`: all of them.
    std::vector<std::string> fresh;
    bool isFresh = true;
    double seconds = 0;
    std::optional<Error> error;  ///< why there is nothing of the above but the ticket
};

/// All functions: one thread, the watcher's; none blocks.
class Predictor {
  public:
    /// More outputs than this are no classes: what ImageNet's largest tree has is twice that, and
    /// nobody looks for his image among them.
    static constexpr int64_t mostClasses = 10'000;

    /// Compiles the network for one image, with nothing fused, so that each convolution's result
    /// can be read. Any thread. Errors: those of shapes and lowering; "P13" where the input takes
    /// no image [N, C, H, W], or the logits are not [N, classes].
    static Result<std::unique_ptr<Predictor>> create(const Project& project);
    ~Predictor();

    /// From now on with these. Tensors that are missing or of another shape keep their start.
    void setStates(std::shared_ptr<const Snapshot> states);
    /// `pixels` [C, H, W] from 0 to 1, as the data set would have them before normalisation. A
    /// newer image replaces an older one that has not been looked at. Gives its ticket. Errors:
    /// "P13" where the network takes images of another size.
    Result<uint64_t> ask(std::vector<float> pixels);
    std::unique_ptr<Prediction> take();

  private:
    struct Worker;
    explicit Predictor(std::unique_ptr<Worker> worker);
    std::unique_ptr<Worker> m_worker;
};

}  // namespace vitrine
