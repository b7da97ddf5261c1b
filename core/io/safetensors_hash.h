// SPDX-License-Identifier: Apache-2.0
// What Vitrine's own safetensors files say of themselves in their metadata: a version, and SHA-256
// sums of header and data section.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

inline constexpr int64_t safetensorsLengthBytes = 8, safetensorsAlignment = 64;
inline constexpr int safetensorsVersion = 1;
inline constexpr std::string_view safetensorsVersionKey = "vitrine.version",
                                  safetensorsDataHashKey = "vitrine.sha256",
                                  safetensorsHeaderHashKey = "vitrine.header_sha256";
/// Stands where the header's hash will, while it is computed.
inline const std::string safetensorsNoHash(64, '0');

/// Where the header's own hash stands in it: 64 digits that count as zeros when it is computed.
/// npos where there is none.
size_t headerHashAt(std::string_view header);
std::string headerHash(std::string_view header, size_t hashAt);

}  // namespace vitrine
