package io.syncnorm.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The pauses that runs report in their results, with their parts. Older code reports none. */
final class ReportedPauses {
  private final Map<String, List<JsonNode>> pauses = new LinkedHashMap<>();

  /**
   * @param result the last line of the run's standard output
   */
  void add(String result) throws IOException {
    for (JsonNode hosts : new ObjectMapper().readTree(result).path("hosts")) {
      String why = hosts.path("why").textValue();
      if (!why.equals("start")) {
        String kind = why.contains("lost") ? "after a loss" : "for other hosts";
        pauses.computeIfAbsent(kind, any -> new ArrayList<>()).add(hosts.path("pause"));
      }
    }
  }

  /** Returns a line for each kind of pause. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    pauses.forEach(
        (kind, all) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "reported pauses %s (%d), medians: %.2f s: ending %.2f, slots %.2f, starting %.2f, data %.2f",
                    kind,
                    all.size(),
                    median(all, "seconds"),
                    median(all, "endingSeconds"),
                    median(all, "slotsSeconds"),
                    median(all, "startingSeconds"),
                    median(all, "dataSeconds"))));
    return lines;
  }

  private static double median(List<JsonNode> pauses, String part) {
    return pauses.stream()
        .mapToDouble(pause -> pause.path(part).doubleValue())
        .sorted()
        .skip(pauses.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
