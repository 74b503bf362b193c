package io.syncnorm;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.table.Standardization;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.AbstractJavaRDDLike;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that each package imports what is in {@link PackageTable}, and rules for all of them. */
class FencesTest {
  private static final String ROOT = "io.syncnorm.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.syncnorm");

  private static final int MOST_TYPES = 25;

  /** Methods of RDDs that shuffle, persist or collect their rows. */
  private static final String SERIALIZING =
      "(re)?partition(By|AndSort.*)?|.*ByKey.*|(co)?group.*|.*[jJ]oin|sort.*|distinct|subtract.*|intersection|persist|cache|.*[cC]heckpoint|collect.*|take.*|first|top|max|min|reduce|fold|tree.*|aggregate.*|toLocalIterator|lookup";

  @ParameterizedTest
  @MethodSource("io.syncnorm.PackageTable#imports")
  void shouldImportOnlyThePackagesInTheTable(String name, Set<String> imported) {
    assertEquals(
        new TreeSet<>(imported),
        packages(
            CLASSES.stream()
                .filter(own -> own.getPackageName().equals(ROOT + name))
                .flatMap(own -> own.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(used -> !used.getPackageName().equals(ROOT + name))));
  }

  @Test
  void shouldListEveryPackageInTheTable() {
    assertEquals(
        PackageTable.imports()
            .map(row -> (String) row.get()[0])
            .collect(toCollection(TreeSet::new)),
        packages(CLASSES.stream()));
  }

  @ParameterizedTest
  @MethodSource("io.syncnorm.PackageTable#libraries")
  void shouldUseEachLibraryOnlyInItsPackages(String library, Set<String> owners) {
    DescribedPredicate<JavaClass> ofLibrary = resideInAPackage(library); // compiles a pattern
    assertEquals(
        new TreeSet<>(owners),
        packages(
            CLASSES.stream()
                .flatMap(own -> own.getDirectDependenciesFromSelf().stream())
                .filter(
                    dependency ->
                        ofLibrary.test(dependency.getTargetClass().getBaseComponentType()))
                .map(Dependency::getOriginClass)));
  }

  /** Returns the packages of SyncNorm, without their common prefix. */
  private static Set<String> packages(Stream<JavaClass> classes) {
    return classes
        .map(JavaClass::getPackageName)
        .filter(name -> name.startsWith(ROOT))
        .map(name -> name.substring(ROOT.length()))
        .collect(toCollection(TreeSet::new));
  }

  /**
   * Exceptions are Hadoop's configuration, which Spark provides and only {@code files} interprets,
   * and classes that stop a process or name its user.
   */
  @Test
  void shouldUseHadoopOnlyInFiles() {
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

  /**
   * Libraries under the LGPL, and old copies of which the job jar contains only a part or nothing.
   */
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
  void shouldNotUseLibrariesThatTheJobJarOmits(String library) {
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
  void shouldNotCallSparkBarriersInTheTrainingLoop() {
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

  /** A reader holds about as many files of one folder in mind. */
  @Test
  void shouldHaveNoLargePackages() {
    Map<String, Long> types =
        CLASSES.stream()
            .filter(JavaClass::isTopLevelClass)
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    types.values().removeIf(count -> count <= MOST_TYPES);
    assertEquals(Map.of(), types);
  }

  /** Only packets, numbers and strings are serialized with {@code spark.serializer}. */
  @Test
  void shouldSendOnlyPacketsThroughSpark() {
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
        .haveSimpleNameNotContaining("PackedCache") // its rows are packets
        .and()
        .doNotHaveFullyQualifiedName(PackedData.class.getName()) // it keeps arrays of bytes
        .and()
        .doNotHaveFullyQualifiedName(Standardization.class.getName()) // its rows are packets
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
  void shouldConvertTextToPathsInOnePlace() {
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
}
