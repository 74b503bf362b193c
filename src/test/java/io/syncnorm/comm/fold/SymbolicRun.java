package io.syncnorm.comm.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs the programs of all processes on values that are expressions: rank 3 contributes {@code 3},
 * and a fold of {@code l} and {@code r} is {@code (l r)}. Each element of a message has its own
 * expression, so a value that is missing, stale or folded in another order cannot go unnoticed.
 */
final class SymbolicRun {
  private final FoldTree tree;
  private final Map<Integer, Program> programs;
  private final int elements;

  /** What the value of each node has to be. */
  private final Map<List<Integer>, String> expected = new HashMap<>();

  /** For each process the values of the slots that it uses. */
  private final Map<Integer, Map<Integer, String[]>> slots = new HashMap<>();

  /**
   * @param placed the process of each rank
   * @param programs the program of each process
   * @param elements of a message
   */
  SymbolicRun(FoldTree tree, int[] placed, Map<Integer, Program> programs, int elements) {
    this.tree = tree;
    this.programs = programs;
    this.elements = elements;
    programs.keySet().forEach(process -> slots.put(process, new HashMap<>()));
    for (int rank = tree.first(); rank < tree.end(); rank++) {
      String[] values = new String[elements];
      Arrays.fill(values, Integer.toString(rank));
      slots.get(placed[rank]).put(rank, values);
    }
    expect(0, 0);
  }

  /** Derives the expressions from the rule of the tree, without its classes. */
  private String expect(int level, int index) {
    int ranks = tree.end() - tree.first();
    int start = tree.first() + ((index * ranks) >> level);
    int end = tree.first() + (((index + 1) * ranks) >> level);
    String value =
        end - start == 1
            ? Integer.toString(start)
            : "(" + expect(level + 1, 2 * index) + " " + expect(level + 1, 2 * index + 1) + ")";
    expected.put(List.of(start, end), value);
    return value;
  }

  /** Runs all rounds, and checks what travels and that every process gets the result. */
  void check() {
    programs.forEach(
        (process, program) ->
            program.localFolds().forEach(fold -> fold(process, fold, Segment.WHOLE)));
    int reducing = common(program -> program.reduce().size());
    int rounds = common(program -> program.rounds().size());
    for (int round = 0; round < rounds; round++) {
      if (round == reducing) {
        checkReduced();
      }
      deliver(round);
      foldAll(round);
    }
    programs.forEach((process, program) -> checkResult(process, program.root(), Segment.WHOLE));
  }

  /** A number that is the same in all programs. */
  private int common(Function<Program, Integer> number) {
    List<Integer> numbers = programs.values().stream().map(number).distinct().toList();
    assertEquals(1, numbers.size(), () -> "programs differ: " + numbers);
    return numbers.get(0);
  }

  private void checkReduced() {
    programs.forEach(
        (process, program) ->
            program.reduced().ifPresent(segment -> checkResult(process, program.root(), segment)));
  }

  private void checkResult(int process, int slot, Segment segment) {
    for (long i = segment.start(elements); i < segment.end(elements); i++) {
      assertEquals(value(tree), slots.get(process).get(slot)[(int) i]);
    }
  }

  private String value(FoldTree node) {
    return expected.get(List.of(node.first(), node.end()));
  }

  /** All messages of a round are taken before any is delivered. */
  private void deliver(int number) {
    Map<List<Integer>, Part> sent = new HashMap<>();
    Map<List<Integer>, List<String[]>> payloads = new HashMap<>();
    programs.forEach(
        (from, program) -> {
          for (Part part : program.rounds().get(number).out()) {
            List<Integer> link = List.of(from, part.peer());
            assertEquals(null, sent.put(link, part), () -> "two messages in a round: " + link);
            payloads.put(link, part.nodes().stream().map(node -> read(from, node, part)).toList());
          }
        });
    programs.forEach(
        (to, program) -> {
          for (Part part : program.rounds().get(number).in()) {
            List<Integer> link = List.of(part.peer(), to);
            Part expectedPart = new Part(to, part.nodes(), part.segment());
            assertEquals(expectedPart, sent.remove(link), () -> "round " + number + ", " + link);
            write(to, part, payloads.get(link));
          }
        });
    assertEquals(Map.of(), sent, "messages that nobody expects");
  }

  private String[] read(int process, FoldTree node, Part part) {
    String[] values = slots.get(process).get(node.first());
    assertNotNull(values, () -> process + " has no value of " + node);
    for (long i = part.segment().start(elements); i < part.segment().end(elements); i++) {
      assertEquals(value(node), values[(int) i], () -> process + " sends " + node);
    }
    return values.clone();
  }

  private void write(int process, Part part, List<String[]> payload) {
    int start = (int) part.segment().start(elements);
    int length = (int) part.segment().length(elements);
    for (int i = 0; i < payload.size(); i++) {
      String[] values =
          slots
              .get(process)
              .computeIfAbsent(part.nodes().get(i).first(), slot -> new String[elements]);
      System.arraycopy(payload.get(i), start, values, start, length);
    }
  }

  private void foldAll(int number) {
    programs.forEach(
        (process, program) -> {
          Round round = program.rounds().get(number);
          round.folds().forEach(fold -> fold(process, fold, round.folded()));
        });
  }

  private void fold(int process, Fold fold, Segment segment) {
    String[] into = slots.get(process).get(fold.into());
    String[] other = slots.get(process).get(fold.other());
    for (long i = segment.start(elements); i < segment.end(elements); i++) {
      into[(int) i] = "(" + into[(int) i] + " " + other[(int) i] + ")";
    }
  }
}
