package io.syncnorm.onnx;

/**
 * An ONNX file that cannot be read, or a network that cannot be written as one. The message is the
 * reason, to follow the name of the file or network.
 */
public final class OnnxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OnnxException(String reason) {
    super(reason);
  }

  OnnxException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
