package io.syncnorm.dl4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/** Stores a record of every iteration, as DL4J's own listener for its user interface does. */
final class StoringListener extends BaseTrainingListener implements RoutingIterationListener {
  private static final long serialVersionUID = 1;
  private transient StatsStorageRouter router;
  private String workerId = "";
  private String sessionId = "session";

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    router.putUpdate(new Note(workerId, iteration));
  }

  @Override
  public void setStorageRouter(StatsStorageRouter to) {
    router = to;
  }

  @Override
  public StatsStorageRouter getStorageRouter() {
    return router;
  }

  @Override
  public void setWorkerID(String id) {
    workerId = id;
  }

  @Override
  public String getWorkerID() {
    return workerId;
  }

  @Override
  public void setSessionID(String id) {
    sessionId = id;
  }

  @Override
  public String getSessionID() {
    return sessionId;
  }

  @Override
  public StoringListener clone() {
    return new StoringListener();
  }

  /** A record with the iteration in the place of the time. */
  static final class Note implements Persistable {
    private static final long serialVersionUID = 1;
    private String worker = "";
    private long iteration;

    Note() {}

    Note(String worker, long iteration) {
      this.worker = worker;
      this.iteration = iteration;
    }

    @Override
    public String getSessionID() {
      return "session";
    }

    @Override
    public String getTypeID() {
      return "note";
    }

    @Override
    public String getWorkerID() {
      return worker;
    }

    @Override
    public long getTimeStamp() {
      return iteration;
    }

    @Override
    public int encodingLengthBytes() {
      return encode().length;
    }

    @Override
    public byte[] encode() {
      return (iteration + " " + worker).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void encode(ByteBuffer buffer) {
      buffer.put(encode());
    }

    @Override
    public void encode(OutputStream out) throws IOException {
      out.write(encode());
    }

    @Override
    public void decode(byte[] bytes) {
      String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ", 2);
      iteration = Long.parseLong(parts[0]);
      worker = parts[1];
    }

    @Override
    public void decode(ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      decode(bytes);
    }

    @Override
    public void decode(InputStream in) throws IOException {
      decode(in.readAllBytes());
    }
  }
}
