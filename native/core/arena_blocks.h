// ArenaBlocks: cuts the arena's pages into blocks. Small blocks are slots of a size class, found
// through a bitmap per page, so that a block costs its own bytes and no header; larger ones are
// runs of pages. INVARIANT: every free byte of the arena is zero, so what is handed out needs no
// clearing. Not thread-safe: the arena's lock covers it.
#ifndef KEYSTEAD_CORE_ARENA_BLOCKS_H_
#define KEYSTEAD_CORE_ARENA_BLOCKS_H_

#include <cstddef>
#include <cstdint>

#include "arena_pages.h"
#include "arena_steps.h"
#include "secure_arena.h"

namespace keystead {

class ArenaBlocks {
 public:
  // Backs at least kSecureArenaMinBytes. False, with nothing left behind, when that cannot be had.
  bool Start(const SecureMemoryPolicy& policy);

  // `size` is at most kSecureArenaLargestBlock. nullptr when the limit is reached.
  void* Allocate(size_t size, SecureUse use);

  // Wipes and frees. False, with nothing touched, when `pointer` is not a live block.
  bool Free(void* pointer);

  // Only for a live block; needs no lock, since nobody changes these fields while the block lives.
  size_t BlockBytes(const void* pointer) const;

  const ArenaSteps& steps() const { return steps_; }
  size_t in_use_bytes() const { return in_use_bytes_; }

 private:
  bool Grow();
  uint32_t TakePages(size_t count, SecureUse use);
  void* AllocateRun(size_t size, SecureUse use);
  void* AllocateSlot(size_t size_class, SecureUse use);
  void* AllocateSlotOfLargerClass(size_t size_class);
  void* TakeSlot(uint32_t page);
  bool CutIntoSlots(size_t size_class, SecureUse use);
  bool FreeSlot(uint32_t page, size_t offset);
  bool FreeRun(uint32_t page, size_t offset);
  void Link(uint32_t page);
  void Unlink(uint32_t page);
  void* HandOut(uint8_t* block, size_t bytes);
  void TakeBack(uint8_t* block, size_t bytes);

  uint8_t* PageStart(uint32_t page) const { return steps_.base() + page * kArenaPageBytes; }

  ArenaSteps steps_;
  ArenaPages pages_;
  size_t in_use_bytes_ = 0;
  uint32_t with_free_slot_[kSizeClassCount] = {};  // the first page of each class's list
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_ARENA_BLOCKS_H_
