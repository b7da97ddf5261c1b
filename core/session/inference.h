// SPDX-License-Identifier: Apache-2.0
// Inference: a network that is asked with arrays, of whatever batch they have, and answers with
// arrays.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/arrays/npy_writer.h"
#include "core/session/array_match.h"
#include "core/session/class_rows.h"
#include "core/session/weight_wishes.h"
#include "core/train/model.h"

namespace vitrine {

/// Something that an answer will have.
struct InferenceOutput {
    std::string name;
    std::string output;            ///< of the program
    std::string classColumn = {};  ///< where it is compared with class numbers: their column
    bool isClasses = false;        ///< [N, classes]
    int64_t classes = 0;           ///< how many, there
    RowKind rows = RowKind::Unknown;
    std::optional<DType> type = {};
};

/// Compiles the network for a batch when it comes the first time. Thread: one at a time.
class Inference {
  public:
    struct Options {
        int threads = 1;
        DType floatType = DType::F32;
        Math math = Math::Fast;
        /// A file of weights; empty: the numbers that the network has, else starting values.
        std::string weights = {};
        WeightWishes wishes = {};
    };

    /// Errors: those of the shape pass.
    static Result<std::unique_ptr<Inference>> create(ForeignNetwork network, Options options);

    const ForeignNetwork& network() const { return m_network; }
    const std::vector<NetworkInput>& inputs() const { return m_inputs; }
    const std::vector<InferenceOutput>& outputs() const { return m_outputs; }

    /// What the network gives for arrays; for a batch of 0 outputs of 0 rows. Errors: those of
    /// matched, batchOf, pixelColumns and converted; of compiling and of the weights.
    Result<std::vector<NamedTensor>> run(std::span<const NamedTensor> arrays);

    /// The same in parts, for who measures: compiles and writes the arrays.
    Result<void> prepare(std::span<const NamedTensor> arrays);
    /// Computes what was prepared. Throws DeviceTrouble.
    void compute();
    /// What came out. Throws DeviceTrouble.
    std::vector<NamedTensor> answers() const;
    int64_t batch() const { return m_current->model->batch(); }
    /// What was asked last.
    const Model& model() const { return *m_current->model; }

  private:
    /// The network for one batch, and one way in which arrays come.
    struct Compiled {
        std::unique_ptr<Model> model;
        Member* member = nullptr;
    };
    Inference(ForeignNetwork network, Options options)
        : m_network(std::move(network)), m_options(std::move(options)) {}
    Result<void> findEnds();
    int64_t bytesKept() const;
    Result<Compiled*> compiledFor(int64_t batch, const std::vector<ColumnType>& columns);
    Result<void> write(const std::vector<SharedTensor>& arrays);
    Result<std::vector<NamedTensor>> answersForNone() const;
    SharedTensor asDeclared(const InferenceOutput& output, SharedTensor array) const;

    ForeignNetwork m_network;
    const Options m_options;
    std::vector<NetworkInput> m_inputs;
    std::vector<InferenceOutput> m_outputs;
    std::map<std::pair<int64_t, std::string>, Compiled> m_compiled;  ///< by batch and columns
    Compiled* m_current = nullptr;
};

}  // namespace vitrine
