#include "transfer/listing.hpp"

namespace ferry {

namespace {

// Lines are collected up to this size before they are sent; with the reader's buffer it is all the memory a listing
// takes.
constexpr std::size_t chunk_size = 64 * 1024;

class ListingJob final : public TransferJob {
 public:
  ListingJob(std::string head, std::unique_ptr<DirectoryReader> reader, LineFormat format,
             std::unique_ptr<Encoder> encoder)
      : lines_(std::move(head)), reader_(std::move(reader)), format_(std::move(format)), encoder_(std::move(encoder)) {}

  Task<TransferEnd> run(DataConnection& data) override {
    while (reader_) {
      const auto entries = co_await reader_->next();
      if (!entries) co_return entries.error();
      if (entries->empty()) break;
      for (const DirectoryEntry& entry : *entries) format_(lines_, entry);
      if (lines_.size() >= chunk_size) {
        if (const IoErrc error = co_await send(data); error != IoErrc::none) co_return TransferEnd::from(error);
      }
      co_await data.take_turns();
      co_await data.loop().yield();
      if (const IoErrc reason = data.stream().socket().stopped_by(); reason != IoErrc::none)
        co_return TransferEnd::from(reason);
    }
    ended_ = true;
    if (const IoErrc error = co_await send(data); error != IoErrc::none) co_return TransferEnd::from(error);
    if (leaves_open()) co_return TransferEnd();
    co_return TransferEnd::from(co_await data.stream().finish());
  }

  bool moves_a_file() const override { return false; }
  bool leaves_open() const override { return encoder_ && encoder_->leaves_open(); }

 private:
  Task<IoErrc> send(DataConnection& data) {
    std::span<const std::byte> octets = std::as_bytes(std::span(lines_));
    if (encoder_) {
      encoded_.clear();
      encoder_->encode(octets, encoded_);
      if (ended_) encoder_->finish(encoded_);
      octets = encoded_;
    }
    const IoErrc error = co_await data.stream().write(octets);
    data.count(lines_.size());
    lines_.clear();
    co_return error;
  }

  std::string lines_;
  std::unique_ptr<DirectoryReader> reader_;
  LineFormat format_;
  std::unique_ptr<Encoder> encoder_;
  std::vector<std::byte> encoded_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<TransferJob> make_listing_job(std::string head, std::unique_ptr<DirectoryReader> reader,
                                              LineFormat format, std::unique_ptr<Encoder> encoder) {
  return std::make_unique<ListingJob>(std::move(head), std::move(reader), std::move(format), std::move(encoder));
}

}  // namespace ferry
