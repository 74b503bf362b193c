package io.syncnorm.spark.table;

import io.syncnorm.config.Suggestions;
import io.syncnorm.data.DataException;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.ScalaCollections;
import io.syncnorm.spark.SqlSession;
import io.syncnorm.spark.source.LoadFaults;
import io.syncnorm.spark.version.Frames;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.commons.lang3.math.NumberUtils;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;

/**
 * Finds columns of a DataFrame by the names and expressions of a user.
 *
 * @param table name of the table, for messages
 * @param hasTextNumbers whether columns of text may hold the numbers of features
 */
record TableSchema(Dataset<Row> frame, String table, boolean hasTextNumbers) {
  private static final int MOST_NAMES = 20;

  /**
   * A column that was found.
   *
   * @param text the user's text
   * @param field name, type and metadata of the column
   * @param sources names of the columns that it is computed from
   */
  record Found(String text, Column column, StructField field, Set<String> sources) {
    String type() {
      return field.dataType().catalogString();
    }
  }

  /**
   * Runs a job of the driver that reads rows, again if an executor is lost.
   *
   * @param job must not share a planned query between its calls: Spark keeps a query's failure
   * @throws DataException if a file cannot be read
   */
  <T> T read(Supplier<T> job) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(frame.sparkSession().sparkContext());
    try {
      return LoadFaults.named(spark, table, () -> Jobs.repeatable(spark, job));
    } catch (DataException | CancellationException e) {
      throw e;
    } catch (Exception e) { // Spark throws checked exceptions without declaring them
      if (e.getCause() == null || !TableFaults.isOfFile(e)) {
        throw e;
      }
      throw DataException.of(
          "a file cannot be read",
          table,
          "readable files of the format",
          TableFaults.reason(e),
          "check the format, its options and the files",
          e);
    }
  }

  /**
   * Reads the first row.
   *
   * @throws DataException if there is none
   */
  void requireRows() {
    if (read(() -> frame.limit(1).count()) == 0) {
      throw DataException.of(
          "there are no rows",
          table,
          "at least 1 row",
          "none",
          "correct the path or the file",
          null);
    }
  }

  List<StructField> fields() {
    return List.of(frame.schema().fields());
  }

  /**
   * Finds a column or an expression.
   *
   * @param role what the column is used as, for messages
   * @throws DataException if there is no such column
   */
  Found find(String text, String role) {
    Optional<StructField> named = field(text);
    if (named.isPresent()) {
      return new Found(text, column(named.get()), named.get(), Set.of(named.get().name()));
    }
    try {
      if (SqlSession.parsed(frame.sparkSession(), text) instanceof UnresolvedAttribute) {
        throw missing(text, role);
      }
      Column expression = functions.expr(text);
      Dataset<Row> selected = frame.select(expression);
      Set<String> sources = new LinkedHashSet<>();
      for (Attribute source : ScalaCollections.javaIterable(Frames.plan(selected).references())) {
        sources.add(source.name());
      }
      return new Found(text, expression, selected.schema().apply(0), sources);
    } catch (DataException e) {
      throw e;
    } catch (Exception e) { // Spark's AnalysisException is not declared.
      throw missing(text, role);
    }
  }

  /** The field of this name; in another case, if Spark finds it. */
  Optional<StructField> field(String name) {
    List<StructField> fields = fields();
    Optional<StructField> exact = fields.stream().filter(f -> f.name().equals(name)).findFirst();
    boolean isCaseSensitive = SqlSession.isCaseSensitive(frame.sparkSession());
    return exact.isPresent() || isCaseSensitive
        ? exact
        : fields.stream().filter(f -> f.name().equalsIgnoreCase(name)).findFirst();
  }

  /** The column of a field, whatever characters its name has. */
  Column column(StructField field) {
    return frame.col("`" + field.name().replace("`", "``") + "`");
  }

  /** The fault of a column that is missing, with the name that may be meant. */
  DataException missing(String name, String role) {
    String near =
        Suggestions.nearest(name, Arrays.stream(frame.columns()))
            .map(column -> "did you mean %s?".formatted(column))
            .orElseGet(this::remedyOfMissing);
    return DataException.of(
        "there is no such column for the " + role,
        table,
        "one of " + abbreviated(List.of(frame.columns())),
        name,
        near,
        null);
  }

  private String remedyOfMissing() {
    boolean areNumbers =
        Arrays.stream(frame.columns()).allMatch(name -> NumberUtils.isCreatable(name.strip()));
    if (hasTextNumbers && areNumbers) {
      return "the first line must name the columns: add it, or set the options header = false and schema";
    }
    return hasTextNumbers && frame.columns().length == 1
        ? "set the option sep if another character than a comma separates the values"
        : "set the name of a column, or an expression of Spark SQL";
  }

  /** The fault of a column whose type cannot be used. */
  DataException wrongType(Found column, String role, String expected, String remedy) {
    return DataException.of(
        "column %s cannot be used as %s".formatted(column.text(), role),
        table,
        expected,
        "type=" + column.type(),
        remedy,
        null);
  }

  /**
   * Whether rows are those of files in their order, so that each row can name its file. Any other
   * operation may mix the rows of files, and Spark reads a cached table without its files.
   */
  boolean isOverFiles() {
    return isOverFiles(Frames.execution(frame).withCachedData());
  }

  private static boolean isOverFiles(LogicalPlan plan) {
    if (plan instanceof LogicalRelation relation) {
      return relation.relation() instanceof HadoopFsRelation;
    }
    return (plan instanceof Project || plan instanceof Filter || plan instanceof SubqueryAlias)
        && isOverFiles(plan.children().head());
  }

  /** Names for a message, not too many. */
  static String abbreviated(List<?> names) {
    return names.size() <= MOST_NAMES
        ? names.toString()
        : names.stream()
            .limit(MOST_NAMES)
            .map(String::valueOf)
            .collect(Collectors.joining(", ", "[", ", ... " + names.size() + " in all]"));
  }
}
