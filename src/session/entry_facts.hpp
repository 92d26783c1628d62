// What MLST and MLSD say about an entry to this session's user-PI, with the facts that its storage has to be asked for.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/config.hpp>
#include <ferry/filesystem.hpp>

#include "net/loop.hpp"
#include "protocol/charset.hpp"
#include "protocol/mlst_facts.hpp"

namespace ferry {

class Session;

// The choice of facts as it is now. Outlived by the session's services.
class EntryFacts {
 public:
  explicit EntryFacts(const Session& session);

  // Whether anything about this entry stands in its FileAttributes. `may_be_link`: FileInfo::link, where it is known.
  bool need_attributes(FileKind kind, bool may_be_link) const;
  // The same about any entry of a listing.
  bool need_attributes() const { return media_types_ || links_; }

  // Appends the facts of the entry, whose last component is `name` and stands there as `on_the_wire`.
  void append(std::string& out, std::string_view name, std::string_view on_the_wire, const FileInfo& info,
              Permissions permissions, const FileAttributes& attributes) const;

 private:
  std::string_view media_type(std::string_view name, const FileAttributes& attributes) const;

  FactSet facts_;
  const Charset& charset_;
  const std::map<std::string, std::string>& table_;  // of media types
  bool media_types_;                                 // are wanted
  bool links_;                                       // likewise
};

// A listing whose entries' attributes are asked for along with it.
class AttributedReader final : public DirectoryReader {
 public:
  AttributedReader(std::unique_ptr<DirectoryReader> inner, AttributeReader& attributes, FtpPath directory,
                   EntryFacts facts, Loop& loop)
      : inner_(std::move(inner)),
        attributes_(attributes),
        directory_(std::move(directory)),
        facts_(facts),
        loop_(loop) {}

  Task<Result<std::span<const DirectoryEntry>>> next() override;
  // Of an entry that next() has given last.
  const FileAttributes& of(const DirectoryEntry& entry) const {
    return found_[static_cast<std::size_t>(&entry - entries_.data())];
  }

 private:
  const std::unique_ptr<DirectoryReader> inner_;
  AttributeReader& attributes_;
  const FtpPath directory_;
  const EntryFacts facts_;
  Loop& loop_;
  std::span<const DirectoryEntry> entries_;
  std::vector<FileAttributes> found_;
};

}  // namespace ferry
