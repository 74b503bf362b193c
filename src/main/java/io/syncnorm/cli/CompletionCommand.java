package io.syncnorm.cli;

import io.syncnorm.cli.process.StandardOutput;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = {
      "Prints a script with which bash and zsh complete commands and options:",
      "source <(submit/local.sh completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  /** Bash asks for the last part of the path that is typed. */
  private static final String FOR_THE_SCRIPT =
      "\ncomplete -F _complete_syncnorm -o default local.sh\n";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    String script = AutoComplete.bash("syncnorm", spec.root().commandLine());
    StandardOutput.printText(script + FOR_THE_SCRIPT);
    return ExitCode.DONE.code();
  }
}
