package io.syncnorm.cli;

import com.fasterxml.jackson.databind.ObjectMapper;

/** An error response of {@link MlflowServer}. */
final class MlflowRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  final int code;

  MlflowRefusal(int code, String error, String message) {
    super(JSON.createObjectNode().put("error_code", error).put("message", message).toString());
    this.code = code;
  }

  static MlflowRefusal invalid(String message) {
    return new MlflowRefusal(400, "INVALID_PARAMETER_VALUE", message);
  }

  static MlflowRefusal missing(String message) {
    return new MlflowRefusal(404, "RESOURCE_DOES_NOT_EXIST", message);
  }
}
