// Sizes of messages that no test could write: arithmetic in 64 bits, and the format's limits.
#include "../core/message_layout.h"

#include <vector>

#include "../core/message_frame.h"
#include "../core/message_runs.h"
#include "core_test.h"
#include "sample_bytes.h"

namespace keystead::test {
namespace {

constexpr uint32_t kDefaultFrame = 64 * 1024;
constexpr uint32_t kLongestFrame = 0xFFFFFFFF;
constexpr uint64_t kMaxFrames = 0xFFFFFFFF;

FrameLayout LayOut(uint64_t plaintext_bytes, uint32_t frame_length) {
  FrameLayout layout;
  EXPECT(LayOutPlaintext(plaintext_bytes, frame_length, &layout) == Status::kOk);
  return layout;
}

KEYSTEAD_TEST(MessageLayoutFillsAllFramesButTheLast) {
  EXPECT(LayOut(0, 10).regular_frames == 0 && LayOut(0, 10).final_length == 0);
  EXPECT(LayOut(1, 10).regular_frames == 0 && LayOut(1, 10).final_length == 1);
  EXPECT(LayOut(10, 10).regular_frames == 0 && LayOut(10, 10).final_length == 10);
  EXPECT(LayOut(11, 10).regular_frames == 1 && LayOut(11, 10).final_length == 1);
  EXPECT(LayOut(20, 10).regular_frames == 1 && LayOut(20, 10).final_length == 10);
}

KEYSTEAD_TEST(MessageLayoutIsReadBackFromTheSizeOfTheBody) {
  const uint64_t sizes[] = {
      0, 1, 9, 10, 11, 65535, 65536, 65537, uint64_t{3} << 31, (uint64_t{1} << 40) + 7};
  for (const uint32_t frame_length : {10u, kDefaultFrame, kLongestFrame}) {
    for (const uint64_t size : sizes) {
      FrameLayout written;
      if (LayOutPlaintext(size, frame_length, &written) != Status::kOk) continue;
      FrameLayout read;
      EXPECT(LayOutBody(written.body_bytes(), frame_length, &read) == Status::kOk);
      EXPECT(read.plaintext_bytes() == size && read.regular_frames == written.regular_frames);
    }
  }
}

KEYSTEAD_TEST(MessageLayoutRefusesBodiesThatNoMessageHas) {
  FrameLayout layout;
  for (uint64_t size = 0; size < kFinalFrameOverheadBytes; ++size) {
    EXPECT(LayOutBody(size, 10, &layout) == Status::kMessageSize);
  }
  // Between the longest final frame and the shortest body of two frames.
  for (uint64_t size = 51; size < 82; ++size) {
    EXPECT(LayOutBody(size, 10, &layout) == Status::kMessageSize);
  }
  EXPECT(LayOutBody(50, 10, &layout) == Status::kOk);
  EXPECT(LayOutBody(82, 10, &layout) == Status::kOk && layout.plaintext_bytes() == 10);
}

KEYSTEAD_TEST(MessageLayoutKeepsToTheNumberOfFrames) {
  FrameLayout layout;
  EXPECT(LayOutPlaintext(kMaxFrames, 1, &layout) == Status::kOk);
  EXPECT(layout.regular_frames + 1 == kMaxFrames);
  EXPECT(LayOutPlaintext(kMaxFrames + 1, 1, &layout) == Status::kMessageLimit);
  EXPECT(LayOutPlaintext(kMaxFrames * 4096, 4096, &layout) == Status::kOk);
  EXPECT(LayOutPlaintext(kMaxFrames * 4096 + 1, 4096, &layout) == Status::kMessageLimit);
  EXPECT(LayOutBody(kMaxFrames * 33 + 8, 1, &layout) == Status::kOk);
  EXPECT(LayOutBody((kMaxFrames + 1) * 33 + 8, 1, &layout) == Status::kMessageSize);
}

KEYSTEAD_TEST(MessageLayoutKeepsToTheVolumeOfAKey) {
  FrameLayout layout;
  EXPECT(LayOutPlaintext(kMaxMessagePlaintextBytes, kLongestFrame, &layout) == Status::kOk);
  EXPECT(layout.plaintext_bytes() == kMaxMessagePlaintextBytes);
  EXPECT(LayOutPlaintext(kMaxMessagePlaintextBytes + 1, kLongestFrame, &layout) ==
         Status::kMessageLimit);
}

// Runs that follow each other without a gap, from `begin` to the end of the layout.
void ExpectRunsCover(const FrameLayout& layout, uint64_t begin) {
  const MessageRuns runs(layout, begin, layout.regular_frames + 1);
  uint64_t plaintext = begin * layout.frame_length;
  uint64_t body = layout.FrameOffset(begin);
  for (uint64_t i = 0; i < runs.count(); ++i) {
    const MessageRun run = runs.Run(i);
    EXPECT(run.plaintext_offset == plaintext && run.body_offset == body);
    EXPECT(run.first_sequence == plaintext / layout.frame_length + 1);
    EXPECT(run.is_last == (i + 1 == runs.count()));
    EXPECT(run.plaintext_bytes <= runs.max_plaintext_bytes());
    plaintext += run.plaintext_bytes;
    body += run.body_bytes;
  }
  EXPECT(plaintext == layout.plaintext_bytes() && body == layout.body_bytes());
}

KEYSTEAD_TEST(MessageRunsCoverEveryFrameOnce) {
  constexpr uint64_t kRun = kRunPlaintextBytes;
  const uint64_t sizes[] = {0,        1,           kDefaultFrame, kRun - 1,
                            kRun,     kRun + 1,    3 * kRun,      3 * kRun + kDefaultFrame,
                            kRun * 9, kRun * 9 + 1};
  for (const uint32_t frame_length : {4096u, kDefaultFrame, 3 * kDefaultFrame, 1024u * 1024}) {
    for (const uint64_t size : sizes) {
      const FrameLayout layout = LayOut(size, frame_length);
      for (uint64_t begin = 0; begin <= layout.regular_frames; begin += 7) {
        ExpectRunsCover(layout, begin);
      }
    }
  }
}

KEYSTEAD_TEST(MessageRunsReachBeyondFourGibibytes) {
  const FrameLayout layout = LayOut((uint64_t{1} << 44) + 5, kDefaultFrame);
  const MessageRuns runs(layout);
  const MessageRun last = runs.Run(runs.count() - 1);
  EXPECT(last.is_last);
  EXPECT(last.plaintext_offset + last.plaintext_bytes == layout.plaintext_bytes());
  EXPECT(last.body_offset + last.body_bytes == layout.body_bytes());
}

}  // namespace
}  // namespace keystead::test
