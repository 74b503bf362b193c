package io.syncnorm.data;

import java.io.Serializable;
import java.util.Locale;

/**
 * Rows dealt to one rank.
 *
 * @param positions place of each row in the rank's shard {@code [rows]}, from 0; not copied
 */
public record Piece(Part part, long[] positions, Rows rows) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if there is not one position per row
   */
  public Piece {
    if (positions.length != rows.count()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "each row needs one position: rows=%d, positions=%d",
              rows.count(),
              positions.length));
    }
  }
}
