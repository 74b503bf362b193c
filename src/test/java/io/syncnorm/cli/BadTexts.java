package io.syncnorm.cli;

import io.syncnorm.files.RemoteFileSystem.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Bad files of text: CSV, JSON and libsvm. */
final class BadTexts {
  static final String HEADER = "label,a,b\n";
  static final String ROWS = "0,1,2\n1,2,3\n0,3,1\n1,4,2\n";
  static final String CSV = HEADER + ROWS;
  static final String WEIGHTED = "label,a,b,w\n0,1,2,1\n1,2,3,1\n";
  static final String NAMED = "label,a,b\ncat,1,2\ndog,2,3\ncat,3,1\n";
  static final String JSON = "{\"label\":0,\"x\":[1,2]}\n{\"label\":1,\"x\":[2,3]}\n";
  static final String LIBSVM = "0 1:1 2:2\n1 1:2 2:3\n0 1:3\n";

  private final BadInputs inputs;

  private BadTexts(BadInputs inputs) {
    this.inputs = inputs;
  }

  static void addTo(BadInputs inputs) throws IOException {
    BadTexts texts = new BadTexts(inputs);
    texts.addPaths();
    texts.addSchemas();
    texts.addValues();
    texts.addWeights();
    texts.addOptions();
    texts.addJson();
    texts.addLibsvm();
  }

  private void csv(String name, String train, String... message) throws IOException {
    text("csv", name, train, CSV, List.of(), message);
  }

  private void text(
      String format, String name, String train, String test, List<String> more, String... message)
      throws IOException {
    inputs.add(
        format + ": " + name,
        inputs.table(
            format,
            inputs.file("train." + format, train).toString(),
            inputs.file("test." + format, test).toString(),
            more.toArray(String[]::new)),
        message);
  }

  private void addPaths() throws IOException {
    String good = inputs.file("good.csv", CSV).toString();
    String folder = inputs.next().toString();
    inputs.add(
        "csv: no such file",
        inputs.table("csv", folder + "/none.csv", good),
        "there is no data",
        "none.csv",
        "check the path");
    inputs.add(
        "csv: a glob without match",
        inputs.table("csv", folder + "/*.txt", good),
        "there is no data",
        "/*.txt");
    inputs.add(
        "csv: unknown scheme",
        inputs.table("csv", "s4://bucket/a.csv", good),
        "a path cannot be read",
        "file=s4://bucket/a.csv",
        "found=No FileSystem for scheme",
        "check the spelling");
    inputs.add(
        "csv: unknown format",
        inputs.table("parquett", good, good),
        "Spark has no such format",
        "found=format=parquett",
        "--packages");
    csv("an empty file", "", "there is no data", "train.csv", "found=no columns");
    csv("a header only", HEADER, "there are no rows", "train.csv");
    text("csv", "no rows for test", CSV, HEADER, List.of(), "there are no rows", "test.csv");
    String struck = BadInputs.remote(inputs.file("struck.csv", CSV));
    inputs.add(
        "csv: forbidden",
        Fault.FORBIDDEN,
        inputs.table("csv", struck, good),
        "struck.csv",
        "found=Permission denied");
    String ddl = "data.train.options.schema=\"label INT, a INT, b INT\"";
    inputs.add(
        "csv: forbidden, schema",
        Fault.FORBIDDEN,
        inputs.table("csv", struck, good, ddl),
        "a file cannot be read",
        "struck.csv",
        "found=Permission denied");
    inputs.add(
        "csv: vanishes, schema",
        Fault.VANISHES,
        inputs.table("csv", struck, good, ddl),
        "a file cannot be read",
        "struck.csv",
        "does not exist");
    String names = BadInputs.remote(inputs.file("struck.csv", NAMED));
    String text = "data.train.options.schema=\"label STRING, a INT, b INT\"";
    inputs.add(
        "csv: vanishes, names",
        Fault.VANISHES,
        inputs.table("csv", names, good, text),
        "struck.csv",
        "does not exist");
    byte[] packed = BadInputs.gzip(CSV.repeat(100).getBytes(StandardCharsets.UTF_8));
    inputs.add(
        "csv: torn gzip",
        inputs.table(
            "csv", inputs.file("a.csv.gz", Arrays.copyOf(packed, 40)).toString(), good, ddl),
        "a file cannot be read",
        "a.csv.gz",
        "found=Unexpected end");
    inputs.file("two/a.csv", CSV);
    inputs.add(
        "csv: another header",
        inputs.table(
            "csv",
            inputs.file("two/b.csv", "label,b,a\n0,1,2\n").getParent().toString(),
            good,
            ddl),
        "a file cannot be read",
        "b.csv",
        "header");
  }

