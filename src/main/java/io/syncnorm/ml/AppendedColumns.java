package io.syncnorm.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Appends columns that are computed over whole partitions, and keeps what Spark's encoders lose:
 * the metadata of columns, and columns that share a name.
 *
 * @param output schema that has the appended columns, by name
 */
record AppendedColumns(StructType input, StructType output) {

  /**
   * @param names of the appended columns, in the order of their values; empty ones are left out
   */
  Dataset<Row> of(Dataset<?> dataset, MapPartitionsFunction<Row, Row> rows, String... names) {
    List<StructField> fields = new ArrayList<>(List.of(input.fields()));
    for (String name : names) {
      if (!name.isEmpty()) {
        fields.add(output.apply(name));
      }
    }
    StructType numbered = new StructType();
    Column[] columns = new Column[fields.size()];
    for (int i = 0; i < columns.length; i++) {
      StructField field = fields.get(i);
      String number = "_" + i;
      numbered = numbered.add(number, field.dataType(), field.nullable(), field.metadata());
      columns[i] = new Column(number).as(field.name(), field.metadata());
    }
    return dataset.toDF().mapPartitions(rows, Encoders.row(numbered)).select(columns);
  }
}
