// SPDX-License-Identifier: Apache-2.0
// From a program for prediction to calls of the kernels that go with an exported network.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/cpp_export/code.h"
#include "core/cpp_export/filters.h"
#include "core/cpp_export/groups.h"
#include "core/cpp_export/text.h"

namespace vitrine::cpp_export {

/// What is to be exported: a program with the numbers of its states, by value, and what goes in and
/// comes out, in the order in which callers name it.
struct Export {
    const Program& program;
    std::vector<Numbers> states;
    std::vector<ValueId> inputs, outputs;
};

/// What is done to a result before it is stored, and what else that reads.
struct Formula {
    std::string text;  ///< a lambda
    std::vector<ValueId> others;
    std::vector<ArrayView> views;  ///< of those, with the result's shape
};

class Lowering {
  public:
    explicit Lowering(const Export& what);
    /// Errors: "E01" naming node and operator, where plain C++ has no such thing.
    Result<Code> run();

  private:
    using Given = const Group&;
    const Instr& head(Given group) const {
        return m_program.instrs[static_cast<size_t>(group.head)];
    }
    const Instr& instr(int index) const { return m_program.instrs[static_cast<size_t>(index)]; }
    const Value& value(ValueId v) const { return m_program.value(v); }
    const Numbers& known(ValueId v) const { return m_known[static_cast<size_t>(v)]; }
    bool isRead(ValueId v) const { return m_reads[static_cast<size_t>(v)] > 0; }
    std::string commentOf(Given group) const;
    Error refusal(const Instr& instr, const std::string& why) const;

    /// Where a value lies: of a known one a constant.
    const Array& arrayOf(ValueId v);
    const Array& operand(Given group, size_t k) { return arrayOf(head(group).in[k]); }
    void set(ValueId v, Array array) { m_arrays[static_cast<size_t>(v)] = std::move(array); }
    /// What convolutions that read a value want around it.
    Halo haloAround(ValueId v) const;
    /// Memory for the group's result; of images with channels side by side.
    Array imageResult(Given group);
    Array plainResult(ValueId v) { return m_code.fresh(value(v).shape, value(v).dtype); }

    Result<void> lower(Given group);
    Result<void> lowerView(const Instr& view);
    bool isForLinear(const Instr& view) const;
    Result<void> lowerOutputs();
    Result<void> lowerProblem(Given group, const kernels::Problem& problem);
    void addFill(Given group, double value);

    /// What is done to a kernel's result by what follows it, but for the first `skipped` of these.
    Formula formulaAfter(Given group, size_t skipped = 0);
    /// What a group of pointwise instructions does.
    Formula formulaOf(Given group);
    class FormulaText;
    ArrayView spreadOver(const Array& array, const Shape& shape, int axis) const;
    void addPointwise(Given group);
    /// A map over the operands as they lie.
    void addMap(Given group, const std::string& function, std::vector<Array> operands);
    std::vector<Array> operandsSpread(Given group);

    // lowering_images.cpp
    Result<void> addConv(Given group, const kernels::Conv& conv);
    Result<void> addPlainConv(Given group, const kernels::Conv& conv);
    Result<void> addTransposed(Given group, const kernels::Conv& conv);
    Result<void> addLinear(Given group, const kernels::Linear& linear);
    Result<void> addPlainLinear(Given group, bool hasBias);
    Result<void> addUnpool(Given group, const kernels::Pool& pool);
    Result<void> addPool(Given group, const kernels::Pool& pool);
    Filters filtersOf(Given group, int64_t groups, bool hasBias);
    size_t foldNorm(Given group, Filters& filters);
    /// A convolution as its kernel is called: `geometry` are its constants.
    struct Convolution {
        std::string function, geometry;
        int64_t tile = 16;
        size_t folded = 0;  ///< of the instructions that follow
    };
    void addConvolution(Given group, const Convolution& made, const Filters& filters,
                        const Array& x, const Array& y);

    // lowering_arrays.cpp
    Result<void> addMatMul(Given group);
    Result<void> addReduce(Given group, const kernels::Reduce& reduce);
    Result<void> addChannel(Given group, const kernels::Channel& channel);
    Result<void> addRow(Given group, const kernels::Row& row);
    Result<void> addRowNorm(Given group, const kernels::RowNorm& norm);
    Result<void> addAlong(Given group, const kernels::Along& along);
    Result<void> addGather(Given group, const kernels::Gather& gather);
    Result<void> addScatter(Given group, const kernels::Scatter& scatter);
    Result<void> addScatterAdd(Given group, const kernels::ScatterAdd& scatter);
    Result<void> addConcat(Given group, const kernels::Concat& concat);
    Result<void> addZeroPad(Given group, const kernels::ZeroPad& pad);
    Result<void> addResample(Given group, const kernels::Resample& resample);
    // lowering_elements.cpp
    Result<void> addWhole(Given group, const kernels::WholeMap& map);
    Result<void> addCompare(Given group, const kernels::Compare& compare);
    Result<void> addCast(Given group, const kernels::Cast& cast);
    Result<void> addNormalize(Given group, const kernels::Normalize& normalize);
    Result<void> addSelect(Given group);
    Result<void> addDot(Given group);

    const Program& m_program;
    std::vector<ValueId> m_inputs, m_outputs;
    std::vector<Numbers> m_known;
    std::vector<int> m_reads;
    std::vector<std::optional<Array>> m_arrays;  ///< by value
    /// Flattened images that only fully connected layers read, as they lay before.
    std::map<ValueId, Array> m_flattened;
    Code m_code;
};

}  // namespace vitrine::cpp_export
