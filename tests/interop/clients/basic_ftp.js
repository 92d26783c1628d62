// The tour of support/tour.py with basic-ftp. A rejected promise ends the program with status 1.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const { Readable } = require("node:stream");
const ftp = require("basic-ftp");

// An empty file whose end is reached when the TLS handshake is over. basic-ftp 6.2 takes a resumed TLS session for a
// finished handshake; an empty upload then ends before it, without close_notify, and the server has to refuse it.
// Octets would have waited. (Node.js 20 still writes the last octets of the handshake when it announces its end, hence
// the setImmediate.)
class EmptyFile extends Readable {
  constructor(client) {
    super();
    this.client = client;
  }

  _read() {
    const socket = this.client.ftp.dataSocket;
    const end = () => setImmediate(() => this.push(null));
    if (socket.secureConnecting) {
      socket.once("secureConnect", end);
    } else {
      end();
    }
  }
}

async function takeTour(client) {
  const secure = { explicit: true, implicit: "implicit" }[process.env.FTP_TLS] ?? false;
  // Node.js 18 (Debian 12) does not find an IPv6 address in a certificate: there it looks for the name.
  const secureOptions = process.env.FTP_HOST.includes(":") ? { servername: "localhost" } : undefined;
  await client.access({
    host: process.env.FTP_HOST, port: Number(process.env.FTP_PORT), user: process.env.FTP_USER,
    password: process.env.FTP_PASSWORD, secure, secureOptions,
  });
  await client.cd(process.env.FTP_PATH);
  assert.equal(await client.pwd(), process.env.FTP_PATH);

  const names = fs.readdirSync("src").sort();
  const expected = Object.fromEntries(names.map(name => [name, fs.statSync("src/" + name).size]));
  const sizes = list => Object.fromEntries(list.filter(e => e.isFile).map(e => [e.name, e.size]).sort());
  const sorted = object => Object.fromEntries(Object.entries(object).sort());
  assert.deepEqual(sorted(sizes(await client.list("down"))), sorted(expected));
  client.availableListCommands = ["LIST"];
  assert.deepEqual(sorted(sizes(await client.list("down"))), sorted(expected));
  client.availableListCommands = ["MLSD"];

  for (const name of names) {
    assert.equal(await client.size("down/" + name), expected[name]);
    await client.downloadTo("got/" + name, "down/" + name);
  }
  await client.ensureDir("up");
  await client.cd("..");
  for (const name of names) {
    await client.uploadFrom(secure && expected[name] === 0 ? new EmptyFile(client) : "src/" + name, "up/" + name);
  }

  const part = fs.statSync("got/part.bin").size;
  await client.downloadTo(fs.createWriteStream("got/part.bin", { flags: "a" }), "down/big.bin", part);
  await client.appendFrom("src/big.bin", "part.bin", { localStart: await client.size("part.bin") });

  await client.rename("old/rename me.bin", "old/renamed ü.bin");
  await client.remove("old/delete me.bin");
  await client.removeEmptyDir("old/empty dir");
  await client.send('MKD new "dir"');
  await assert.rejects(client.size("missing"), error => error.code === 550);
  assert((await client.features()).has("MLST"));

  // Whole trees.
  fs.cpSync("src", "more", { recursive: true, filter: file => !(secure && file.endsWith("empty.bin")) });
  await client.uploadFromDir("more", "tree/with more");
  await client.downloadToDir("tree", "tree");
  assert.deepEqual(fs.readdirSync("tree/with more").sort(), fs.readdirSync("more").sort());
  await client.removeDir("tree");
}

const client = new ftp.Client(20_000);
client.ftp.log = message => console.log(message);
client.ftp.verbose = true;
takeTour(client).then(() => client.close(), error => {
  console.error(error);
  process.exitCode = 1;
  client.close();
});
