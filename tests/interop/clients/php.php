<?php
// The tour of support/tour.py with PHP's ftp functions. Every warning is an error here, and so is every false.
declare(strict_types=1);

set_error_handler(function (int $level, string $message, string $file, int $line): bool {
    throw new ErrorException($message, 0, $level, $file, $line);
});

function expect(mixed $result, string $what): mixed
{
    if ($result === false) {
        throw new RuntimeException($what);
    }
    return $result;
}

$host = getenv('FTP_HOST');
$path = getenv('FTP_PATH');
$connect = getenv('FTP_TLS') === '' ? 'ftp_connect' : 'ftp_ssl_connect';
$ftp = expect($connect($host, (int) getenv('FTP_PORT'), 20), 'connect');
expect(ftp_login($ftp, getenv('FTP_USER'), getenv('FTP_PASSWORD')), 'login');
expect(ftp_pasv($ftp, getenv('FTP_ACTIVE') === ''), 'data connections');
expect(ftp_chdir($ftp, $path), 'CWD');
expect(ftp_pwd($ftp) === $path, 'PWD');

$names = array_values(array_diff(scandir('src'), ['.', '..']));
$listed = expect(ftp_nlist($ftp, 'down'), 'NLST');
sort($listed);
$expected = array_map(fn ($name) => "down/$name", $names);
sort($expected);
expect($listed === $expected, 'NLST: ' . implode(' ', $listed));
$facts = array_column(expect(ftp_mlsd($ftp, 'down'), 'MLSD'), null, 'name');
$lines = expect(ftp_rawlist($ftp, 'down'), 'LIST');
expect(count($lines) === count($names), 'LIST: ' . implode("\n", $lines));
foreach ($names as $name) {
    $size = filesize("src/$name");
    expect((int) $facts[$name]['size'] === $size && $facts[$name]['type'] === 'file', "facts of $name");
    expect(ftp_size($ftp, "down/$name") === $size, "SIZE of $name");
    expect(abs(ftp_mdtm($ftp, "down/$name") - time()) < 3600, "MDTM of $name");
    expect(ftp_get($ftp, "got/$name", "down/$name"), "RETR $name");
}

expect(ftp_mkdir($ftp, 'up') === "$path/up", 'MKD');
foreach ($names as $name) {
    expect(ftp_put($ftp, "up/$name", "src/$name"), "STOR $name");
}

expect(ftp_get($ftp, 'got/part.bin', 'down/big.bin', FTP_BINARY, FTP_AUTORESUME), 'REST and RETR');
expect(ftp_put($ftp, 'part.bin', 'src/big.bin', FTP_BINARY, FTP_AUTORESUME), 'REST and STOR');

expect(ftp_rename($ftp, 'old/rename me.bin', 'old/renamed ü.bin'), 'RNFR and RNTO');
expect(ftp_delete($ftp, 'old/delete me.bin'), 'DELE');
expect(ftp_rmdir($ftp, 'old/empty dir'), 'RMD');
expect(ftp_mkdir($ftp, 'new "dir"'), 'MKD');
expect(ftp_size($ftp, 'missing') === -1, 'a missing file was found');

expect(ftp_append($ftp, 'appended', 'src/with some space.txt'), 'APPE of a new file');
expect(ftp_append($ftp, 'appended', 'src/one.bin'), 'APPE');
expect(ftp_size($ftp, 'appended') === filesize('src/with some space.txt') + 1, 'SIZE after APPE');
expect(ftp_chmod($ftp, 0600, 'appended') === 0600, 'SITE CHMOD');
expect(str_starts_with(ftp_rawlist($ftp, 'appended')[0], '-rw-------'), 'mode in LIST');
expect(ftp_delete($ftp, 'appended'), 'DELE');
expect(ftp_systype($ftp) === 'UNIX', 'SYST');

// In pieces, as event-driven programs do.
$state = ftp_nb_get($ftp, 'piecewise', 'down/big.bin');
while ($state === FTP_MOREDATA) {
    $state = ftp_nb_continue($ftp);
}
expect($state === FTP_FINISHED && md5_file('piecewise') === md5_file('src/big.bin'), 'RETR in pieces');
expect(ftp_close($ftp), 'QUIT');
