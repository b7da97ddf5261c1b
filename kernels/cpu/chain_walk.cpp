// SPDX-License-Identifier: Apache-2.0
// What a walk knows before it starts, and what it writes out.
#include "kernels/cpu/chain_walk.h"

#include "kernels/cpu/upcoming.h"

namespace vitrine::kernels::cpu {

ChainWalk::ChainWalk(const Call& call, size_t first) : m_result(call.out(0)) {
    for (size_t place = first; place < call.inputs(); ++place) {
        Source source;
        source.image = call.in(place);
        source.isFar = isFar(source.image);
        if (isRowMajor()) {
            source.repeat = *repeatIn(call, place);
            source.reach = source.repeat.goesAlong() ? Reach::Whole : Reach::One;
        } else {
            source.reach = *reachInPlanes(call, place);
        }
        if (source.reach == Reach::Whole) m_isFlat = m_isFlat && source.image.halo == 0;
        m_repeats = m_repeats || source.reach == Reach::Plane || source.reach == Reach::Channel;
        m_sources.push_back(source);
    }
    m_isFlat = m_isFlat && m_result.halo == 0;
}

void ChainWalk::announce(const ResultShare& share, void* const* from) const {
    if (isRowMajor()) return;
    for (size_t k = 0; k < m_sources.size(); ++k)
        if (m_sources[k].reach == Reach::Whole)
            Upcoming::ofThread().add(m_sources[k].image, at(from, k), share);
}

const float* ChainWalk::pattern(const Source& source, const float* from, int64_t plane, float* to,
                                int64_t count) const {
    const bool isLanes = m_result.layout == Layout::Lanes;
    const int64_t slot = plane % (isLanes ? m_result.c : m_result.channelBlocks());
    const int64_t firstChannel = slot * blockWidth;
    const bool isWholeBlock = !isLanes && firstChannel + blockWidth <= m_result.c;
    if (source.reach == Reach::Channel && isWholeBlock && count == blockWidth)
        return from + firstChannel;
    if (source.reach == Reach::One)
        std::fill_n(to, blockWidth, *from);
    else if (source.reach == Reach::Plane)
        std::copy_n(from + rowOf(source.image, plane, 0), blockWidth, to);
    else if (isLanes)
        std::fill_n(to, blockWidth, from[slot]);
    else
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            to[lane] = firstChannel + lane < m_result.c ? from[firstChannel + lane] : 0.0F;
    for (int64_t i = blockWidth; i < count; ++i) to[i] = to[i - blockWidth];
    return to;
}

int64_t ChainWalk::endOfRun(int64_t element, int64_t end) const {
    for (const Source& source : m_sources) {
        const int64_t run = source.repeat.run();
        end = std::min(end, (element / run + 1) * run);
    }
    return end;
}

}  // namespace vitrine::kernels::cpu
