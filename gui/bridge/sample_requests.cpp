// SPDX-License-Identifier: GPL-3.0-or-later
// The union of all requests, with the largest budget.
#include "gui/bridge/sample_requests.h"

#include <algorithm>

namespace vitrine::gui {

void SampleRequests::set(QObject* who, const SampleRequest& request) {
    const auto known = std::ranges::find(m_requests, who, &decltype(m_requests)::value_type::first);
    if (known != m_requests.end()) {
        known->second = request;
    } else {
        m_requests.emplace_back(who, request);
        connect(who, &QObject::destroyed, this, [this, who] {
            std::erase_if(m_requests, [who](const auto& entry) { return entry.first == who; });
            changed();
        });
    }
    changed();
}

SampleRequest SampleRequests::all() const {
    SampleRequest all;
    for (const auto& [who, request] : m_requests) {
        all.gradients |= request.gradients;
        all.weights |= request.weights;
        all.timings |= request.timings;
        all.budget = std::max(all.budget, request.budget);
        for (const std::string& node : request.activations)
            if (std::ranges::find(all.activations, node) == all.activations.end())
                all.activations.push_back(node);
    }
    return all;
}

}  // namespace vitrine::gui
