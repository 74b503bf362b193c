package io.syncnorm.experiment.rows;

import io.syncnorm.data.DataException;
import io.syncnorm.data.RowBlock;
import io.syncnorm.model.TrainedModel;
import io.syncnorm.report.ClassificationCollector;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.input.Input;
import io.syncnorm.spark.input.InputChunk;
import io.syncnorm.spark.source.LoadFaults;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Predictions of a model for rows without labels, computed by executors as they are asked for. */
public final class Predictions implements AutoCloseable {
  private static final String FILE = "__file";
  private static final String START = "__start";
  private static final String ROW = "__row";
  private static final String KEPT = "__kept";
  private static final String PREDICTION = "prediction";
  private static final String CLASS = "class";
  private static final String PROBABILITY = "probability";

  private final JavaSparkContext spark;
  private final Input input;
  private final boolean hasNames;
  private final List<String> names;
  private final Sent<TrainedModel.Sent> sent;
  private final Dataset<Row> all;

  /**
   * @param model {@linkplain TrainedModel#prepare prepared} for the format of the input
   */
  public Predictions(JavaSparkContext spark, TrainedModel model, Input input) {
    this.spark = spark;
    this.input = input;
    this.hasNames = model.classNames().isPresent();
    this.names =
        model
            .classNames()
            .orElseGet(
                () -> IntStream.range(0, model.classes()).mapToObj(String::valueOf).toList());
    this.sent = Sent.of(spark, model.sent());
    this.all =
        SparkSession.builder()
            .sparkContext(spark.sc())
            .getOrCreate()
            .createDataFrame(
                input.chunks(spark).mapPartitions(new Task(sent)),
                new StructType()
                    .add(FILE, DataTypes.StringType)
                    .add(START, DataTypes.LongType)
                    .add(ROW, DataTypes.LongType)
                    .add(PREDICTION, DataTypes.IntegerType)
                    .add(PROBABILITY, DataTypes.createArrayType(DataTypes.FloatType, false))
                    .add(KEPT, input.kept()));
  }

