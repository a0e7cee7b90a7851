package fabwafer.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md, against the classes the program is made of. */
class ArchitectureTest {
  /** Module → the modules it may know. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.of(
          "wafer", Set.of(),
          "parquet", Set.of("wafer"),
          "protocol", Set.of("wafer"),
          "classifier", Set.of("wafer"),
          "training", Set.of("classifier", "wafer"),
          "agent", Set.of("classifier", "protocol", "wafer"),
          "hub", Set.of("classifier", "protocol", "wafer"),
          "app", Set.of("agent", "hub", "training", "classifier", "protocol", "parquet", "wafer"));

  /** Classes that must be among those read, so that a rule cannot pass for want of input. */
  private static final List<String> KNOWN =
      List.of(
          "fabwafer.wafer.WaferMap",
          "fabwafer.parquet.ParquetDataset",
          "fabwafer.protocol.Topic",
          "fabwafer.classifier.Classifier",
          "fabwafer.training.Training",
          "fabwafer.agent.Agent",
          "fabwafer.hub.Hub",
          "fabwafer.app.Main");

  private static JavaClasses program;

  @BeforeAll
  static void read() {
    program =
        new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests())
            .importPackages("fabwafer");
  }

  @Test
  void everyModuleIsSeen() {
    assertThat(KNOWN).allSatisfy(name -> assertThat(program.contain(name)).as(name).isTrue());
  }

  @Test
  void modulesKnowOnlyWhatTheDesignAllows() {
    MAY_KNOW.forEach(
        (module, known) -> {
          List<String> others =
              MAY_KNOW.keySet().stream()
                  .filter(other -> !other.equals(module) && !known.contains(other))
                  .toList();
          for (String other : others) {
            check(
                noClasses()
                    .that()
                    .resideInAPackage("fabwafer." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("fabwafer." + other + "..")
                    .because("docs/architecture.md: " + module + " may know " + known));
          }
        });
  }

  @Test
  void packagesFormNoCycle() {
    check(slices().matching("fabwafer.(*)..").should().beFreeOfCycles());
    check(
        slices()
            .matching("fabwafer.wafer.(*)..")
            .should()
            .beFreeOfCycles()
            .because("formats build on the domain, not on each other in a ring"));
  }

  @Test
  void theDomainDependsOnTheJdkAlone() {
    check(
        classes()
            .that()
            .resideInAPackage("fabwafer.wafer..")
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage("fabwafer.wafer..", "java..", "javax..", "org.jspecify..")));
  }

  @Test
  void onlyTheCommandLineWritesToTheConsole() {
    check(
        noClasses()
            .that(not(resideInAPackage("fabwafer.app..")))
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("a service logs; what a person asked for is printed by the command they ran"));
  }

  @Test
  void onlyTheCommandLineEndsTheProcess() {
    check(
        noClasses()
            .that(not(resideInAPackage("fabwafer.app..")))
            .should()
            .callMethod(System.class, "exit", int.class));
  }

  @Test
  void nothingIsAHelper() {
    check(
        noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .because("a class is named after what it is in the field"));
  }

  @Test
  void exceptionsThatLeaveTheirPackageAreUnchecked() {
    check(
        classes()
            .that()
            .areAssignableTo(Exception.class)
            .and()
            .arePublic()
            .should()
            .beAssignableTo(RuntimeException.class)
            .because("expected outcomes are sealed types, other failures unchecked"));
  }

  @Test
  void statesAreNotStatic() {
    check(
        fields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat(not(resideInAPackage("fabwafer.app..")))
            .and()
            .doNotHaveModifier(JavaModifier.SYNTHETIC)
            .should()
            .beFinal()
            .because("static mutable state makes two hubs in one process one"));
  }

  private static void check(ArchRule rule) {
    rule.check(program);
  }
}
