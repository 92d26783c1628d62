// The tour of support/tour.py with Apache Commons Net. Arguments: "host,passive|active,path" for each tour, which has
// its folder, named like its path, in the working directory.

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPSClient;

public class CommonsNet {
  private final FTPClient ftp;
  private final String path;
  private final File folder;

  private CommonsNet(FTPClient ftp, String path) {
    this.ftp = ftp;
    this.path = path;
    this.folder = new File(path.substring(1));
  }

  public static void main(String[] arguments) throws Exception {
    for (String argument : arguments) {
      String[] parts = argument.split(",");
      FTPClient ftp = connect(parts[0]);
      if (parts[1].equals("passive")) {
        ftp.enterLocalPassiveMode();
      } else {
        ftp.enterLocalActiveMode();
      }
      new CommonsNet(ftp, parts[2]).takeTour();
    }
  }

  private static FTPClient connect(String host) throws Exception {
    String tls = System.getenv("FTP_TLS");
    FTPClient ftp = tls.isEmpty() ? new FTPClient() : new FTPSClient(tls.equals("implicit"));
    ftp.setControlEncoding("UTF-8");
    ftp.setDefaultTimeout(20_000);
    ftp.setDataTimeout(Duration.ofSeconds(20));
    ftp.connect(host, Integer.parseInt(System.getenv("FTP_PORT")));
    expect(ftp.login(System.getenv("FTP_USER"), System.getenv("FTP_PASSWORD")), "login: " + ftp.getReplyString());
    if (ftp instanceof FTPSClient) {
      ((FTPSClient) ftp).execPBSZ(0);
      ((FTPSClient) ftp).execPROT("P");
    }
    expect(ftp.setFileType(FTP.BINARY_FILE_TYPE), "TYPE I");
    return ftp;
  }

  private static void expect(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException(what);
    }
  }

  private void ok(boolean result, String what) {
    expect(result, what + ": " + ftp.getReplyString());
  }

  private static Map<String, Long> sizes(FTPFile[] entries) {
    Map<String, Long> sizes = new TreeMap<>();
    for (FTPFile entry : entries) {
      if (entry.isFile()) {
        sizes.put(entry.getName(), entry.getSize());
      }
    }
    return sizes;
  }

  private void takeTour() throws Exception {
    ok(ftp.changeWorkingDirectory(path), "CWD");
    expect(ftp.printWorkingDirectory().equals(path), "PWD: " + ftp.getReplyString());
    Map<String, Long> expected = new TreeMap<>();
    for (File file : new File(folder, "src").listFiles()) {
      expected.put(file.getName(), file.length());
    }
    list(expected);

    for (String name : expected.keySet()) {
      try (OutputStream out = new FileOutputStream(new File(folder, "got/" + name))) {
        ok(ftp.retrieveFile("down/" + name, out), "RETR " + name);
      }
    }
    ok(ftp.makeDirectory("up"), "MKD");
    for (String name : expected.keySet()) {
      try (InputStream in = new FileInputStream(new File(folder, "src/" + name))) {
        ok(ftp.storeFile("up/" + name, in), "STOR " + name);
      }
    }
    resume();

    ok(ftp.rename("old/rename me.bin", "old/renamed \u00fc.bin"), "RNFR and RNTO");
    ok(ftp.deleteFile("old/delete me.bin"), "DELE");
    ok(ftp.removeDirectory("old/empty dir"), "RMD");
    ok(ftp.makeDirectory("new \"dir\""), "MKD");
    text();
    expect(!ftp.deleteFile("missing") && ftp.getReplyCode() == 550, "DELE of a missing file: " + ftp.getReplyString());
    ok(ftp.logout(), "QUIT");
    ftp.disconnect();
  }

  private void list(Map<String, Long> expected) throws Exception {
    expect(sizes(ftp.mlistDir("down")).equals(expected), "MLSD: " + sizes(ftp.mlistDir("down")));
    expect(sizes(ftp.listFiles("down")).equals(expected), "LIST: " + sizes(ftp.listFiles("down")));
    String[] names = ftp.listNames("down");
    Arrays.sort(names);
    expect(Arrays.equals(names, expected.keySet().stream().map(name -> "down/" + name).sorted().toArray()),
        "NLST: " + Arrays.toString(names));
    FTPFile one = ftp.mlistFile("down/one.bin");
    expect(one != null && one.getSize() == 1, "MLST: " + ftp.getReplyString());
    ok(ftp.getModificationTime("down/one.bin") != null, "MDTM");
    expect(ftp.getSize("down/big.bin").equals(Long.toString(expected.get("big.bin"))), "SIZE");
  }

  private void resume() throws Exception {
    File part = new File(folder, "got/part.bin");
    ftp.setRestartOffset(part.length());
    try (OutputStream out = new FileOutputStream(part, true)) {
      ok(ftp.retrieveFile("down/big.bin", out), "REST and RETR");
    }
    long there = Long.parseLong(ftp.getSize("part.bin"));
    ftp.setRestartOffset(there);
    try (InputStream in = new FileInputStream(new File(folder, "src/big.bin"))) {
      in.skipNBytes(there);
      ok(ftp.storeFile("part.bin", in), "REST and STOR");
    }
  }

  // TYPE A both ways, APPE, and STOU with its name in the reply.
  private void text() throws Exception {
    byte[] lines = "one\r\ntwo\r\n".getBytes(StandardCharsets.US_ASCII);
    ok(ftp.setFileType(FTP.ASCII_FILE_TYPE), "TYPE A");
    ok(ftp.storeFile("lines.txt", new ByteArrayInputStream("one\ntwo\n".getBytes(StandardCharsets.US_ASCII))), "STOR");
    ok(ftp.setFileType(FTP.BINARY_FILE_TYPE), "TYPE I");
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    ok(ftp.retrieveFile("lines.txt", raw), "RETR");
    expect(raw.toString().equals("one\ntwo\n"), "CR LF became LF");
    ok(ftp.appendFile("lines.txt", new ByteArrayInputStream(lines)), "APPE");
    expect(ftp.getSize("lines.txt").equals("18"), "SIZE after APPE");
    ok(ftp.deleteFile("lines.txt"), "DELE");
    ok(ftp.storeUniqueFile(new ByteArrayInputStream(lines)), "STOU");
    for (String name : ftp.listNames()) {
      String size = ftp.getSize(name);
      if (size != null && size.equals("10")) {
        ok(ftp.deleteFile(name), "DELE of the unique file");
      }
    }
  }
}
