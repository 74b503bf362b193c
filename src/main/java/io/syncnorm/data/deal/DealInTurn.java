package io.syncnorm.data.deal;

import java.util.Objects;

/** Row {@code i} goes to rank {@code i mod world} at position {@code i div world}. */
record DealInTurn(long count, int world) implements Deal {
  private static final long serialVersionUID = 1L;

  DealInTurn {
    Deal.requireWorld(world);
  }

  @Override
  public long rows(int rank) {
    return count / world + (Objects.checkIndex(rank, world) < count % world ? 1 : 0);
  }

  @Override
  public long place(long number, int label, long ordinal) {
    Objects.checkIndex(number, count);
    return Deal.placeOf((int) (number % world), number / world);
  }

  /** The rows of a permutation are dealt in turn. */
  record Shuffled(Permutation order, DealInTurn deal) implements Deal {
    private static final long serialVersionUID = 1L;

    @Override
    public int world() {
      return deal.world();
    }

    @Override
    public long rows(int rank) {
      return deal.rows(rank);
    }

    @Override
    public long place(long number, int label, long ordinal) {
      return deal.place(order.apply(number), label, ordinal);
    }
  }
}
