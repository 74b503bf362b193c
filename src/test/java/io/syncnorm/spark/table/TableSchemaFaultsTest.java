package io.syncnorm.spark.table;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.data.DataException;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults that are found before any row is read. */
class TableSchemaFaultsTest extends FaultyTables {
  static Stream<Arguments> faultsOfSchemas() {
    return Stream.of(
        fault(
            "no such path",
            folder -> Tables.settings("csv", folder.resolve("none.csv"), Scale.NONE),
            "there is no data",
            "none.csv",
            "check the path"),
        fault(
            "glob without files",
            folder -> Tables.settings("parquet", folder.resolve("*.parquet"), Scale.NONE),
            "there is no data",
            "*.parquet"),
        fault(
            "empty folder, parquet",
            folder -> Tables.settings("parquet", folder, Scale.NONE),
            "there is no data"),
        fault(
            "empty folder, csv",
            folder -> Tables.settings("csv", folder, Scale.NONE),
            "there is no data"),
        fault(
            "empty folder, libsvm",
            folder -> Tables.settings("libsvm", folder, Scale.NONE),
            "libsvm"),
        fault(
            "empty folder, image",
            folder -> Tables.settings("image", folder, Scale.NONE),
            "there is no data",
            "found=no files"),
        fault(
            "unknown format",
            csv("parquett", "label,a\n1,2\n"),
            "Spark has no such format",
            "found=format=parquett",
            "--packages"),
        fault(
            "option that the format refuses",
            csv(Map.of("schema", "label INT a"), "label,a\n1,2\n"),
            "the data cannot be read as csv"),
        fault(
            "unknown option",
            csv(Map.of("seperator", ";"), "label,a\n1,2\n"),
            "format csv has no such option",
            "found=seperator"),
        fault(
            "unknown mode",
            csv(Map.of("mode", "STRICT"), "label,a\n1,2\n"),
            "option mode has no such value",
            "found=STRICT"),
        fault(
            "torn Parquet footer",
            folder ->
                Tables.settings("parquet", file(folder, "a.parquet", "PAR1 torn"), Scale.NONE),
            "the data cannot be read as parquet",
            "a.parquet",
            "is not a Parquet file"),
        fault(
            "torn ORC file",
            folder -> Tables.settings("orc", file(folder, "a.orc", "ORC torn"), Scale.NONE),
            "a.orc"),
        fault(
            "missing label",
            csv("lable,a\n1,2\n"),
            "there is no such column for the label",
            "expected=one of [lable, a]",
            "found=label",
            "did you mean lable?"),
        fault(
            "missing label, nothing near",
            csv("x,a\n1,2\n"),
            "found=label",
            "set the name of a column"),
        fault(
            "missing feature",
            csv(List.of("px0", "px1"), "label,px0,px2\n1,2,3\n"),
            "no such column for the features",
            "found=px1",
            "did you mean px0?"),
        fault(
            "pattern that matches nothing",
            csv(List.of("pixel*"), "label,px0\n1,2\n"),
            "found=pixel*"),
        fault(
            "feature named twice",
            csv(List.of("px*", "px1"), "label,px0,px1\n1,2,3\n"),
            "a feature is named twice",
            "found=px1"),
        fault(
            "missing weight",
            weighted("label,a,w0\n1,2,3\n"),
            "no such column for the weight",
            "found=w"),
        fault(
            "weight of text",
            weighted("label,a,w\n1,2,heavy\n"),
            "column w cannot be used as weight",
            "type=string"),
        fault(
            "features of maps",
            json("{\"label\":1,\"a\":{\"b\":1}}", List.of("a")),
            "column a cannot be used as features",
            "type=struct<b:bigint>"),
        fault(
            "arrays of text",
            json("{\"label\":1,\"a\":[\"b\"]}", List.of("a")),
            "column a cannot be used as features",
            "type=array<string>"),
        fault(
            "array beside a number",
            json("{\"label\":1,\"a\":[1,2],\"b\":3}", List.of("a", "b")),
            "column a cannot be used as features",
            "name this column alone"),
        fault(
            "label of arrays",
            json("{\"label\":[1],\"a\":[1,2]}", List.of("a")),
            "column label cannot be used as label",
            "type=array<bigint>"),
        fault(
            "two columns of arrays",
            json("{\"label\":1,\"a\":[1,2],\"b\":[3]}", List.of()),
            "columns of features must be named",
            "a array<bigint>",
            "b array<bigint>"),
        fault("no features", csv("label\n1\n0\n"), "columns of features must be named"),
        fault(
            "one class of text",
            csv("label,a\ncat,1\ncat,2\n"),
            "there must be 2 to 256 classes",
            "found=[cat]"),
        fault(
            "257 classes of text",
            csv("label,a\n" + lines(257, i -> "c" + i + ",1")),
            "there must be 2 to 256 classes",
            "found=more, such as [c0, c1, c10]"),
        fault(
            "only nulls",
            json("{\"label\":1,\"a\":[]}\n{\"label\":1}", List.of("b")),
            "no such column for the features",
            "found=b"),
        fault(
            "malformed JSON",
            json("{\"label\":1,\"a\":[1,2]}\n{\"label\":1,\"a\":[1,", List.of()),
            "the data cannot be read as json",
            "a.json"),
        fault(
            "bytes that are no image",
            folder ->
                new TableSettings(
                    "binaryFile",
                    Map.of(),
                    List.of(file(folder, "a.png", "text").toString()),
                    "length",
                    List.of(),
                    "",
                    Scale.NONE),
            "the first value of column content is not an image"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faultsOfSchemas")
  void shouldRefuseBeforeRowsAreRead(String name, Maker maker, List<String> essentials) {
    TableSettings settings = maker.apply(folder);
    assertEssentials(
        assertThrows(DataException.class, () -> TableSource.training(spark, settings)).getMessage(),
        essentials);
  }
}
