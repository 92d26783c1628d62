# The tour of support/tour.py with Net::FTP. Dies where a call fails or gives something else than it should.
use strict;
use warnings;
use utf8;
use Net::FTP;

# Names are octets here, as they are on the wire; literals below are encoded at once.
my $renamed = "old/renamed ü.bin";
utf8::encode($renamed);
my $tls = $ENV{FTP_TLS};
my %options = (Port => $ENV{FTP_PORT}, Timeout => 20, Passive => !$ENV{FTP_ACTIVE});
%options = (%options, SSL_ca_file => $ENV{FTP_CA}) if $tls;
$options{SSL} = 1 if $tls eq 'implicit';

my $ftp = Net::FTP->new($ENV{FTP_HOST}, %options) or die "connect: $@";

sub ok {
  my ($result, $what) = @_;
  defined $result && length $result or die "$what: " . $ftp->code . ' ' . $ftp->message;
  return $result;
}

sub names_in {
  my ($folder) = @_;
  opendir my $handle, $folder or die $!;
  return sort grep { !/^\.\.?$/ } readdir $handle;
}

ok($ftp->starttls || undef, 'AUTH TLS') if $tls eq 'explicit';
ok($ftp->login($ENV{FTP_USER}, $ENV{FTP_PASSWORD}) || undef, 'login');
ok($ftp->prot('P') || undef, 'PROT P') if $tls;
ok($ftp->binary, 'TYPE I');
ok($ftp->cwd($ENV{FTP_PATH}) || undef, 'CWD');
die 'PWD: ' . $ftp->pwd unless $ftp->pwd eq $ENV{FTP_PATH};

my @names = names_in('src');
my @listed = sort $ftp->ls('down');
die "NLST: @listed" unless "@listed" eq join ' ', map { "down/$_" } @names;
my @lines = grep { /^-/ } $ftp->dir('down');
for my $name (@names) {
  my $size = -s "src/$name" || 0;
  die "LIST has no $name of $size octets: @lines" unless grep { /\s\Q$size\E\s.*\s\Q$name\E$/ } @lines;
  die "SIZE of $name" unless ok($ftp->size("down/$name"), 'SIZE') == $size;
  ok($ftp->mdtm("down/$name"), 'MDTM');
}

ok($ftp->get("down/$_", "got/$_") || undef, "RETR $_") for @names;
ok($ftp->mkdir('up') || undef, 'MKD');
ok($ftp->put("src/$_", "up/$_") || undef, "STOR $_") for @names;

ok($ftp->get('down/big.bin', 'got/part.bin', -s 'got/part.bin') || undef, 'REST and RETR');
# Net::FTP has no call that resumes storing: what is missing is appended.
open my $big, '<:raw', 'src/big.bin' or die $!;
seek $big, $ftp->size('part.bin'), 0;
ok($ftp->append($big, 'part.bin') || undef, 'APPE');
close $big;

ok($ftp->rename('old/rename me.bin', $renamed) || undef, 'RNFR and RNTO');
ok($ftp->delete('old/delete me.bin') || undef, 'DELE');
ok($ftp->rmdir('old/empty dir') || undef, 'RMD');
ok($ftp->mkdir('new "dir"') || undef, 'MKD');
die 'a missing file was found' if defined $ftp->size('missing');

# A tree made and removed in one call each; a unique name that is in the reply.
ok($ftp->mkdir('x/y/z', 1), 'MKD of three');
ok($ftp->put('src/one.bin', 'x/y/z/file') || undef, 'STOR');
ok($ftp->rmdir('x', 1) || undef, 'RMD of all');
my $unique = ok($ftp->put_unique('src/one.bin'), 'STOU');
die "STOU made no $unique" unless $ftp->size($unique) == 1;
ok($ftp->delete($unique) || undef, 'DELE of the unique file');

# A transfer given up in the middle: abort() leaves the session in order. Under TLS it would write its urgent octets
# between the records of the control connection, which is the end of that.
if (!$tls) {
  my $data = ok($ftp->retr('down/big.bin'), 'RETR');
  $data->read(my $buffer, 100) == 100 or die 'nothing came';
  $data->abort;
  die 'PWD after abort' unless $ftp->pwd eq $ENV{FTP_PATH};
}

ok($ftp->quit || undef, 'QUIT');
