// SPDX-License-Identifier: Apache-2.0
// SHA-256 by OpenSSL's libcrypto.
#include "core/base/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "core/base/check.h"

namespace vitrine {

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : m_state(std::make_unique<State>()) {
    VITRINE_CHECK(
        m_state->context && EVP_DigestInit_ex(m_state->context, EVP_sha256(), nullptr) == 1,
        "libcrypto has SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<const std::byte> bytes) {
    VITRINE_CHECK(EVP_DigestUpdate(m_state->context, bytes.data(), bytes.size()) == 1,
                  "a digest takes bytes until it is read");
}

std::string Sha256::hex() {
    std::array<unsigned char, 32> digest{};
    VITRINE_CHECK(EVP_DigestFinal_ex(m_state->context, digest.data(), nullptr) == 1,
                  "a digest is read once");
    std::string out;
    for (unsigned char byte : digest) out += fmt::format("{:02x}", byte);
    return out;
}

std::string sha256Hex(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

}  // namespace vitrine
