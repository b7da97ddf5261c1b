// SPDX-License-Identifier: Apache-2.0
// The steps of a chain as passes over a piece that stays in the first-level cache: a step each, or
// several that registers take together.
#pragma once

#include <span>
#include <vector>

#include "kernels/cpu/chain_walk.h"
#include "kernels/cpu/channel.h"
#include "kernels/cpu/pointwise.h"

namespace vitrine::kernels::cpu {

/// Operands that steps work on where they are loaded, of one chain.
inline constexpr size_t mostLoaded = 4;

/// Steps that work on operands come before those that work on the result.
class Passes {
  public:
    /// The passes of `steps` over `walk`, whose first operand is the call's `first`.
    Passes(std::span<const ChainStep> steps, size_t first, ChainWalk& walk);

    /// What each pass gives goes to `between`, what the last one gives to `to`.
    void run(const PieceOperands& operands, const float* soFar, float* between, float* to,
             int64_t count) const;

    /// Whether they are a gate that registers can sum behind: with all that sums are, in one pass.
    bool takeSums() const;
    /// The same where they do, with sums of what goes to `to`.
    void runWithSums(const PieceOperands& operands, const float* soFar, float* to, int64_t count,
                     const RowSums& sums) const;

  private:
    struct Pass {
        Pointwise function = Pointwise::Add;
        RowFunction run = nullptr;
        NormalizeRow normalize = nullptr;  ///< instead of it
        SummedRow summed = nullptr;        ///< the same with sums, where there is one
        NormalizedBy then = NormalizedBy::Nothing;
        bool thenRelu = false;
        Parameters parameters = {};
        std::array<int, 4> from{};     ///< operands of the walk, or soFar
        int other = ChainStep::soFar;  ///< of what follows a normalization: the same
        std::array<int, 3> ofOther{};
        int at = ChainStep::soFar;  ///< an operand of the walk
        size_t buffer = 0;          ///< of what that becomes

        bool isBareNormalize() const { return normalize && then == NormalizedBy::Nothing; }
        bool isPlain(Pointwise of) const { return run && function == of && !thenRelu; }
        bool reads(int operand) const;
        void follow(NormalizedBy by, const Pass& pass, int with);
    };
    using List = std::vector<Pass>;

    int operandOf(int place) const {
        return place == ChainStep::soFar ? place : place - static_cast<int>(m_first);
    }
    bool isNormalize(std::span<const ChainStep> steps, size_t i, const ChainWalk& walk) const;
    Pass single(const ChainStep& step, bool thenRelu) const;
    Pass normalization(const ChainStep& offset, const ChainStep& affine, bool thenRelu) const;
    size_t bufferOf(int at);
    static void joinBounds(List& list);
    static bool joinBehind(Pass& normalize, const Pass& next);
    void joinLoads();
    bool joinLoaded(Pass& pass);
    void join();
    static NormalizeOperands rowsOf(const Pass& pass, const PieceOperands& operands,
                                    const float* soFar);
    static void run(const Pass& pass, const PieceOperands& operands, const float* soFar, float* to,
                    int64_t count);

    size_t m_first;
    List m_loads, m_passes;
    std::vector<int> m_loaded;  ///< operands, by buffer
};

}  // namespace vitrine::kernels::cpu
