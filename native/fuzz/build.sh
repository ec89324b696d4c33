#!/bin/sh
# build.sh OUT: builds every fuzz_*.cc of this folder into the folder OUT, over the core compiled for libFuzzer with
# AddressSanitizer and UndefinedBehaviorSanitizer. Needs clang and its runtime libraries; no Node header is in reach.
set -eu
cd "$(dirname "$0")/../.."
out=$1
mkdir -p "$out/objects"
include=$(node native/openssl/provide.mjs include)
library=$(node native/openssl/provide.mjs library)
flags="-std=c++17 -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all"
flags="$flags -fsanitize=address,undefined -I$include"

compile() {
  printf '%s\n' "$@" | xargs -P "$(nproc)" -I {} sh -c \
    'clang++ '"$flags"' -fsanitize=fuzzer-no-link -c "$1" -o "$2/objects/$(basename "$1" .cc).o"' \
    compile {} "$out"
}

compile native/core/*.cc native/fuzz/*.cc
for source in native/fuzz/fuzz_*.cc; do
  target=$(basename "$source" .cc)
  if [ "$target" = fuzz_store ]; then continue; fi
  clang++ $flags -fsanitize=fuzzer "$out/objects/$target.o" "$out/objects/fuzz_store.o" \
    $(for core in native/core/*.cc; do echo "$out/objects/$(basename "$core" .cc).o"; done) \
    "$library" -pthread -o "$out/$target"
done
