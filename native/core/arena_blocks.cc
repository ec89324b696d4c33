#include "arena_blocks.h"

#include <algorithm>

#include "memory_poison.h"
#include "wipe.h"

namespace keystead {
namespace {

constexpr size_t kReservedPages = kSecureArenaOpenSslReserve / kArenaPageBytes;

size_t PagesFor(size_t size) { return (size + kArenaPageBytes - 1) / kArenaPageBytes; }

}  // namespace

bool ArenaBlocks::Start(const SecureMemoryPolicy& policy) {
  if (!steps_.Reserve(policy)) return false;
  if (!pages_.Create(steps_.reserved_bytes() / kArenaPageBytes)) {
    steps_.Release();
    return false;
  }
  std::fill(std::begin(with_free_slot_), std::end(with_free_slot_), kNoPage);
  while (steps_.backed_bytes() < kSecureArenaMinBytes) {
    if (Grow()) continue;
    pages_.Destroy();
    steps_.Release();
    return false;
  }
  return true;
}

bool ArenaBlocks::Grow() {
  const size_t bytes = steps_.Grow();
  pages_.Extend(bytes / kArenaPageBytes);
  return bytes != 0;
}

void* ArenaBlocks::Allocate(size_t size, SecureUse use) {
  if (size > kLargestSizeClassBytes) return AllocateRun(size, use);
  const size_t size_class = SizeClassOf(size);
  void* slot = AllocateSlot(size_class, use);
  if (slot != nullptr || use == SecureUse::kKey) return slot;
  return AllocateSlotOfLargerClass(size_class);
}

// A key gets a page only if the reserve is still there afterwards, really backed and not just
// allowed.
uint32_t ArenaBlocks::TakePages(size_t count, SecureUse use) {
  const size_t reserved = use == SecureUse::kKey ? kReservedPages : 0;
  while (pages_.free_count() < count + reserved) {
    if (!Grow()) return kNoPage;
  }
  for (;;) {
    const uint32_t first = pages_.Take(count);
    if (first != kNoPage || !Grow()) return first;
  }
}

void* ArenaBlocks::AllocateRun(size_t size, SecureUse use) {
  const size_t count = PagesFor(size);
  const uint32_t head = TakePages(count, use);
  if (head == kNoPage) return nullptr;
  for (size_t page = head; page < head + count; ++page) {
    pages_[static_cast<uint32_t>(page)].kind = PageKind::kRunBody;
  }
  pages_[head].kind = PageKind::kRunHead;
  pages_[head].run_pages = static_cast<uint32_t>(count);
  return HandOut(PageStart(head), count * kArenaPageBytes);
}

void* ArenaBlocks::AllocateSlot(size_t size_class, SecureUse use) {
  if (with_free_slot_[size_class] == kNoPage && !CutIntoSlots(size_class, use)) return nullptr;
  return TakeSlot(with_free_slot_[size_class]);
}

// When no page is left, OpenSSL goes on for a while with slots larger than it needs.
void* ArenaBlocks::AllocateSlotOfLargerClass(size_t size_class) {
  while (++size_class < kSizeClassCount) {
    if (with_free_slot_[size_class] != kNoPage) return TakeSlot(with_free_slot_[size_class]);
  }
  return nullptr;
}

bool ArenaBlocks::CutIntoSlots(size_t size_class, SecureUse use) {
  const uint32_t page = TakePages(1, use);
  if (page == kNoPage) return false;
  PageInfo& info = pages_[page];
  info.kind = PageKind::kSlots;
  info.size_class = static_cast<uint8_t>(size_class);
  info.free_slots = static_cast<uint16_t>(SlotsPerPage(size_class));
  std::fill(std::begin(info.free_bits), std::end(info.free_bits), 0);
  for (size_t slot = 0; slot < info.free_slots; ++slot) {
    info.free_bits[slot / 64] |= uint64_t{1} << (slot % 64);
  }
  Link(page);
  return true;
}

void* ArenaBlocks::TakeSlot(uint32_t page) {
  PageInfo& info = pages_[page];
  size_t word = 0;
  while (info.free_bits[word] == 0) ++word;
  const auto bit = static_cast<size_t>(__builtin_ctzll(info.free_bits[word]));
  info.free_bits[word] &= info.free_bits[word] - 1;
  if (--info.free_slots == 0) Unlink(page);
  const size_t bytes = kSizeClassBytes[info.size_class];
  return HandOut(PageStart(page) + (word * 64 + bit) * bytes, bytes);
}

bool ArenaBlocks::Free(void* pointer) {
  const size_t at = static_cast<size_t>(static_cast<uint8_t*>(pointer) - steps_.base());
  const auto page = static_cast<uint32_t>(at / kArenaPageBytes);
  if (page >= pages_.backed_count()) return false;
  const size_t offset = at % kArenaPageBytes;
  switch (pages_[page].kind) {
    case PageKind::kSlots:
      return FreeSlot(page, offset);
    case PageKind::kRunHead:
      return FreeRun(page, offset);
    default:
      return false;
  }
}

bool ArenaBlocks::FreeSlot(uint32_t page, size_t offset) {
  PageInfo& info = pages_[page];
  const size_t bytes = kSizeClassBytes[info.size_class];
  const size_t slot = offset / bytes;
  const uint64_t bit = uint64_t{1} << (slot % 64);
  const bool live = (info.free_bits[slot / 64] & bit) == 0;
  if (offset % bytes != 0 || slot >= SlotsPerPage(info.size_class) || !live) return false;
  TakeBack(PageStart(page) + offset, bytes);
  info.free_bits[slot / 64] |= bit;
  if (info.free_slots++ == 0) Link(page);
  if (info.free_slots == SlotsPerPage(info.size_class)) {
    Unlink(page);
    pages_.GiveBack(page, 1);
  }
  return true;
}

bool ArenaBlocks::FreeRun(uint32_t page, size_t offset) {
  if (offset != 0) return false;
  const size_t count = pages_[page].run_pages;
  TakeBack(PageStart(page), count * kArenaPageBytes);
  pages_.GiveBack(page, count);
  return true;
}

void ArenaBlocks::Link(uint32_t page) {
  PageInfo& info = pages_[page];
  uint32_t& first = with_free_slot_[info.size_class];
  info.previous = kNoPage;
  info.next = first;
  if (first != kNoPage) pages_[first].previous = page;
  first = page;
}

void ArenaBlocks::Unlink(uint32_t page) {
  const PageInfo& info = pages_[page];
  if (info.next != kNoPage) pages_[info.next].previous = info.previous;
  if (info.previous != kNoPage) {
    pages_[info.previous].next = info.next;
  } else {
    with_free_slot_[info.size_class] = info.next;
  }
}

void* ArenaBlocks::HandOut(uint8_t* block, size_t bytes) {
  UnpoisonMemory(block, bytes);
  in_use_bytes_ += bytes;
  return block;
}

void ArenaBlocks::TakeBack(uint8_t* block, size_t bytes) {
  Wipe(block, bytes);
  PoisonMemory(block, bytes);
  in_use_bytes_ -= bytes;
}

size_t ArenaBlocks::BlockBytes(const void* pointer) const {
  const auto at = static_cast<size_t>(static_cast<const uint8_t*>(pointer) - steps_.base());
  const PageInfo& info = pages_[static_cast<uint32_t>(at / kArenaPageBytes)];
  if (info.kind == PageKind::kRunHead) return info.run_pages * kArenaPageBytes;
  return kSizeClassBytes[info.size_class];
}

}  // namespace keystead
