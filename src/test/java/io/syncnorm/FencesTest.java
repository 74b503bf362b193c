package io.syncnorm;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.Sent;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.AbstractJavaRDDLike;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of packages in the README, as rules. */
class FencesTest {
  private static final String ROOT = "io.syncnorm.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.syncnorm");

  /** Methods of RDDs that shuffle, keep or bring home their rows. */
  private static final String SERIALIZING =
      "(re)?partition(By|AndSort.*)?|.*ByKey.*|(co)?group.*|.*[jJ]oin|sort.*|distinct|subtract.*|intersection|persist|cache|.*[cC]heckpoint|collect.*|take.*|first|top|max|min|reduce|fold|tree.*|aggregate.*|toLocalIterator|lookup";

  /** Package, and what it may import of ours. Leaves import nothing. */
  static Stream<Arguments> imports() {
    List<String> computing = List.of("config", "files", "data", "nn", "comm");
    return Stream.of(
        Arguments.of("config", List.of()),
        Arguments.of("files", List.of()),
        Arguments.of("data", List.of("files")),
        Arguments.of("nn", List.of()),
        Arguments.of("comm", List.of()),
        Arguments.of("report", List.of()),
        Arguments.of("train", List.of("nn", "comm", "data", "config")),
        Arguments.of("checkpoint", List.of("train", "files", "config")),
        Arguments.of("spark", with(computing, "train")),
        Arguments.of("dl4j", List.of("config", "data", "nn", "comm", "spark", "train")),
        Arguments.of("ml", with(computing, "spark", "train", "checkpoint")),
        Arguments.of(
            "experiment",
            List.of(
                "config", "files", "data", "nn", "report", "train", "checkpoint", "spark", "dl4j")),
        Arguments.of("tracking", List.of("experiment", "report", "config", "train")));
  }

  /** Outside library, and the packages that may use it. */
  static Stream<Arguments> libraries() {
    return Stream.of(
        Arguments.of("com.typesafe.config..", List.of("config")),
        Arguments.of("org.apache.hadoop.fs..", List.of("files")),
        Arguments.of("dev.ludovic.netlib..", List.of("nn")),
        Arguments.of("org.bytedeco..", List.of("nn", "dl4j.file")),
        Arguments.of("java.nio.channels..", List.of("comm", "files")),
        Arguments.of("org.knowm.xchart..", List.of("report.plot")),
        Arguments.of("org.apache.xmlgraphics..", List.of("report.plot")),
        Arguments.of("com.fasterxml.jackson..", List.of("report")),
        Arguments.of(
            "org.apache.spark..", List.of("spark", "dl4j", "ml", "experiment", "tracking", "cli")),
        Arguments.of("com.esotericsoftware.kryo..", List.of("spark")),
        Arguments.of("com.codahale.metrics..", List.of("tracking")),
        Arguments.of("scala..", List.of("spark", "ml", "tracking")),
        Arguments.of("org.nd4j..", List.of("dl4j")),
        Arguments.of("org.deeplearning4j..", List.of("dl4j")),
        Arguments.of("org.apache.commons.math3..", List.of("report")),
        Arguments.of("org.mlflow..", List.of("tracking")),
        Arguments.of("picocli..", List.of("cli")),
        Arguments.of("me.tongfei..", List.of("cli")));
  }

  @ParameterizedTest
  @MethodSource("imports")
  void shouldImportOfOursOnlyWhatTheTableSays(String name, List<String> allowed) {
    String[] forbidden =
        Stream.of(
                "config",
                "files",
                "data",
                "nn",
                "comm",
                "report",
                "train",
                "checkpoint",
                "spark",
                "dl4j",
                "ml",
                "experiment",
                "tracking",
                "cli")
            .filter(other -> !other.equals(name) && !allowed.contains(other))
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void shouldUseEachLibraryOnlyWhereTheTablePutsIt(String library, List<String> owners) {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            owners.stream().map(owner -> ROOT + owner + "..").toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  /**
   * But its settings, which Spark has and {@code files} alone understands; and what ends a process
   * or names its user.
   */
  @Test
  void shouldLeaveHadoopToFiles() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "files..", ROOT + "cli.process..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.apache.hadoop..").and(not(type(Configuration.class))))
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackages(
            Stream.of("files", "data", "checkpoint", "spark", "experiment", "ml", "cli")
                .map(passing -> ROOT + passing + "..")
                .toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Configuration.class)
        .check(CLASSES);
  }

  /** Records know no plots, and plots no pages; programs that run nothing need records alone. */
  @ParameterizedTest
  @CsvSource({
    "report, io.syncnorm.report.plot",
    "report, io.syncnorm.report.html",
    "report.plot, io.syncnorm.report.html",
    "report.plot, com.fasterxml.jackson..",
    "report.plot, org.apache.commons.math3..",
    "report.html, com.fasterxml.jackson..",
    "report.html, org.apache.commons.math3..",
    "tracking, io.syncnorm.report.plot",
    "tracking, io.syncnorm.report.html",
    "cli, io.syncnorm.report.plot",
    "cli, io.syncnorm.report.html"
  })
  void shouldBuildPagesOnPlotsAndPlotsOnRecords(String name, String forbidden) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + name)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(forbidden)
        .check(CLASSES);
  }

  /** DL4J's layers know no Spark, and files no fit; who converts and trains knows no files. */
  @ParameterizedTest
  @CsvSource({
    "dl4j, io.syncnorm.dl4j.file",
    "dl4j.fused, io.syncnorm.dl4j",
    "dl4j.fused, io.syncnorm.dl4j.file",
    "dl4j.file, io.syncnorm.spark..",
    "dl4j.file, io.syncnorm.comm..",
    "dl4j.file, org.apache.spark..",
    "dl4j.layer, io.syncnorm.dl4j",
    "dl4j.layer, io.syncnorm.dl4j.fused",
    "dl4j.layer, io.syncnorm.dl4j.file",
    "dl4j.layer, io.syncnorm.spark..",
    "dl4j.layer, io.syncnorm.comm..",
    "dl4j.layer, org.apache.spark.."
  })
  void shouldKeepLayersFromSparkAndFilesFromFits(String name, String forbidden) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + name)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(forbidden)
        .check(CLASSES);
  }

  /** LGPL, or old copies of which the job jar holds a part or nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.sun.jna..",
        "oshi..",
        "de.erichseifert..",
        "freemarker..",
        "it.unimi.dsi..",
        "org.nd4j.shade.guava..",
        "org.nd4j.shade.protobuf..",
        "org.nd4j.shade.wstx..",
        "org.nd4j.shade.yaml.."
      })
  void shouldUseNothingThatTheJobJarLeavesOut(String library) {
    noClasses().should().dependOnClassesThat().resideInAPackage(library).check(CLASSES);
  }

  @Test
  void shouldHaveNoCycles() {
    slices().matching("io.syncnorm.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldPrintAndExitOnlyInTheCommands() {
    ArchRule exit =
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "cli..")
            .should()
            .callMethod(System.class, "exit", int.class);
    ArchRule out =
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "cli..")
            .should()
            .accessField(System.class, "out");
    ArchRule err =
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "cli..")
            .should()
            .accessField(System.class, "err");
    Stream.of(exit, out, err).forEach(rule -> rule.check(CLASSES));
  }

  @Test
  void shouldNotMeetSparkInsideItsLoop() {
    noClasses()
        .should()
        .callMethod(org.apache.spark.BarrierTaskContext.class, "barrier")
        .because("it polls once a second")
        .check(CLASSES);
    noClasses()
        .should()
        .callMethod(org.apache.spark.BarrierTaskContext.class, "allGather", String.class)
        .because("it polls once a second")
        .check(CLASSES);
  }

  /** What goes through {@code spark.serializer} is a packet, a number or a string. */
  @Test
  void shouldHandSparkPacketsAlone() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Sent.class.getName())
        .should()
        .callMethodWhere(callTo("broadcast", JavaSparkContext.class, SparkContext.class))
        .because("Kryo cannot make a record: send it as Sent")
        .check(CLASSES);
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(BarrierPartitions.class.getName())
        .and()
        .haveSimpleNameNotContaining("PackedCache") // whose rows are packets too
        .should()
        .callMethodWhere(callTo(SERIALIZING, AbstractJavaRDDLike.class, RDD.class))
        .because("Kryo cannot make a record: wrap it in a Packet")
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaMethodCall> callTo(String names, Class<?>... owners) {
    Pattern pattern = Pattern.compile(names);
    return DescribedPredicate.describe(
        "call to %s of %s".formatted(names, Arrays.toString(owners)),
        call ->
            pattern.matcher(call.getName()).matches()
                && Arrays.stream(owners)
                    .anyMatch(owner -> call.getTargetOwner().isAssignableTo(owner)));
  }

  @Test
  void shouldMakePathsOfTextsInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "files..")
        .should()
        .callConstructor(org.apache.hadoop.fs.Path.class, String.class)
        .orShould()
        .callConstructor(org.apache.hadoop.fs.Path.class, URI.class)
        .orShould()
        .callMethod(URI.class, "create", String.class)
        .orShould()
        .callConstructor(URI.class, String.class)
        .orShould()
        .callMethod(Path.class, "of", URI.class)
        .orShould()
        .callMethod(Path.class, "of", String.class, String[].class)
        .orShould()
        .callMethod(Path.class, "toUri")
        .orShould()
        .callMethod(Paths.class, "get", URI.class)
        .orShould()
        .callMethod(Paths.class, "get", String.class, String[].class)
        .because("names are not URIs, nor addresses names: io.syncnorm.files.Location says which")
        .check(CLASSES);
  }

  private static List<String> with(List<String> leaves, String... more) {
    List<String> all = new ArrayList<>(leaves);
    all.addAll(Arrays.asList(more));
    return all;
  }
}
