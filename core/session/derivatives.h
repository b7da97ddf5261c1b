// SPDX-License-Identifier: Apache-2.0
// Derivatives of a network's loss at given arrays: gradients, and products of the Hessian with a
// vector, both exact.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/arrays/npy_writer.h"
#include "core/io/project.h"
#include "core/session/array_match.h"
#include "core/session/weight_wishes.h"

namespace vitrine {

class ProgramRun;
struct DerivativeProgram;

struct DerivativeRequest {
    /// A loss of the palette, between an output and a target; none: the project's own losses.
    std::optional<ChosenThing> loss = {};
    std::string output = {};  ///< that `loss` takes; empty: the first
    DType floatType = DType::F32;
    bool training = false;  ///< dropout drops, batch norms take the batch's statistics
    int threads = 1;
    std::string weights = {};  ///< a file; empty: the network's numbers
    WeightWishes wishes = {};
};

/// A trained or fixed weight, as its file calls it.
struct WeightType {
    std::string name;
    Shape shape;
};

struct Derivatives {
    double loss = 0;
    /// Of weights that reach the loss, in the network's order: gradients, or the Hessian's
    /// products. One that the file has for several parameters is there once, with their sum.
    std::vector<NamedTensor> weights;
    /// Gradients of inputs of floats that reach the loss, by the inputs' names; not of products.
    std::vector<NamedTensor> inputs = {};
};

/// Asks a network for derivatives. Each call compiles. Thread: one at a time.
class Differentiation {
  public:
    /// Errors: "U21" (no loss is named and the network has none, no such output), those of the
    /// shape pass.
    static Result<Differentiation> create(ForeignNetwork network, DerivativeRequest request);

    const ForeignNetwork& network() const { return m_network; }
    /// Of the network; and what its own losses compare with, where none is named.
    std::span<const NetworkInput> inputs() const {
        return std::span(m_inputs).first(m_inputs.size() - m_targets);
    }
    std::span<const NetworkInput> targets() const { return std::span(m_inputs).last(m_targets); }
    /// Those that have a derivative, whether they reach the loss or not.
    std::vector<WeightType> weights() const;

    /// `arrays`: for inputs, by their names; `targets`: for targets. One without a name is for the
    /// only one.
    /// Errors: those of matched, batchOf and converted; "derivative" (an operator without a rule),
    /// "shape" (the loss does not take these), "P13" (class numbers that are none), "H01" (the loss
    /// is not finite).
    Result<Derivatives> gradients(std::vector<NamedTensor> arrays,
                                  std::vector<NamedTensor> targets) const;
    /// The Hessian of the loss along `vector`: tangents of weights by name, 0 where there is none.
    /// Further errors: "U29" (no such weight), "P13" (another shape).
    Result<Derivatives> products(std::vector<NamedTensor> arrays, std::vector<NamedTensor> targets,
                                 const std::vector<NamedTensor>& vector) const;

  private:
    Differentiation(ForeignNetwork network, DerivativeRequest request)
        : m_network(std::move(network)), m_request(std::move(request)) {}
    Result<void> findEnds();
    Result<Derivatives> derive(std::vector<NamedTensor> arrays, std::vector<NamedTensor> targets,
                               const std::vector<NamedTensor>* vector) const;

    Result<Derivatives> results(const ProgramRun& run, const DerivativeProgram& made,
                                const std::vector<Value>& values) const;

    ForeignNetwork m_network;
    DerivativeRequest m_request;
    std::vector<NetworkInput> m_inputs;  ///< targets at the end
    size_t m_targets = 0;
    std::string m_output;  ///< of the program, that the named loss takes
};

}  // namespace vitrine
