// SPDX-License-Identifier: Apache-2.0
// Between two steps, as a number that is written into the memory of the states.
#include "core/train/loss_scaling.h"

#include <algorithm>

#include "core/base/guard.h"
#include "core/tensor/element.h"

namespace vitrine {

LossScaling::LossScaling(Model& model)
    : m_model(model), m_scale(model.states().find(lossScaleState)) {
    for (const StateLayout::Item& item : model.states().items())
        if (item.name.ends_with(sumSuffix)) m_sums.push_back(&item);
}

void LossScaling::read() {
    if (!isOn()) return;
    std::byte bytes[8];
    const auto some = std::span(bytes).first(static_cast<size_t>(m_scale->bytes()));
    orThrow(m_model.memory().read(m_scale->offset, some));
    m_number = readElement(bytes, m_scale->dtype, 0);
}

/// What tapes make of it once, they make once more.
void LossScaling::write(double scale) {
    m_number = scale;
    std::byte bytes[8];
    writeElement(bytes, m_scale->dtype, 0, scale);
    const auto some = std::span(bytes).first(static_cast<size_t>(m_scale->bytes()));
    orThrow(m_model.memory().write(m_scale->offset, some));
    for (Member* member : m_model.training()) member->executor->statesChanged();
}

void LossScaling::clearSums() {
    std::vector<std::byte> zeros;
    for (const StateLayout::Item* item : m_sums) {
        zeros.assign(static_cast<size_t>(item->bytes()), std::byte{0});
        orThrow(m_model.memory().write(item->offset, zeros));
    }
}

bool LossScaling::noteGood(ScaledUpdates& updates) {
    if (!isOn() || ++updates.good < goodUntilRaised) return false;
    updates.good = 0;
    if (m_number >= most) return false;
    write(std::min(2 * m_number, most));
    return true;
}

bool LossScaling::noteBad(ScaledUpdates& updates, bool isUpdate) {
    const bool isNew = !updates.isSpoiled;
    updates.isSpoiled = !isUpdate;
    updates.good = 0;
    updates.leftOut += isUpdate;
    clearSums();
    if (isNew) write(std::max(m_number / 2, least));
    return isNew;
}

}  // namespace vitrine
