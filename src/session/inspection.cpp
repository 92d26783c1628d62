// The embedder's last word on an upload, before it gets its name.

#include <ferry/inspection.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include "session/session.hpp"

namespace ferry {

namespace {

Task<void> ask(UploadInspector& inspector, const FinishedUpload& upload, std::optional<UploadRefusal>& refusal) {
  refusal = co_await inspector.inspect(upload);
}

}  // namespace

Task<TransferEnd> Session::inspect_upload(Sink& sink, std::vector<Digest> digests) {
  TransferFacts about = transfer_facts();
  co_return co_await inspect_upload(sink, std::move(digests), std::move(about));
}

Task<TransferEnd> Session::inspect_upload(Sink& sink, std::vector<Digest> digests, TransferFacts about) {
  const auto preview = co_await sink.preview();
  if (!preview) co_return preview.error();
  FinishedUpload upload;
  upload.transfer = std::move(about);
  upload.digests = std::move(digests);
  upload.content = preview->get();
  if (upload.content != nullptr)
    if (const auto native = upload.content->native(); native)
      upload.native_path = fmt::format("/proc/{}/fd/{}", ::getpid(), native->descriptor);

  std::optional<UploadRefusal> refusal;
  Task<void> asking = ask(*config().upload_inspector, upload, refusal);
  const bool answered = co_await events().run_there(std::move(asking));
  if (!answered) refusal = UploadRefusal();
  if (!refusal) co_return TransferEnd();
  TransferEnd end(TransferEnd::Kind::vetoed);
  end.error = FsError(refusal->code == 552 ? FsErrc::over_quota : FsErrc::not_permitted, std::move(refusal->text));
  co_return end;
}

}  // namespace ferry
