package io.syncnorm.comm;

/** How the leader of a process reaches the other processes of the world. */
interface Bridge extends AutoCloseable {
  /** There are no other processes. */
  Bridge NONE =
      new Bridge() {
        @Override
        public boolean isNeeded() {
          return false;
        }

        @Override
        public void gather(SharedMemoryWorld world, long exchange, long tag, Limit limit) {}

        @Override
        public void reduceScatter(
            SharedMemoryWorld world, long exchange, long tag, Window window) {}

        @Override
        public void allGather(SharedMemoryWorld world, long exchange, long tag, Window window) {}

        @Override
        public int segmentStart(int length) {
          return 0;
        }

        @Override
        public int segmentEnd(int length) {
          return length;
        }

        @Override
        public float[] remoteSegment(int rank) {
          throw new IllegalStateException("no rank is remote: rank=" + rank);
        }

        @Override
        public void wakeUp() {}

        @Override
        public void close() {}
      };

  boolean isNeeded();

  /**
   * The part of the vectors, seen as one end to end, that is averaged at a time: so buffers stay
   * small however long the vectors are.
   */
  record Window(long start, int length) {}

  /** Exchanges the messages of an exchange, fills in those of remote ranks and publishes them. */
  void gather(SharedMemoryWorld world, long exchange, long tag, Limit limit);

  /**
   * Sends each process its segment of a window of the local ranks' vectors, and receives the own
   * segment, which the local ranks then average.
   */
  void reduceScatter(SharedMemoryWorld world, long exchange, long tag, Window window);

  /** Sends the averaged own segment to all processes, and puts theirs into the local vectors. */
  void allGather(SharedMemoryWorld world, long exchange, long tag, Window window);

  /** Where this process' segment of a window of {@code length} elements begins, from its start. */
  int segmentStart(int length);

  /** Where it ends. */
  int segmentEnd(int length);

  /** The own segment of a remote rank's vectors, after {@link #reduceScatter}. */
  float[] remoteSegment(int rank);

  /** Makes a blocked exchange look whether a rank has failed. */
  void wakeUp();

  @Override
  void close();
}
