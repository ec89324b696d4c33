// core_speed: how fast the linked OpenSSL does AES-256-GCM, measured as `openssl speed -evp
// aes-256-gcm` measures it (one keyed context; an IV, associated data, one update and the tag per
// message). The yardstick of bench/ for large messages.
//
//   core_speed BYTES SECONDS   prints the messages per second
#include <openssl/evp.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "openssl_ptr.h"

namespace {

constexpr int kAadBytes = 13;  // what `openssl speed` authenticates: a TLS record header
constexpr int kIvBytes = 12;
constexpr int kTagBytes = 16;

double NowSeconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

bool EncryptOnce(EVP_CIPHER_CTX* context, std::vector<uint8_t>* message) {
  static constexpr uint8_t kZero[32] = {};
  uint8_t tag[kTagBytes];
  int written = 0;
  return EVP_EncryptInit_ex2(context, nullptr, nullptr, kZero, nullptr) == 1 &&
         EVP_EncryptUpdate(context, nullptr, &written, kZero, kAadBytes) == 1 &&
         EVP_EncryptUpdate(context, message->data(), &written, message->data(),
                           static_cast<int>(message->size())) == 1 &&
         EVP_EncryptFinal_ex(context, tag, &written) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1;
}

double MessagesPerSecond(EVP_CIPHER_CTX* context, std::vector<uint8_t>* message, double seconds) {
  const double start = NowSeconds();
  uint64_t messages = 0;
  double elapsed = 0;
  do {
    if (!EncryptOnce(context, message)) return 0;
    ++messages;
    elapsed = NowSeconds() - start;
  } while (elapsed < seconds);
  return static_cast<double>(messages) / elapsed;
}

}  // namespace

int main(int argc, char** argv) {
  const long bytes = argc == 3 ? strtol(argv[1], nullptr, 10) : 0;
  const double seconds = argc == 3 ? strtod(argv[2], nullptr) : 0;
  if (bytes < 1 || bytes > (1 << 30) || !(seconds > 0 && seconds <= 60)) {
    fprintf(stderr, "usage: core_speed BYTES SECONDS\n");
    return 2;
  }
  const keystead::CipherPtr cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  const keystead::CipherCtxPtr context(EVP_CIPHER_CTX_new());
  const uint8_t key[32] = {1};
  const uint8_t iv[kIvBytes] = {};
  if (EVP_EncryptInit_ex2(context.get(), cipher.get(), key, iv, nullptr) != 1) return 1;
  std::vector<uint8_t> message(static_cast<size_t>(bytes));
  const double rate = MessagesPerSecond(context.get(), &message, seconds);
  printf("%.1f\n", rate);
  return rate > 0 ? 0 : 1;
}
