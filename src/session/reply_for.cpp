#include "session/reply_for.hpp"

namespace ferry {

Reply reply_for(const FsError& error) {
  switch (error.code) {  // no default: the compiler names the value we forgot
    case FsErrc::busy:
      return {450, "File busy, try again later."};
    case FsErrc::failed:
      return {451, "Local error, nothing was changed."};
    case FsErrc::no_space:
      return {452, "No space left on the server."};
    case FsErrc::unsupported:
      return {504, "This storage cannot do that."};
    case FsErrc::too_many:
      return {451, "Too many entries; ask for fewer of them."};
    case FsErrc::not_found:
      return {550, "No such file or directory."};
    case FsErrc::not_permitted:
      return {550, "Permission denied."};
    case FsErrc::exists:
      return {550, "Already exists."};
    case FsErrc::not_a_file:
      return {550, "Not a plain file."};
    case FsErrc::not_a_directory:
      return {550, "Not a directory."};
    case FsErrc::not_empty:
      return {550, "Directory not empty."};
    case FsErrc::over_quota:
      return {552, "Quota exceeded."};
    case FsErrc::bad_name:
      return {553, "File name not allowed."};
    case FsErrc::bad_offset:
      return {554, "Restart point is beyond the end."};
  }
  std::unreachable();
}

Reply reply_for_target(const FsError& error) {
  switch (error.code) {
    case FsErrc::not_found:
      return {553, "No such directory."};
    case FsErrc::not_permitted:
      return {553, "Permission denied."};
    case FsErrc::exists:
      return {553, "Already exists."};
    case FsErrc::not_a_file:
      return {553, "Not a plain file."};
    case FsErrc::not_a_directory:
      return {553, "Not a directory."};
    default:
      return reply_for(error);
  }
}

Reply preliminary_reply(int code) {
  return code == 125 ? Reply(125, "Data connection already open; transfer starting.")
                     : Reply(150, "File status okay; about to open data connection.");
}

namespace {

// The text is the inspector's own.
Reply reply_for_veto(const FsError& refusal) {
  const int code = refusal.code == FsErrc::over_quota ? 552 : 550;
  if (refusal.detail.empty()) return Reply(code, "The upload was refused.");
  return Reply::text_lines(code, refusal.detail);
}

}  // namespace

Reply reply_for(const TransferEnd& end) {
  using enum TransferEnd::Kind;
  switch (end.kind) {
    case complete:
      return end.kept_open ? Reply(250, "Transfer complete; the data connection stays open.")
                           : Reply(226, "Transfer complete.");
    case no_connection:
      return {425, "No data connection came about."};
    case tls_refused:
      return {522, "The TLS handshake of the data connection failed."};
    case foreign_session:
      return {522, "The data connection must resume the TLS session of this control connection."};
    case lost:
      return {426, "Data connection lost; transfer aborted."};
    case truncated:
      return {426, "Data connection ended without close_notify; transfer aborted."};
    case incomplete:
      return {426, "Data connection ended before the data did; transfer aborted."};
    case malformed:
      return {451, "The data is damaged; transfer aborted."};
    case expands_too_much:
      return {552, "The data expands to more than is accepted; transfer aborted."};
    case timed_out:
      return {426, "Transfer timed out."};
    case aborted:
      return {426, "Transfer aborted."};
    case stopped:
      return {426, "Transfer aborted, the service ends."};
    case vetoed:
      return reply_for_veto(end.error);
    case storage:
      return reply_for_target(end.error);
  }
  std::unreachable();
}

TransferOutcome outcome_of(const TransferEnd& end) {
  using enum TransferEnd::Kind;
  switch (end.kind) {
    case complete:
      return TransferOutcome::complete;
    case no_connection:
    case tls_refused:
    case foreign_session:
      return TransferOutcome::not_connected;
    case lost:
    case truncated:
    case incomplete:
    case malformed:
      return TransferOutcome::cut_off;
    case expands_too_much:
      return TransferOutcome::over_quota;
    case timed_out:
      return TransferOutcome::timed_out;
    case aborted:
    case stopped:
      return TransferOutcome::aborted;
    case vetoed:
      return TransferOutcome::vetoed;
    case storage:
      return end.error.code == FsErrc::over_quota || end.error.code == FsErrc::no_space
                 ? TransferOutcome::over_quota
                 : TransferOutcome::storage_error;
  }
  std::unreachable();
}

std::string_view outcome_text(const TransferEnd& end) {
  using enum TransferEnd::Kind;
  switch (end.kind) {
    case complete:
      return "complete";
    case no_connection:
      return "no data connection";
    case tls_refused:
      return "TLS handshake failed";
    case foreign_session:
      return "foreign TLS session";
    case lost:
      return "connection lost";
    case truncated:
      return "ended without close_notify";
    case incomplete:
      return "ended before its end mark";
    case malformed:
      return "damaged data";
    case expands_too_much:
      return "expands too much";
    case timed_out:
      return "timed out";
    case aborted:
      return "aborted";
    case stopped:
      return "stopped";
    case vetoed:
      return "refused by inspection";
    case storage:
      return "storage error";
  }
  std::unreachable();
}

}  // namespace ferry
