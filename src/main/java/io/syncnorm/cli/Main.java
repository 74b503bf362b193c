package io.syncnorm.cli;

/** Entry point of the job jar. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.err.println("syncnorm");
  }
}
