package io.syncnorm.data;

import java.io.Serializable;

/**
 * Consecutive rows of a source, packed by the task that read them.
 *
 * <p>{@code file} and {@code start} name the run of consecutive rows that the block belongs to. The
 * blocks of a run follow each other in one partition. Sorted by file, then by start, the runs are
 * in the order of the source, whatever partitions they were read in.
 *
 * @param file full path of the file; empty if the source has no files
 * @param start offset at which the task's piece of the file starts, in the file's own units; the
 *     number of the partition if the source has no files
 */
public record RowBlock(Part part, String file, long start, Rows rows) implements Serializable {
  private static final long serialVersionUID = 1L;
}
