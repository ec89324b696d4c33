// ArenaPages: which pages of the arena are free, and what each used page holds. The table is
// ordinary memory outside the arena and holds no secret. Not thread-safe: the arena's lock covers
// it.
#ifndef KEYSTEAD_CORE_ARENA_PAGES_H_
#define KEYSTEAD_CORE_ARENA_PAGES_H_

#include <cstddef>
#include <cstdint>

#include "size_classes.h"

namespace keystead {

constexpr uint32_t kNoPage = UINT32_MAX;

enum class PageKind : uint8_t {
  kFree = 0,
  kSlots,    // cut into slots of one size class
  kRunHead,  // the first page of a run that is one block
  kRunBody,
};

struct PageInfo {
  PageKind kind;
  uint8_t size_class;   // kSlots
  uint16_t free_slots;  // kSlots
  uint32_t run_pages;   // kRunHead
  uint32_t next;        // kSlots: the list of this class's pages that have a free slot
  uint32_t previous;
  uint64_t free_bits[kSlotsPerPageMax / 64];  // kSlots: one bit per slot
};

class ArenaPages {
 public:
  // Maps an empty table for at most `pages` pages; its memory is touched only as the arena grows.
  bool Create(size_t pages);
  void Destroy();

  // Adds `count` free pages at the end of those that are backed.
  void Extend(size_t count);

  // Returns the first page of a run, or kNoPage. The run's PageInfo is the caller's to fill.
  uint32_t Take(size_t count);
  void GiveBack(uint32_t first, size_t count);

  size_t free_count() const { return free_count_; }
  size_t backed_count() const { return backed_count_; }
  PageInfo& operator[](uint32_t page) { return infos_[page]; }
  const PageInfo& operator[](uint32_t page) const { return infos_[page]; }

 private:
  size_t FindRun(size_t count) const;
  void MarkFree(size_t page) { free_bits_[page / 64] |= uint64_t{1} << (page % 64); }
  void MarkUsed(size_t page) { free_bits_[page / 64] &= ~(uint64_t{1} << (page % 64)); }
  bool IsFree(size_t page) const { return ((free_bits_[page / 64] >> (page % 64)) & 1) != 0; }

  PageInfo* infos_ = nullptr;
  uint64_t* free_bits_ = nullptr;
  size_t table_bytes_ = 0;
  size_t backed_count_ = 0;
  size_t free_count_ = 0;
  size_t first_free_word_ = 0;  // no word of free_bits_ before this one has a bit set
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_ARENA_PAGES_H_
