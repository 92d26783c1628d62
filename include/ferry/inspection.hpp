// Implement UploadInspector to have the last word on an upload: it is shown each complete file before it gets its name,
// and may refuse it (a virus, a document that does not validate). Files that are put together on the server from others
// (SITE CPTO, COMB) are shown as well: parts that were harmless one by one may not be so together.
//
// Lifetime: one UploadInspector per server, at least as long as the server.
// Threads:  called where events are (Config::events_executor); it may block there, or be a coroutine. Uploads of
//           different sessions are inspected at the same time. The upload waits, nobody else does.
// Failure:  an exception refuses the upload with 550.
//
// While there is an inspector, uploads are made as with Atomicity::always, whatever their UploadPolicy says: what it
// has not seen, or has refused, never stands under a name, not even a part of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ferry/digests.hpp>
#include <ferry/events.hpp>
#include <ferry/export.hpp>
#include <ferry/filesystem.hpp>

namespace FERRY_API ferry {

// A complete upload that has no name yet. Valid until the inspector has answered.
struct FinishedUpload {
  TransferFacts transfer;       // TransferFacts::command may be "SITE CPTO" or "COMB" too: such an upload has no Events
  std::vector<Digest> digests;  // see Config::transfer_digests
  // The whole file as it will be, from its first octet; null where the storage cannot show what it has not published.
  // For coroutines, which await its read() where they run.
  Source* content = nullptr;
  // A path that this process and its children can open, where the file is one of the operating system's; else empty.
  std::string native_path;
};

struct UploadRefusal {
  int code = 550;    // or 552, where it is about room (RFC 959 §4.2.2)
  std::string text;  // for the reply; may hold several lines
};

class UploadInspector {
 public:
  virtual ~UploadInspector() = default;
  // nullopt: it may have its name.
  virtual Task<std::optional<UploadRefusal>> inspect(const FinishedUpload& upload) = 0;
};

// An inspector from a plain function, which may block:
//
//     config.upload_inspector = ferry::upload_inspector([](const ferry::FinishedUpload& upload) {
//       return is_clean(upload.native_path) ? std::nullopt : std::optional(ferry::UploadRefusal{550, "Infected."});
//     });
std::shared_ptr<UploadInspector> upload_inspector(
    std::function<std::optional<UploadRefusal>(const FinishedUpload&)> function);

}  // namespace ferry
