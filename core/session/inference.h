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
#include "core/session/array_fit.h"
#include "core/session/foreign_network.h"
#include "core/train/model.h"

namespace vitrine {

/// An input with what it takes.
struct InferenceInput {
    std::string node;
    ArrayWish wish;  ///< by the file's name for it
    std::string column = {};
    /// Bytes of pixels are taken too, and become numbers as training makes them.
    bool takesPixels = false;
};

/// Something that an answer will have.
struct InferenceOutput {
    std::string name;
    std::string output;            ///< of the program
    std::string classColumn = {};  ///< where it is compared with class numbers: their column
    bool isClasses = false;        ///< [N, classes] of logits
    std::optional<DType> type = {};
};

/// Compiles the network for a batch when it comes the first time. Thread: one at a time.
class Inference {
  public:
    struct Options {
        int threads = 1;
        DType floatType = DType::F32;
        /// A file of weights; empty: the numbers that the network has, else starting values.
        std::string weights = {};
    };

    /// Errors: those of the shape pass.
    static Result<std::unique_ptr<Inference>> create(ForeignNetwork network, Options options);

    const ForeignNetwork& network() const { return m_network; }
    const std::vector<InferenceInput>& inputs() const { return m_inputs; }
    const std::vector<InferenceOutput>& outputs() const { return m_outputs; }

    /// What the network gives for arrays, one for each input; one without a name is for the only
    /// input. Errors: "U29" (an input without an array, an array without an input), "P13" (shapes,
    /// types and batches that do not fit), those of compiling and of the weights.
    Result<std::vector<NamedTensor>> run(std::span<const NamedTensor> arrays);

    /// The same in parts, for who measures: compiles and writes the arrays.
    Result<void> prepare(std::span<const NamedTensor> arrays);
    /// Computes what was prepared. Throws DeviceTrouble.
    void compute();
    /// What came out. Throws DeviceTrouble.
    std::vector<NamedTensor> answers() const;
    int64_t batch() const { return m_current->model->batch(); }

  private:
    /// The network for one batch, and one way in which arrays come.
    struct Compiled {
        std::unique_ptr<Model> model;
        Member* member = nullptr;
    };
    using Arrays = std::vector<SharedTensor>;  ///< one for each input
    Inference(ForeignNetwork network, Options options)
        : m_network(std::move(network)), m_options(std::move(options)) {}
    Result<void> findEnds();
    Result<Arrays> assigned(std::span<const NamedTensor> arrays) const;
    Result<int64_t> batchOfAll(const Arrays& arrays) const;
    Result<std::vector<ColumnType>> columnsFor(const Arrays& arrays) const;
    Result<Compiled*> compiledFor(int64_t batch, const std::vector<ColumnType>& columns);
    Result<void> write(const Arrays& arrays);

    ForeignNetwork m_network;
    const Options m_options;
    std::vector<InferenceInput> m_inputs;
    std::vector<InferenceOutput> m_outputs;
    std::map<std::pair<int64_t, std::string>, Compiled> m_compiled;  ///< by batch and columns
    Compiled* m_current = nullptr;
};

}  // namespace vitrine
