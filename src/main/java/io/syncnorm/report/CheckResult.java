package io.syncnorm.report;

import java.util.List;

/**
 * What a pre-flight check found out.
 *
 * @param status {@code ok} or {@code faults}
 */
public record CheckResult(String status, List<Item> checks) {

  /**
   * One look.
   *
   * @param text what was found and, where that is a fault, what to do
   */
  public record Item(String subject, boolean ok, String text) {}
}
