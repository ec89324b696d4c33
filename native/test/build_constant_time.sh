#!/bin/sh
# build_constant_time.sh OUT: links the constant-time check over the core that the native build made, with the one
# comparison of secrets wrapped (constant_time_comparison.cc). Needs valgrind's headers.
set -eu
cd "$(dirname "$0")/../.."
out=$1
c++ -std=c++17 -O2 -g -Wall -Wextra \
  -I "$(node native/openssl/provide.mjs include)" \
  native/test/constant_time.cc native/test/constant_time_comparison.cc \
  native/test/constant_time_key_paths.cc \
  build/Release/core.a "$(node native/openssl/provide.mjs library)" \
  -Wl,--wrap=CRYPTO_memcmp -pthread -o "$out"