  private void addSchemas() throws IOException {
    csv("no label", "lable,a,b\n" + ROWS, "no such column for the label", "did you mean lable?");
    csv(
        "no header",
        ROWS,
        "no such column for the label",
        "expected=one of [0, 1, 2]",
        "the first line must name the columns");
    text(
        "csv",
        "no such feature",
        CSV,
        CSV,
        List.of("data.train.features=[a,c]"),
        "no such column for the features",
        "found=c");
    text(
        "csv",
        "test without a feature",
        CSV,
        "label,a\n0,1\n",
        List.of(),
        "no such column for the features",
        "test.csv",
        "found=b");
    text(
        "csv",
        "an unknown name in test",
        NAMED,
        NAMED + "cow,1,2\n",
        List.of(),
        "test.csv, row=4, column=label",
        "found=cow");
    csv("one class", "label,a,b\n0,1,2\n0,2,3\n", "there is only one class", "train.csv");
    csv(
        "separated by semicolons",
        CSV.replace(',', ';'),
        "one of [label;a;b]",
        "set the option sep");
  }

  private void addValues() throws IOException {
    csv(
        "broken number",
        CSV + "1,2.x,3\n",
        "a feature must be a number",
        "train.csv, row=5, column=a",
        "found=2.x");
    csv("short line", CSV + "1,2\n", "train.csv", "Malformed CSV record: 1,2, after row=4");
    csv("null label", CSV + ",2,3\n", "a label is missing", "row=5, column=label");
    csv("NaN", CSV + "1,2,NaN\n", "row=5, column=b", "found=NaN");
    csv("infinity", CSV + "1,-Infinity,3\n", "row=5, column=a", "found=-Infinity");
    csv("negative label", CSV + "-1,2,3\n", "row=5, column=label", "found=-1.0");
    text(
        "csv",
        "label of 2",
        CSV + "2,2,3\n",
        CSV,
        List.of("data.classes=2"),
        "label is out of range",
        "train.csv",
        "expected=0 to 1",
        "found=2, rows=1, column=label");
    text(
        "csv",
        "label of 2 in test",
        CSV,
        CSV + "2,2,3\n",
        List.of(),
        "label is out of range",
        "test.csv",
        "expected=0 to 1",
        "found=2, rows=1, column=label");
  }

  private void addWeights() throws IOException {
    List<String> w = List.of("data.train.weight=w");
    text(
        "csv",
        "negative weight",
        WEIGHTED + "0,1,2,-1\n",
        WEIGHTED,
        w,
        "row=3, column=w",
        "found=-1.0");
    text(
        "csv",
        "weights of 0",
        "label,a,b,w\n0,1,2,0\n1,2,3,0\n",
        WEIGHTED,
        w,
        "all rows have weight 0",
        "train.csv",
        "rows=2");
  }

  private void addOptions() throws IOException {
    text(
        "csv",
        "unknown option",
        CSV,
        CSV,
        List.of("data.train.options.seperator=\";\""),
        "format csv has no such option",
        "found=seperator");
    text(
        "csv",
        "wrong mode",
        CSV,
        CSV,
        List.of("data.train.options.mode=strict"),
        "option mode has no such value",
        "FAILFAST",
        "found=strict");
  }

  private void json(String name, String train, String... message) throws IOException {
    text("json", name, train, JSON, List.of(), message);
  }

  private void addJson() throws IOException {
    json("malformed", JSON + "{\"label\":1,\"x\":[1,", "train.json", "Unexpected end-of-input");
    json(
        "ragged arrays",
        JSON + "{\"label\":1,\"x\":[1,2,3]}\n",
        "row=3, column=x, expected=2 features, found=3");
    json(
        "null in an array",
        JSON + "{\"label\":1,\"x\":[1,null]}\n",
        "row=3, column=x[1]",
        "found=null");
    text(
        "json",
        "test of another length",
        JSON,
        "{\"label\":0,\"x\":[1]}\n",
        List.of(),
        "test.json, row=1, column=x");
  }

  private void libsvm(String name, String train, String... message) throws IOException {
    text("libsvm", name, train, LIBSVM, List.of(), message);
  }

  private void addLibsvm() throws IOException {
    libsvm("text", LIBSVM + "cat 1:1\n", "train.libsvm", "cat", "after row=3");
    libsvm("indices not ascending", LIBSVM + "1 2:1 1:3\n", "train.libsvm", "ascending order");
    libsvm("negative label", LIBSVM + "-1 1:1\n", "row=4, column=label", "found=-1.0");
    libsvm("empty", "", "there are no rows", "train.libsvm");
    text(
        "libsvm",
        "index beyond training",
        LIBSVM,
        "0 3:1\n",
        List.of(),
        "test.libsvm",
        "Index 2 out of bounds");
    inputs.add(
        "libsvm: an empty folder",
        inputs.table("libsvm", inputs.next().toString(), inputs.next().toString()),
        "there is no data",
        "found=no files");
  }
}
