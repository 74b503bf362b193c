package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Compares the generated files of the Python package with the Java classes that they follow.
 *
 * <p>After a change of params or of the summary, this writes them again:
 *
 * <pre>mvn test -Dtest=PythonFilesTest -Dsyncnorm.python.write=true</pre>
 */
class PythonFilesTest {
  private static final Path PACKAGE = Path.of("src", "main", "python", "syncnorm");
  private static final boolean WRITE = Boolean.getBoolean("syncnorm.python.write");

  @Test
  void shouldHaveTheParamsOfJava() throws IOException {
    compare("_params.py", PythonParams.generate());
  }

  @Test
  void shouldHaveTheRecordsOfJava() throws IOException {
    compare("_records.py", PythonRecords.generate());
  }

  @Test
  void shouldHaveEveryFigureOfTheSummary() throws IOException {
    String classes = Files.readString(PACKAGE.resolve("ml.py"));
    for (Method method : SyncBatchNormTrainingSummary.class.getDeclaredMethods()) {
      boolean ofEveryRecord =
          Arrays.stream(Object.class.getMethods())
              .anyMatch(each -> each.getName().equals(method.getName()));
      if (Modifier.isPublic(method.getModifiers()) && !ofEveryRecord) {
        assertTrue(classes.contains("def " + method.getName() + "(self)"), method::toString);
      }
    }
  }

  private static void compare(String name, String generated) throws IOException {
    Path file = PACKAGE.resolve(name);
    if (WRITE) {
      Files.writeString(file, generated);
    }
    assertEquals(
        generated,
        Files.exists(file) ? Files.readString(file) : "",
        file
            + " does not follow the Java classes; write it again: mvn test -Dtest=PythonFilesTest"
            + " -Dsyncnorm.python.write=true");
  }
}
