// Files over the data connection: RETR, STOR, APPE, STOU and ABOR (RFC 959 §4.1.3, RFC 1123 §4.1.2.9, RFC 3659 §5).

#include "session/handlers.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"
#include "transfer/ascii.hpp"
#include "transfer/limited_streams.hpp"
#include "transfer/retrieve.hpp"
#include "transfer/store.hpp"

namespace ferry {

namespace {

// A restart point counts octets of the file: in MODE Z as its draft has it, in MODE B and C as it is the marker that we
// gave. Only under TYPE A and MODE S it counts those of the transfer (RFC 3659 §5.2): where that is in the file, one
// has to read to know.
Task<Result<AsciiPosition>> file_position(Session& session, const FtpPath& path, std::uint64_t restart_point) {
  const Representation& representation = session.representation;
  const bool counts_transfer = representation.type == DataType::ascii && representation.mode == TransferMode::stream;
  if (!counts_transfer || restart_point == 0) co_return AsciiPosition{restart_point, false};
  auto source = co_await session.files().open_read(path, 0);
  if (!source) co_return std::unexpected(source.error());
  co_return co_await find_ascii_position(**source, restart_point);
}

// The octets of a range (RANG). Past the end of the file there are none, which is no error (draft-bryan-ftp-range
// §3.1).
Task<Result<std::unique_ptr<Source>>> open_range(Session& session, const FtpPath& path, OctetRange range) {
  auto source = co_await session.files().open_read(path, range.first);
  const bool past_end = !source && source.error().code == FsErrc::bad_offset;
  if (past_end) source = co_await session.files().open_read(path, 0);
  if (!source) co_return source;
  co_return std::make_unique<LimitedSource>(*std::move(source), past_end ? 0 : range.size());
}

// RFC 1123 §4.1.3.4. Records have no place at an offset, unless a marker of MODE B or C says that it is one.
std::optional<Reply> refuse_restart(const Session& session) {
  const auto [type, form, structure, mode, level] = session.representation;
  if (restart_point_in(session.prepared) == 0 || structure == Structure::file) return std::nullopt;
  if (mode == TransferMode::block || mode == TransferMode::compressed) return std::nullopt;
  return Reply(555, "Under STRU R a transfer restarts in MODE B or C only.");
}

Task<Reply> store(Session& session, const CommandSpec& spec, FtpPath path, StoreRequest request) {
  request.policy = session.upload_policy();
  request.permission_bits = session.new_file_mode();
  auto sink = co_await session.files().open_write(path, request);
  if (!sink) co_return reply_for_target(sink.error());
  if (request.mode == StoreMode::patch)
    sink = std::make_unique<LimitedSink>(*std::move(sink), range_in(session.prepared)->size());
  const FtpPath stored = (*sink)->path();
  StoreOptions options{.use_splice = session.config().use_sendfile,
                       .digesters = Digesters::make(session.config().transfer_digests),
                       .keep_partial = request.policy.keep_partial};
  options.decoder =
      make_decoder(session.representation, session.services().ebcdic, session.config().formats.deflate_ratio);
  // Where an upload that breaks off leaves nothing, nobody can go on with it.
  if (request.policy.atomic != Atomicity::always) {
    options.on_marker = [&session](std::string_view marker, std::uint64_t file_offset) {
      session.acknowledge_marker(marker, file_offset);
    };
  }
  if (session.config().upload_inspector)
    options.inspect = [&session](Sink& complete, std::vector<Digest> digests) {
      return session.inspect_upload(complete, std::move(digests));
    };
  const int code = session.prepare_transfer(spec, Direction::up, make_store_job(std::move(*sink), std::move(options)),
                                            stored, request.offset);
  // RFC 1123 §4.1.2.9 gives this line its exact form.
  if (request.mode == StoreMode::unique) co_return Reply(code, "FILE: {}", {session.on_the_wire(stored.text())});
  co_return preliminary_reply(code);
}

}  // namespace

Task<Reply> retr(Session& session, Command command) {
  if (auto refused = refuse_restart(session)) co_return std::move(*refused);
  const FtpPath path = session.resolve(command.argument);
  const auto position = co_await file_position(session, path, restart_point_in(session.prepared));
  if (!position) co_return reply_for(position.error());
  const std::optional<OctetRange> range = range_in(session.prepared);
  Result<std::unique_ptr<Source>> source;
  if (range)
    source = co_await open_range(session, path, *range);
  else
    source = co_await session.files().open_read(path, position->file_offset);
  if (!source) co_return reply_for(source.error());
  const std::uint64_t octets = (*source)->remaining();
  RetrieveOptions options{.use_sendfile = session.config().use_sendfile,
                          .digesters = Digesters::make(session.config().transfer_digests)};
  const RestartMarkers markers{.interval = session.config().formats.marker_interval, .offset = position->file_offset};
  options.encoder = make_encoder(session.representation, session.services().ebcdic, position->cr_sent, markers);
  const int code =
      session.prepare_transfer(command.spec, Direction::down, make_retrieve_job(std::move(*source), std::move(options)),
                               path, range ? range->first : position->file_offset);
  if (code == 125) co_return preliminary_reply(code);
  co_return Reply(150, "Opening data connection ({} bytes).", {std::to_string(octets)});
}

Task<Reply> stor(Session& session, Command command) {
  if (auto refused = refuse_restart(session)) co_return std::move(*refused);
  FtpPath path = session.resolve(command.argument);
  StoreRequest request;
  const std::optional<OctetRange> range = range_in(session.prepared);
  if (restart_point_in(session.prepared) > 0 || range) {
    // Writing into a file that exists is what the right to append is about.
    const Permissions there = co_await session.permissions(path);
    if (!there.allows(Permission::append)) co_return Reply(550, "Permission denied.");
    const auto position = co_await file_position(session, path, restart_point_in(session.prepared));
    if (!position) co_return reply_for_target(position.error());
    request = {.mode = StoreMode::resume, .offset = position->file_offset};
    if (range) request = {.mode = StoreMode::patch, .offset = range->first};
  }
  co_return co_await store(session, command.spec, std::move(path), request);
}

namespace {

// The right to append is about what comes behind the end of a file. Making one, and going on before its end (REST),
// needs the right to store.
Task<bool> may_append(Session& session, const FtpPath& path) {
  const Permissions there = co_await session.permissions(path);
  if (there.allows(Permission::store)) co_return true;
  if (restart_point_in(session.prepared) > 0) co_return false;
  const auto info = co_await session.files().stat(path);
  co_return info.has_value();
}

}  // namespace

Task<Reply> appe(Session& session, Command command) {
  if (auto refused = refuse_restart(session)) co_return std::move(*refused);
  FtpPath path = session.resolve(command.argument);
  const bool permitted = co_await may_append(session, path);
  if (!permitted) co_return Reply(550, "Permission denied.");
  StoreRequest request{.mode = StoreMode::append};
  if (restart_point_in(session.prepared) > 0) {  // REST makes it a STOR
    const auto position = co_await file_position(session, path, restart_point_in(session.prepared));
    if (!position) co_return reply_for_target(position.error());
    request = {.mode = StoreMode::resume, .offset = position->file_offset};
  }
  co_return co_await store(session, command.spec, std::move(path), request);
}

Task<Reply> stou(Session& session, Command command) {
  const StoreRequest request{.mode = StoreMode::unique};
  co_return co_await store(session, command.spec, session.directory, request);
}

Task<Reply> abor(Session& session, Command) {
  session.cancel_transfer(IoErrc::aborted);
  co_await session.transfer_ended();
  if (session.data_port.has_connection()) co_return Reply(225, "Data connection open; no transfer in progress.");
  session.data_port.close();
  co_return Reply(226, "ABOR done.");
}

}  // namespace ferry
