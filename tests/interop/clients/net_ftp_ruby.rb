# The tour of support/tour.py with net/ftp. Raises where a call fails or gives something else than it should.
require 'net/ftp'

options = { port: ENV['FTP_PORT'].to_i, username: ENV['FTP_USER'], password: ENV['FTP_PASSWORD'],
            passive: ENV['FTP_ACTIVE'].empty?, open_timeout: 20, read_timeout: 20 }
options[:ssl] = { ca_file: ENV['FTP_CA'] } unless ENV['FTP_TLS'].empty?

def expect(condition, what) = condition || raise(what)

Net::FTP.open(ENV['FTP_HOST'], options) do |ftp|
  names = Dir.children('src').sort
  ftp.chdir(ENV['FTP_PATH'])
  expect ftp.pwd == ENV['FTP_PATH'], "PWD: #{ftp.pwd}"

  listed = ftp.nlst('down').map { |name| name.dup.force_encoding('UTF-8') }.sort
  expect listed == names.map { |name| "down/#{name}" }, "NLST: #{listed}"
  lines = ftp.list('down').map { |line| line.dup.force_encoding('UTF-8') }
  entries = ftp.mlsd('down').select(&:file?).to_h { |e| [e.pathname.dup.force_encoding('UTF-8'), e.size] }
  expect entries == names.to_h { |name| [name, File.size("src/#{name}")] }, "MLSD: #{entries}"
  names.each do |name|
    size = File.size("src/#{name}")
    expect lines.any? { |line| line.end_with?(" #{name}") && line.include?(" #{size} ") }, "LIST: #{lines}"
    expect ftp.size("down/#{name}") == size, "SIZE of #{name}"
    expect (Time.now - ftp.mtime("down/#{name}")).abs < 3600, "MDTM of #{name}"
    ftp.getbinaryfile("down/#{name}", "got/#{name}")
  end

  ftp.mkdir('up')
  names.each { |name| ftp.putbinaryfile("src/#{name}", "up/#{name}") }

  ftp.resume = true
  ftp.getbinaryfile('down/big.bin', 'got/part.bin')
  ftp.putbinaryfile('src/big.bin', 'part.bin')
  ftp.resume = false

  ftp.rename('old/rename me.bin', 'old/renamed ü.bin')
  ftp.delete('old/delete me.bin')
  ftp.rmdir('old/empty dir')
  ftp.mkdir('new "dir"')

  begin
    ftp.size('missing')
    raise 'a missing file was found'
  rescue Net::FTPPermError => e
    expect e.message.start_with?('550'), e.message
  end

  # Lines: TYPE A both ways.
  File.binwrite('lines.txt', "one\ntwo\n")
  ftp.puttextfile('lines.txt', 'lines.txt')
  expect ftp.size('lines.txt') == 8, 'CR LF became LF'
  ftp.gettextfile('lines.txt', 'lines.back')
  expect File.binread('lines.back') == "one\ntwo\n", 'text came back as it was'
  ftp.delete('lines.txt')
  expect ftp.system.start_with?('UNIX'), ftp.system
  expect ftp.status.include?('211'), 'STAT'
  ftp.noop
end
