// SPDX-License-Identifier: GPL-3.0-or-later
// From kinds to names of hues.
#include "gui/models/node_hue.h"

#include "core/graph/placeholder.h"

namespace vitrine::gui {

std::string_view hueOf(const OpDescriptor& op) {
    switch (op.kind) {
        case NodeKind::Input:
        case NodeKind::Output:
            return "document";
        case NodeKind::Loss:
            return "loss";
        case NodeKind::Placeholder:
            return placeholderCategory;
        case NodeKind::Operator:
            break;
    }
    return op.category;
}

}  // namespace vitrine::gui
