package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The image of {@code submit/kubernetes/Dockerfile}.
 *
 * @param dockerfile its text
 * @param workingDirectory the driver's working directory, an absolute path
 * @param jar the job jar, an absolute path
 */
record Image(String dockerfile, String workingDirectory, String jar) {
  static Image read() throws IOException {
    String text = Files.readString(Script.HOME.resolve("submit/kubernetes/Dockerfile"));
    String folder = find("^WORKDIR (/\\S+)$", text);
    return new Image(text, folder, folder + "/" + find("^COPY .*\\$JAR (\\S+\\.jar)$", text));
  }

  private static String find(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text);
    assertTrue(matcher.find(), pattern);
    return matcher.group(1);
  }
}
