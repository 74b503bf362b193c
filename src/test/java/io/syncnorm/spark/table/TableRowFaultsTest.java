package io.syncnorm.spark.table;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.DataException;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults of rows: the message names the file, the row, the column and the value. */
class TableRowFaultsTest extends FaultyTables {
  static Stream<Arguments> faultsOfRows() {
    return Stream.of(
        fault(
            "null feature",
            csv(Map.of("mode", "PERMISSIVE"), "label,a,b\n1,2,3\n0,,5\n"),
            "a feature is missing",
            "a.csv, row=2, column=a",
            "found=null"),
        fault(
            "text among numbers",
            csv("label,a,b\n1,2,3\n0,3,4\n1,5,six\n"),
            "a feature must be a number",
            "row=3, column=b",
            "found=six"),
        fault(
            "NaN",
            csv("label,a,b\n1,2,3\n0,NaN,4\n"),
            "a feature must be finite",
            "row=2, column=a",
            "found=NaN"),
        fault(
            "infinity",
            csv("label,a,b\n1,2,-Infinity\n"),
            "a feature must be finite",
            "row=1, column=b",
            "found=-Infinity"),
        fault(
            "larger than a float",
            csv("label,a\n1,2\n0,1e39\n"),
            "within the range of a float",
            "row=2, column=a",
            "found=1.0E39"),
        fault(
            "null label",
            csv(Map.of("mode", "PERMISSIVE"), "label,a\n1,2\n,3\n"),
            "a label is missing",
            "row=2, column=label",
            "found=null"),
        fault(
            "null label of text",
            csv(Map.of("mode", "PERMISSIVE"), "label,a\ncat,2\n,3\ndog,4\n"),
            "a label is missing",
            "row=2, column=label",
            "found=null"),
        fault(
            "negative label",
            csv("label,a\n1,2\n-1,3\n"),
            "must be the index of a class",
            "row=2, column=label, expected=an integer from 0 to 255, found=-1.0",
            "set the label to cast(label as string)"),
        fault("label out of range", csv("label,a\n256,2\n"), "row=1", "found=256.0"),
        fault("fraction as label", csv("label,a\n0,2\n0.5,2\n"), "row=2", "found=0.5"),
        fault(
            "negative weight",
            weighted("label,a,w\n1,2,1\n1,2,-1\n"),
            "a weight must be finite and at least 0",
            "row=2, column=w",
            "found=-1.0"),
        fault(
            "line too short",
            csv("label,a,b\n1,2,3\n0,4\n"),
            "a file cannot be read",
            "a.csv",
            "after row=1"),
        fault(
            "line too long",
            csv("label,a,b\n1,2,3\n0,4,5,6\n"),
            "a file cannot be read",
            "a.csv",
            "after row=1"),
        fault(
            "another header",
            folder -> {
              file(folder, "a.csv", "label,a,b\n1,2,3\n0,1,1\n0,2,3\n");
              file(folder, "b.csv", "label,b,a\n1,2,3\n");
              return Tables.settings("csv", folder, Scale.NONE);
            },
            "a file cannot be read",
            "b.csv",
            "header"),
        fault(
            "ragged arrays",
            json("{\"label\":1,\"a\":[1,2]}\n{\"label\":0,\"a\":[1,2,3]}", List.of()),
            "rows must have equal numbers of features",
            "row=2, column=a, expected=2 features, found=3"),
        fault(
            "null in an array",
            json("{\"label\":1,\"a\":[1,null]}", List.of()),
            "row=1, column=a[1]",
            "found=null"),
        fault(
            "malformed JSON",
            folder ->
                with(
                    "json",
                    Map.of("schema", "label INT, a ARRAY<INT>"),
                    file(folder, "a.json", "{\"label\":1,\"a\":[1,2]}\n{\"label\":1,\"a\":[1,"),
                    List.of()),
            "a file cannot be read",
            "a.json",
            "after row=1"),
        fault(
            "libsvm index beyond numFeatures",
            folder ->
                new TableSettings(
                    "libsvm",
                    Map.of("numFeatures", "3"),
                    List.of(file(folder, "a.libsvm", "1 1:1 3:2\n0 4:1\n").toString()),
                    "label",
                    List.of(),
                    "",
                    Scale.NONE),
            "a file cannot be read",
            "a.libsvm",
            "after row=1"),
        fault(
            "libsvm labels of -1 and 1",
            folder ->
                Tables.settings("libsvm", file(folder, "a.libsvm", "1 1:1\n-1 2:1\n"), Scale.NONE),
            "row=2, column=label",
            "found=-1.0",
            "cast(label as string)"),
        fault(
            "mixed image sizes",
            folder -> {
              image(folder, "a.png", 3, 2);
              image(folder, "b.png", 2, 2);
              return images("image", folder);
            },
            "images must have equal sizes",
            "b.png",
            "expected=[2, 3]",
            "found=[2, 2]"),
        fault(
            "mixed sizes of encoded images",
            folder -> {
              image(folder, "a.png", 3, 2);
              image(folder, "b.png", 2, 2);
              return images("binaryFile", folder);
            },
            "images must have equal sizes",
            "b.png",
            "expected=[2, 3]",
            "found=[2, 2]"),
        fault(
            "a text among images",
            folder -> {
              image(folder, "a.png", 30, 20);
              file(folder, "b.png", "text");
              return images("image", folder);
            },
            "an image cannot be decoded",
            "b.png"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faultsOfRows")
  void shouldRefuseRows(String name, Maker maker, List<String> essentials) {
    assertEssentials(faultOfRows(TableSource.training(spark, maker.apply(folder))), essentials);
  }

  @Test
  void shouldNameAFileThatVanishesOrIsTorn() throws IOException {
    Path csv = Files.createDirectory(folder.resolve("csv"));
    file(csv, "a.csv", "label,a\n" + lines(2, i -> i + ",1"));
    Path vanishing = file(csv, "b.csv", "label,a\n1,2\n");
    TableSource source = TableSource.training(spark, Tables.settings("csv", csv, Scale.NONE));
    Files.delete(vanishing);
    assertEssentials(
        faultOfRows(source), List.of("a file cannot be read", "b.csv", "does not exist"));

    Path parquet = Files.createDirectory(folder.resolve("parquet"));
    spark
        .range(9)
        .selectExpr("int(id) as label", "id as a")
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(parquet.toString());
    file(parquet, "part-x.parquet", "PAR1 torn");
    source = TableSource.training(spark, Tables.settings("parquet", parquet, Scale.NONE));
    assertEssentials(faultOfRows(source), List.of("a file cannot be read", "part-x.parquet"));
  }

  /** The message that a task would report; the task throws it. */
  private static String faultOfRows(TableSource source) {
    Throwable thrown =
        assertThrows(
            SparkException.class,
            () -> source.blocks(new JavaSparkContext(spark.sparkContext())).count());
    assertTrue(thrown.getCause() instanceof DataException, () -> "" + thrown);
    return thrown.getCause().getMessage();
  }
}
