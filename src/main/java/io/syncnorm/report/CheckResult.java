package io.syncnorm.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What a pre-flight check found out.
 *
 * @param status {@code ok} or {@code faults}
 */
@JsonPropertyOrder({"status", "checks"})
public record CheckResult(String status, List<Item> checks) {

  /**
   * One look.
   *
   * @param text what was found and, where that is a fault, what to do
   */
  @JsonPropertyOrder({"subject", "ok", "text"})
  public record Item(String subject, boolean ok, String text) {}

  /** One line without a line feed, for standard output. */
  public String toJsonLine() {
    return Json.line(this);
  }
}
