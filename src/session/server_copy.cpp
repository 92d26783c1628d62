#include "session/server_copy.hpp"

#include "base/text.hpp"
#include "session/command_table.hpp"
#include "session/reply_for.hpp"
#include "transfer/file_work.hpp"

namespace ferry {

Task<std::optional<Reply>> copy_on_server(Session& session, const CommandSpec& spec, const std::vector<FtpPath>& parts,
                                          const FtpPath& target) {
  for (const FtpPath& part : parts) {
    const Permissions there = co_await session.permissions(part);
    if (!there.allows(Permission::retrieve)) co_return Reply(550, "Permission denied.");
  }
  const Permissions there = co_await session.permissions(target);
  if (!there.allows(Permission::store)) co_return Reply(550, "Permission denied.");

  StoreRequest request{.may_replace = there.allows(Permission::remove)};
  request.permission_bits = session.new_file_mode();
  request.policy = session.upload_policy();
  auto sink = co_await session.files().open_write(target, request);
  if (!sink) co_return reply_for_target(sink.error());
  const auto started = co_await (*sink)->start();
  if (!started) co_return reply_for_target(started.error());
  const BulkWork work{session.services().bulk_work, session.work()->cancellation};
  const bool inspected = session.config().upload_inspector != nullptr;
  const auto digesters = inspected ? Digesters::make(session.config().transfer_digests) : nullptr;
  const Clock::time_point begun = Clock::now();
  std::uint64_t written = 0;
  for (const FtpPath& part : parts) {
    const auto source = co_await session.files().open_read(part, 0);
    if (!source) co_return reply_for(source.error());
    const std::uint64_t octets = (*source)->remaining();
    const TransferEnd end = co_await copy_octets(**source, **sink, written, work, digesters.get());
    if (!end.complete()) co_return reply_for(end);
    written += octets;
  }
  if (inspected) {
    TransferFacts facts{.session = session.facts_now(),
                        .command = std::string(spec.verb),
                        .upload = true,
                        .path = target,
                        .octets = written,
                        .duration = Clock::now() - begun,
                        .tls = std::nullopt};
    std::vector<Digest> digests;
    if (digesters) digests = digesters->results();
    TransferEnd end = co_await session.inspect_upload(**sink, std::move(digests), std::move(facts));
    if (end.complete() && work.cancellation.requested()) end = TransferEnd::from(work.cancellation.reason());
    if (!end.complete()) co_return reply_for(end);
  }
  const auto committed = co_await (*sink)->commit();
  if (!committed) co_return reply_for_target(committed.error());
  if (session.logs(LogLevel::info))
    session.log(LogLevel::info, "copy", std::string(spec.verb) + " made " + printable(target.text()));
  co_await session.tell([&](Events& to, const SessionFacts& who) { return to.file_copied(who, parts, target); });
  co_return std::nullopt;
}

}  // namespace ferry
