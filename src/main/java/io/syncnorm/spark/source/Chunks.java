package io.syncnorm.spark.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;

/**
 * A partition as arrays of at most 64 KB, in which Spark can keep any number of large blocks.
 * Spark's own stream of Java objects refers to the last hundred objects that it has written or
 * read: blocks of 4 MB would fill 400 MB. Both of Spark's serializers know arrays of bytes.
 */
public final class Chunks {
  private static final int CHUNK_BYTES = 1 << 16;

  private Chunks() {}

  /** Writes a partition, each block when its chunks are asked for. */
  public static <T extends Serializable> Iterator<byte[]> of(Iterator<T> partition) {
    return new Writer(partition);
  }

  /** Reads a partition of blocks of type {@code T}, each block when it is asked for. */
  public static <T extends Serializable> Iterator<T> read(Iterator<byte[]> chunks) {
    return new Reader<>(chunks);
  }

  private static final class Writer extends OutputStream implements Iterator<byte[]> {
    private final Iterator<? extends Serializable> partition;
    private final Queue<byte[]> full = new ArrayDeque<>();
    private byte[] chunk = new byte[CHUNK_BYTES];
    private int filled;
    private ObjectOutputStream out;
    private boolean hasEnded;

    Writer(Iterator<? extends Serializable> partition) {
      this.partition = partition;
    }

    @Override
    public boolean hasNext() {
      try {
        while (full.isEmpty() && !hasEnded) {
          writeNext();
        }
        return !full.isEmpty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void writeNext() throws IOException {
      if (out == null) {
        out = new ObjectOutputStream(this);
      }
      if (partition.hasNext()) {
        out.reset(); // forgets the last block; the stream ends with a block
        out.writeObject(partition.next());
        return;
      }
      hasEnded = true;
      out.flush();
      if (filled > 0) {
        full.add(Arrays.copyOf(chunk, filled));
      }
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the partition has been written");
      }
      return full.remove();
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int size) {
      int end = from + size;
      for (int at = from; at < end; ) {
        int count = Math.min(end - at, CHUNK_BYTES - filled);
        System.arraycopy(bytes, at, chunk, filled, count);
        at += count;
        filled += count;
        if (filled == CHUNK_BYTES) {
          full.add(chunk);
          chunk = new byte[CHUNK_BYTES];
          filled = 0;
        }
      }
    }
  }

  private static final class Reader<T> implements Iterator<T> {
    private final Joined bytes;
    private ObjectInputStream in;

    Reader(Iterator<byte[]> chunks) {
      this.bytes = new Joined(chunks);
    }

    @Override
    public boolean hasNext() {
      return bytes.hasMore();
    }

    @Override
    @SuppressWarnings("unchecked") // the writer's type
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the partition has been read");
      }
      try {
        if (in == null) {
          in = new TaskObjects(bytes);
        }
        return (T) in.readObject();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("Spark keeps rows of a class that it cannot load", e);
      }
    }
  }

  /** The bytes of all chunks. */
  private static final class Joined extends InputStream {
    private final Iterator<byte[]> chunks;
    private ByteArrayInputStream chunk = new ByteArrayInputStream(new byte[0]);

    Joined(Iterator<byte[]> chunks) {
      this.chunks = chunks;
    }

    @Override
    public int read() {
      return hasMore() ? chunk.read() : -1;
    }

    @Override
    public int read(byte[] into, int from, int size) {
      return size == 0 ? 0 : hasMore() ? chunk.read(into, from, size) : -1;
    }

    private boolean hasMore() {
      while (chunk.available() == 0 && chunks.hasNext()) {
        chunk = new ByteArrayInputStream(chunks.next());
      }
      return chunk.available() > 0;
    }
  }

  /** Finds classes where Spark's tasks find them: those of a job jar have a loader of their own. */
  private static final class TaskObjects extends ObjectInputStream {
    TaskObjects(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(
            described.getName(), false, Thread.currentThread().getContextClassLoader());
      } catch (ClassNotFoundException e) {
        return super.resolveClass(described); // such as that of a primitive type
      }
    }
  }
}