  /** Sent to the tasks, each of which opens a model of its own. */
  private record Task(Sent<TrainedModel.Sent> sent)
      implements FlatMapFunction<Iterator<InputChunk>, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Row> call(Iterator<InputChunk> chunks) {
      return new Predicting(sent.value().open(), chunks);
    }
  }

  /** Predicts the rows of a partition, chunk by chunk. */
  private static final class Predicting implements Iterator<Row> {
    private final TrainedModel model;
    private final Iterator<InputChunk> chunks;

    /** The number of rows so far, by file and start. */
    private final Map<Object, Long> passed = new HashMap<>();

    private Iterator<Row> predicted = Collections.emptyIterator();

    Predicting(TrainedModel model, Iterator<InputChunk> chunks) {
      this.model = model;
      this.chunks = chunks;
    }

    @Override
    public boolean hasNext() {
      while (!predicted.hasNext() && chunks.hasNext()) {
        predicted = predicted(chunks.next()).iterator();
      }
      return predicted.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the partition has no more rows");
      }
      return predicted.next();
    }

    private List<Row> predicted(InputChunk chunk) {
      RowBlock block = chunk.block();
      long count = block.rows().count();
      long first = passed.merge(List.of(block.file(), block.start()), count, Long::sum) - count;
      List<Row> rows = new ArrayList<>();
      ModelEvaluation.predict(
          model,
          block.rows(),
          (row, probabilities) ->
              rows.add(
                  RowFactory.create(
                      block.file(),
                      block.start(),
                      first + row,
                      ClassificationCollector.largest(probabilities),
                      probabilities.clone(),
                      chunk.kept().get(row))));
      return rows;
    }
  }

  /**
   * Writes a folder of files from executors: the kept columns, {@code prediction}, {@code class},
   * and the probabilities, which are one column per class in CSV and one array in other formats.
   *
   * @param format a name for {@code spark.write.format}
   * @param folder an address, by Spark's rule
   * @throws DataException if a row cannot be used, or two columns have the same name
   */
  public void save(String format, String folder) {
    List<Column> columns = new ArrayList<>();
    for (StructField field : input.kept().fields()) {
      columns.add(functions.col(KEPT).getField(field.name()).as(field.name()));
    }
    columns.add(functions.col(PREDICTION));
    Column[] texts = names.stream().map(functions::lit).toArray(Column[]::new);
    columns.add(
        functions.element_at(functions.array(texts), functions.col(PREDICTION).plus(1)).as(CLASS));
    if (format.equalsIgnoreCase("csv")) {
      for (int c = 0; c < names.size(); c++) {
        columns.add(functions.col(PROBABILITY).getItem(c).as(probabilityName(c)));
      }
    } else {
      columns.add(functions.col(PROBABILITY));
    }
    requireNamesOnce(format);
    Dataset<Row> table = all.select(columns.toArray(Column[]::new));
    AtomicBoolean isRepeated = new AtomicBoolean();
    named(() -> Jobs.repeatable(spark, () -> write(table, format, folder, isRepeated)));
  }

  /** Writes a folder that does not exist, or replaces what a lost executor has left of it. */
  private static String write(
      Dataset<Row> table, String format, String folder, AtomicBoolean isRepeated) {
    DataFrameWriter<Row> writer =
        table
            .write()
            .format(format)
            .mode(isRepeated.getAndSet(true) ? SaveMode.Overwrite : SaveMode.ErrorIfExists);
    if (format.equalsIgnoreCase("csv")) {
      writer.option("header", true);
    }
    writer.save(folder);
    return folder;
  }

  private void requireNamesOnce(String format) {
    Set<String> own = new HashSet<>(Set.of(PREDICTION, CLASS, PROBABILITY));
    if (format.equalsIgnoreCase("csv")) {
      IntStream.range(0, names.size()).forEach(c -> own.add(probabilityName(c)));
    }
    for (String name : input.kept().fieldNames()) {
      if (own.contains(name.toLowerCase(Locale.ROOT))) {
        throw DataException.of(
            "a column of the input has the name of a column of the predictions",
            input.description(),
            "other names than " + own,
            name,
            "choose the columns to keep with --columns",
            null);
      }
    }
  }

  private String probabilityName(int c) {
    return hasNames ? "p_" + names.get(c) : "p" + c;
  }

  /**
   * Writes all predictions as CSV, in the order of the rows: index, class and, if they are known,
   * its name, and the probability of each class. Partitions come one after another.
   *
   * @return number of rows
   * @throws DataException if a row cannot be used
   */
  public long writeCsv(Writer csv) throws IOException {
    csv.write(hasNames ? "index,class,name" : "index,class");
    for (int c = 0; c < names.size(); c++) {
      csv.write("," + quoted(probabilityName(c)));
    }
    csv.write("\n");
    JavaRDD<Row> rows = named(() -> Jobs.repeatable(spark, this::sorted));
    long index = 0;
    for (int p = 0; p < rows.getNumPartitions(); p++) {
      int partition = p;
      String lines = named(() -> Jobs.of(rows, partition, Predictions::lines));
      for (String line : (Iterable<String>) lines.lines()::iterator) {
        int end = line.indexOf(',');
        csv.append(String.valueOf(index++)).append(',').append(line, 0, end);
        if (hasNames) {
          csv.append(',').append(quoted(names.get(Integer.parseInt(line.substring(0, end)))));
        }
        csv.append(line, end, line.length()).append('\n');
      }
    }
    return index;
  }

  private <T> T named(Supplier<T> work) {
    return LoadFaults.named(spark, input.description(), work);
  }

  /** All predictions in order. Each call sorts them in jobs of its own. */
  private JavaRDD<Row> sorted() {
    Dataset<Row> ordered = input.isInOrder() ? all : all.orderBy(FILE, START, ROW);
    return ordered.select(PREDICTION, PROBABILITY).javaRDD();
  }

  /** A line per row: the class and the probabilities, separated by commas. */
  private static String lines(Iterator<Row> rows) {
    StringBuilder lines = new StringBuilder();
    while (rows.hasNext()) {
      Row row = rows.next();
      lines.append(row.getInt(0));
      for (Object probability : row.getList(1)) {
        lines.append(',').append(probability);
      }
      lines.append('\n');
    }
    return lines.toString();
  }

  private static String quoted(String text) {
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  /** Frees the model on all executors. */
  @Override
  public void close() {
    sent.destroy();
  }
}
