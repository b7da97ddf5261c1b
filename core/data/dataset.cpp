// SPDX-License-Identifier: Apache-2.0
// Finding a data format by its id.
#include "core/data/dataset.h"

namespace vitrine {

const DataFormatDescriptor* findDataFormat(std::string_view id) {
    for (const DataFormatDescriptor* format : allDataFormats())
        if (format->id == id) return format;
    return nullptr;
}

}  // namespace vitrine
