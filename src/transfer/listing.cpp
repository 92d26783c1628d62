#include "transfer/listing.hpp"

namespace ferry {

namespace {

// Lines are collected up to this size before they are sent; with the reader's buffer it is all the memory a listing
// takes.
constexpr std::size_t chunk_size = 64 * 1024;

class ListingJob final : public TransferJob {
 public:
  ListingJob(std::string head, std::unique_ptr<DirectoryReader> reader, LineFormat format)
      : lines_(std::move(head)), reader_(std::move(reader)), format_(std::move(format)) {}

  Task<TransferEnd> run(DataConnection& data) override {
    while (reader_) {
      const auto entries = co_await reader_->next();
      if (!entries) co_return entries.error();
      if (entries->empty()) break;
      for (const DirectoryEntry& entry : *entries) format_(lines_, entry);
      if (lines_.size() >= chunk_size) {
        if (const IoErrc error = co_await send(data); error != IoErrc::none) co_return TransferEnd::from(error);
      }
      co_await data.loop().yield();
      if (const IoErrc reason = data.stream().socket().stopped_by(); reason != IoErrc::none)
        co_return TransferEnd::from(reason);
    }
    if (const IoErrc error = co_await send(data); error != IoErrc::none) co_return TransferEnd::from(error);
    co_return TransferEnd::from(co_await data.stream().finish());
  }

  bool moves_a_file() const override { return false; }

 private:
  Task<IoErrc> send(DataConnection& data) {
    const IoErrc error = co_await data.stream().write(std::as_bytes(std::span(lines_)));
    data.count(lines_.size());
    lines_.clear();
    co_return error;
  }

  std::string lines_;
  std::unique_ptr<DirectoryReader> reader_;
  LineFormat format_;
};

}  // namespace

std::unique_ptr<TransferJob> make_listing_job(std::string head, std::unique_ptr<DirectoryReader> reader,
                                              LineFormat format) {
  return std::make_unique<ListingJob>(std::move(head), std::move(reader), std::move(format));
}

}  // namespace ferry
