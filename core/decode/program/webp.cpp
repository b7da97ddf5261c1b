// SPDX-License-Identifier: Apache-2.0
// WebP by libwebp: lossy and lossless, with and without alpha.
#include <webp/decode.h>

#include "core/decode/program/decoding.h"

namespace vitrine::decode {

namespace {

const uint8_t* dataOf(Bytes file) { return reinterpret_cast<const uint8_t*>(file.data()); }

}  // namespace

Answer lookAtWebp(Bytes file) {
    WebPBitstreamFeatures features;
    const VP8StatusCode code = WebPGetFeatures(dataOf(file), file.size(), &features);
    if (code == VP8_STATUS_NOT_ENOUGH_DATA) refuseDamaged("its WebP header is cut off");
    if (code != VP8_STATUS_OK) refuseDamaged("its WebP header is damaged");
    if (features.has_animation != 0) refuse("it is a moving WebP picture, which is not read");
    return {.alpha = features.has_alpha != 0 ? Alpha::Straight : Alpha::None,
            .width = features.width,
            .height = features.height,
            .channels = 3,
            .bits = 8};
}

Answer decodeWebp(Bytes file, std::vector<std::byte>& pixels) {
    const Answer answer = lookAtWebp(file);
    if (answer.width > mostPixels / answer.height) return answer;
    const bool hasAlpha = answer.alpha != Alpha::None;
    const int64_t row = answer.width * (hasAlpha ? 4 : 3);
    pixels.resize(static_cast<size_t>(row * answer.height));
    auto* const to = reinterpret_cast<uint8_t*>(pixels.data());
    const auto* const decoded = (hasAlpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto)(
        dataOf(file), file.size(), to, pixels.size(), static_cast<int>(row));
    if (!decoded) refuseDamaged("its WebP data are damaged or cut off");
    return answer;
}

}  // namespace vitrine::decode
