#include "arena_pages.h"

#include <sys/mman.h>

#include <algorithm>

namespace keystead {

bool ArenaPages::Create(size_t pages) {
  const size_t words = (pages + 63) / 64;
  table_bytes_ = words * sizeof(uint64_t) + pages * sizeof(PageInfo);
  void* table = mmap(nullptr, table_bytes_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (table == MAP_FAILED) return false;
  free_bits_ = static_cast<uint64_t*>(table);
  infos_ = reinterpret_cast<PageInfo*>(free_bits_ + words);
  return true;
}

void ArenaPages::Destroy() {
  munmap(free_bits_, table_bytes_);
  *this = ArenaPages();
}

void ArenaPages::Extend(size_t count) {
  const size_t first = backed_count_;
  backed_count_ += count;
  GiveBack(static_cast<uint32_t>(first), count);
}

uint32_t ArenaPages::Take(size_t count) {
  while (first_free_word_ * 64 < backed_count_ && free_bits_[first_free_word_] == 0) {
    ++first_free_word_;
  }
  const size_t first = FindRun(count);
  if (first + count > backed_count_) return kNoPage;
  for (size_t page = first; page < first + count; ++page) MarkUsed(page);
  free_count_ -= count;
  return static_cast<uint32_t>(first);
}

// First fit. Returns backed_count_ when there is no such run.
size_t ArenaPages::FindRun(size_t count) const {
  size_t run = 0;
  for (size_t page = first_free_word_ * 64; page < backed_count_; ++page) {
    if (page % 64 == 0 && free_bits_[page / 64] == 0) {
      run = 0;
      page += 63;
      continue;
    }
    run = IsFree(page) ? run + 1 : 0;
    if (run == count) return page + 1 - count;
  }
  return backed_count_;
}

void ArenaPages::GiveBack(uint32_t first, size_t count) {
  for (size_t page = first; page < first + count; ++page) {
    infos_[page].kind = PageKind::kFree;
    MarkFree(page);
  }
  free_count_ += count;
  first_free_word_ = std::min(first_free_word_, size_t{first} / 64);
}

}  // namespace keystead
