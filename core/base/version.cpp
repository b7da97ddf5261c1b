// SPDX-License-Identifier: Apache-2.0
// The numbers, as each library gives them.
#include "core/base/version.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <spng.h>
#include <zlib.h>
#include <protozero/version.hpp>

#include <nlohmann/json.hpp>

namespace vitrine {

std::string_view programVersion() { return VITRINE_VERSION; }

std::vector<LibraryVersion> engineLibraries() {
    constexpr int major = FMT_VERSION / 10000, minor = FMT_VERSION / 100 % 100,
                  patch = FMT_VERSION % 100;
    return {{"{fmt}", fmt::format("{}.{}.{}", major, minor, patch)},
            {"Highway", VITRINE_HIGHWAY_VERSION},
            {"JSON for Modern C++", nlohmann::json::meta()["version"]["string"]},
            {"libjpeg-turbo", VITRINE_JPEG_VERSION},
            {"HDF5", VITRINE_HDF5_VERSION},
            {"libspng", spng_version_string()},
            {"libtiff", VITRINE_TIFF_VERSION},
            {"libwebp", VITRINE_WEBP_VERSION},
            {"matio", VITRINE_MATIO_VERSION},
            {"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)},
            {"protozero", PROTOZERO_VERSION_STRING},
            {"zlib", zlibVersion()}};
}

}  // namespace vitrine
