package io.syncnorm.report;

import java.util.List;

/**
 * The result of a pre-flight check.
 *
 * @param status {@code ok} or {@code faults}
 */
public record CheckResult(String status, List<Item> checks) {

  /**
   * One check.
   *
   * @param text what was found and, for a fault, what to do
   */
  public record Item(String subject, boolean ok, String text) {}
}
