// SPDX-License-Identifier: Apache-2.0
// The orders of lanes in which narrow groups read a line of sources.
#if defined(VITRINE_KERNELS_CPU_CONV2D_GROUP_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_CONV2D_GROUP_LANES_INL_H_
#undef VITRINE_KERNELS_CPU_CONV2D_GROUP_LANES_INL_H_
#else
#define VITRINE_KERNELS_CPU_CONV2D_GROUP_LANES_INL_H_
#endif

#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// For one source of a group: where each lane of the group's results finds it.
class GroupLanes {
  public:
    GroupLanes(int64_t group, int64_t source) {
        for (int64_t lane = 0; lane < lanesOfVector; ++lane)
            m_places[lane] = static_cast<int32_t>(lane / group * group + source);
    }
    HWY_INLINE auto indices() const { return hn::SetTableIndices(Floats(), m_places); }

  private:
    HWY_ALIGN int32_t m_places[lanesOfVector];
};

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
