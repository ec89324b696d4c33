#include "signing_key.h"

#include <cstring>

#include "access_key.h"
#include "constant_time.h"
#include "openssl_runtime.h"
#include "thread_context.h"
#include "wipe.h"

namespace keystead {

namespace {

constexpr char kSecretPrefix[] = "AWS4";
constexpr char kTerminator[] = "aws4_request";

template <size_t N>
Bytes Text(const char (&text)[N]) {
  return {reinterpret_cast<const uint8_t*>(text), N - 1};
}

// What Derive works with, in the arena.
struct Chain {
  uint8_t prefixed_secret[sizeof(kSecretPrefix) - 1 + kMaxSecretAccessKeyBytes];
  uint8_t link[kSignatureBytes];
  HmacKey<Sha256> hmac;
  HmacState<Sha256> state;
};

// What Verify works with, in the thread's scratch.
struct Checking {
  HmacState<Sha256> state;
  uint8_t expected[kSignatureBytes];
};
static_assert(sizeof(Checking) <= kThreadScratchBytes, "scratch holds the signature");

}  // namespace

Status SigningKey::Derive(Bytes secret, const SigningScope& scope, SigningKey* key) {
  if (secret.size > kMaxSecretAccessKeyBytes) return Status::kInvalidArgument;
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  SecureBuffer working(sizeof(Chain));
  SecureBuffer hmac(sizeof(HmacKey<Sha256>));
  if (!working.ok() || !hmac.ok()) return Status::kSecureMemory;
  auto* chain = reinterpret_cast<Chain*>(working.data());
  const Bytes prefix = Text(kSecretPrefix);
  memcpy(chain->prefixed_secret, prefix.data, prefix.size);
  memcpy(chain->prefixed_secret + prefix.size, secret.data, secret.size);
  HmacInit<Sha256>({chain->prefixed_secret, prefix.size + secret.size}, &chain->hmac);
  for (const Bytes link : {scope.date, scope.region, scope.service, Text(kTerminator)}) {
    HmacCompute<Sha256>(chain->hmac, &link, 1, &chain->state, chain->link);
    HmacInit<Sha256>({chain->link, sizeof(chain->link)}, &chain->hmac);
  }
  memcpy(hmac.data(), &chain->hmac, sizeof(chain->hmac));
  key->hmac_ = std::move(hmac);
  return Status::kOk;
}

Status SigningKey::Verify(Bytes string_to_sign, const uint8_t* signature, bool* is_valid) const {
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  auto* checking = reinterpret_cast<Checking*>(thread->scratch);
  const WipeOnReturn wipe({thread->scratch, sizeof(Checking)});
  HmacCompute<Sha256>(*reinterpret_cast<const HmacKey<Sha256>*>(hmac_.data()), &string_to_sign, 1,
                      &checking->state, checking->expected);
  *is_valid =
      ConstantTimeEqual({checking->expected, kSignatureBytes}, {signature, kSignatureBytes});
  return Status::kOk;
}

}  // namespace keystead
