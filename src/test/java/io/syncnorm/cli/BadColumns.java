package io.syncnorm.cli;

import io.syncnorm.files.RemoteFileSystem.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** Bad files in columns: Parquet and ORC. */
final class BadColumns {
  private static final String ARRAYS =
      "SELECT * FROM VALUES (0, array(1, 2)), (1, array(2, 3)) AS t(label, x)";

  private static final String NAMES = "SELECT * FROM VALUES ('a', 1), ('b', 2) AS t(label, x)";

  private final BadInputs inputs;
  private final SparkSession spark;
  private final Map<String, String> good = new HashMap<>();
  private final Map<String, Path> torn = new HashMap<>();

  private BadColumns(BadInputs inputs, SparkSession spark) {
    this.inputs = inputs;
    this.spark = spark;
  }

  static void addTo(BadInputs inputs, SparkSession spark) throws IOException {
    BadColumns columns = new BadColumns(inputs, spark);
    columns.addFiles("parquet");
    columns.addFiles("orc");
    columns.addParquet();
    columns.addOrc();
  }

  /** Writes a folder with one file. */
  private Path write(String format, String name, String query) throws IOException {
    Path folder = inputs.next().resolve(name);
    spark.sql(query).coalesce(1).write().mode("append").format(format).save(folder.toString());
    return folder;
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part"))
          .findFirst()
          .orElseThrow();
    }
  }

  private void rows(String format, String name, String query, String... message)
      throws IOException {
    String train = write(format, "train", query).toString();
    inputs.add(format + ": " + name, inputs.table(format, train, good.get(format)), message);
  }

  private void addFiles(String format) throws IOException {
    Path sound = write(format, "good", ARRAYS);
    String good = sound.toString();
    this.good.put(format, good);
    inputs.add(
        format + ": a text", inputs.table(format, inputs.file("a", BadTexts.CSV) + "", good), "/a");
    Path tornFolder = Files.createDirectory(inputs.next().resolve("torn"));
    Path tornFile = Files.copy(only(sound), tornFolder.resolve("part-z"));
    SampleData.tear(tornFile);
    this.torn.put(format, tornFile);
    inputs.add(format + ": torn", inputs.table(format, tornFolder.toString(), good), "/torn");
    String named = write(format, "names", NAMES).toString();
    Path namesTorn = write(format, "names-torn", NAMES);
    Files.copy(tornFile, namesTorn.resolve("part-z"));
    inputs.add(
        format + ": torn beside names",
        inputs.table(format, namesTorn.toString(), named),
        format.equals("orc") ? "/names-torn" : "part-z");
    Path struck = inputs.next().resolve("vanishing");
    Files.createDirectory(struck);
    Files.copy(only(sound), struck.resolve("a." + format));
    Files.copy(only(sound), struck.resolve("struck." + format));
    inputs.add(
        format + ": vanishes",
        Fault.VANISHES,
        inputs.table(format, BadInputs.remote(struck), good),
        "struck",
        "does not exist");
    inputs.add(
        format + ": forbidden",
        Fault.FORBIDDEN,
        inputs.table(format, BadInputs.remote(struck), good),
        "vanishing",
        "Permission denied");
  }

  private void addParquet() throws IOException {
    String format = "parquet";
    String good = this.good.get(format);
    Path tornFile = torn.get(format);
    inputs.add(
        format + ": no such file",
        inputs.table(format, good + "/none", good),
        "there is no data",
        "none");
    inputs.add(
        format + ": an empty folder",
        inputs.table(format, inputs.next() + "", good),
        "there is no data");
    inputs.add(
        format + ": an empty file",
        inputs.table(format, inputs.file("empty", "") + "", good),
        "/empty");
    Path second = write(format, "second", ARRAYS);
    Files.copy(tornFile, second.resolve("part-z"));
    inputs.add(
        format + ": a second file is torn",
        inputs.table(format, second.toString(), good),
        "part-z");
    Path types = write(format, "types", ARRAYS);
    Path other = write(format, "other", "SELECT 1 AS label, 'text' AS x");
    Files.copy(only(other), types.resolve("part-z"));
    inputs.add(
        format + ": a second file of other types",
        inputs.table(format, types.toString(), good),
        "a file cannot be read",
        "part-z");
    Path columns = write(format, "columns", ARRAYS);
    Files.copy(
        only(write(format, "missing", "SELECT 1 AS label, 2 AS y")), columns.resolve("part-z"));
    inputs.add(
        format + ": a second file without a column",
        inputs.table(format, columns.toString(), good),
        "a feature is missing",
        "part-z, row=1, column=x");
    rows(format, "no rows", ARRAYS + " WHERE label > 9", "there are no rows");
    rows(
        format,
        "no label",
        "SELECT 1 AS class, array(1, 2) AS x",
        "no such column for the label",
        "one of [class, x]");
    rows(
        format,
        "null label",
        ARRAYS + " UNION ALL SELECT null, array(1, 2)",
        "a label is missing",
        "row=3, column=label");
    rows(
        format,
        "null features",
        ARRAYS + " UNION ALL SELECT 1, null",
        "a feature is missing",
        "row=3, column=x");
    rows(
        format,
        "ragged arrays",
        ARRAYS + " UNION ALL SELECT 1, array(1)",
        "row=3, column=x, expected=2 features, found=1");
    rows(
        format,
        "NaN",
        "SELECT * FROM VALUES (0, array(1D, 2D)), (1, array(1D, double('NaN'))) AS t(label, x)",
        "row=2, column=x[1]",
        "found=NaN");
    rows(
        format,
        "only nulls",
        "SELECT 0 AS label, CAST(null AS ARRAY<INT>) AS x",
        "there are no rows with features",
        "found=null");
    rows(
        format,
        "wider than test",
        "SELECT * FROM VALUES (0, array(1, 2, 3)), (1, array(2, 3, 4)) AS t(label, x)",
        "row=1, column=x, expected=3 features, found=2");
    rows(
        format,
        "arrays of length 0",
        "SELECT * FROM VALUES (0, CAST(array() AS ARRAY<INT>)), (1, CAST(array() AS ARRAY<INT>)) AS"
            + " t(label, x)",
        "rows have no features",
        "column x");
  }

  private void addOrc() throws IOException {
    rows("orc", "no rows", ARRAYS + " WHERE label > 9", "there are no rows");
    rows("orc", "null features", ARRAYS + " UNION ALL SELECT 1, null", "row=3, column=x");
    rows(
        "orc",
        "ragged arrays",
        ARRAYS + " UNION ALL SELECT 1, array(1)",
        "row=3, column=x, expected=2 features, found=1");
  }
}
