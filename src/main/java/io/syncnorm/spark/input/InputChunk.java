package io.syncnorm.spark.input;

import io.syncnorm.data.RowBlock;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Rows without labels, in a task.
 *
 * @param block the rows; their labels are 0
 * @param kept values that are kept beside the predictions, per row
 */
public record InputChunk(RowBlock block, List<Row> kept) {}
