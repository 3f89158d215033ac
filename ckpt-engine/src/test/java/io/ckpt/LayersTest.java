package io.ckpt;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The layers of the engine as data: a package may use those in lower rows only, so the packages of one row do not know
 * each other. A new package enters with its place here.
 */
class LayersTest {
    private static final List<List<String>> LAYERS = List.of(
            List.of("cli"),
            List.of("daemon"),
            List.of("service"),
            List.of("job"),
            List.of("checkpoint", "restart"),
            List.of("registry"),
            List.of(
                    "kind.file",
                    "kind.memory",
                    "kind.process",
                    "kind.thread",
                    "kind.ipc",
                    "kind.net",
                    "kind.namespace"),
            List.of("kind"),
            List.of("memory", "place", "fence"),
            List.of("freeze", "store", "access", "scheduler"),
            List.of("plan", "image", "jna"),
            List.of("procfs"),
            List.of("kernel", "fault", "progress"));

    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/proto/") && !location.contains("ckpt-proto"))
            .importPackages("io.ckpt");

    /** The command line has one door to the engine. */
    private static final String DOOR = "io.ckpt.cli.Connection";

    @Test
    void everyPackageHasItsLayer() {
        Set<String> packages = ENGINE.stream().map(LayersTest::packageOf).collect(Collectors.toSet());

        assertThat(packages).contains("cli", "job", "kind.file", "kernel");
        assertThat(packages).filteredOn(name -> row(name) < 0).isEmpty();
    }

    @Test
    void importsGoDownOnly() {
        List<String> upward = ENGINE.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(LayersTest::staysInside)
                .filter(use -> row(packageOf(use.getTargetClass())) <= row(packageOf(use.getOriginClass())))
                .map(Dependency::getDescription)
                .toList();

        assertThat(upward).isEmpty();
    }

    private static boolean staysInside(Dependency use) {
        return row(packageOf(use.getTargetClass())) >= 0
                && !packageOf(use.getTargetClass()).equals(packageOf(use.getOriginClass()));
    }

    @Test
    void onlyJnaKnowsNativeCodeAndOnlyThePortsKnowJna() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.ckpt.jna")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(ENGINE);
        noClasses()
                .that()
                .resideOutsideOfPackages("io.ckpt.jna", "io.ckpt.freeze")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.ckpt.jna")
                .check(ENGINE);
    }

    @Test
    void apiMessagesStopAtTheService() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.ckpt.service", "io.ckpt.cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.ckpt.v1")
                .check(ENGINE);
    }

    @Test
    void theCommandLineHasOneDoorToTheEngine() {
        classes()
                .that()
                .resideInAPackage("io.ckpt.cli")
                .and()
                .doNotHaveFullyQualifiedName(DOOR)
                .should()
                .onlyDependOnClassesThat(outsideTheEngineOr("cli", "fault", "plan", "scheduler"))
                .check(ENGINE);
        classes()
                .that()
                .haveFullyQualifiedName(DOOR)
                .should()
                .onlyDependOnClassesThat(outsideTheEngineOr("cli", "fault", "daemon"))
                .check(ENGINE);
    }

    private static DescribedPredicate<JavaClass> outsideTheEngineOr(String... packages) {
        return DescribedPredicate.describe(
                "lie outside the engine or in " + List.of(packages),
                type -> row(packageOf(type)) < 0 || List.of(packages).contains(packageOf(type)));
    }

    @Test
    void planAndProcfsDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAnyPackage("io.ckpt.plan", "io.ckpt.procfs", "io.ckpt.kernel")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..")
                .check(ENGINE);
        noClasses()
                .that()
                .resideInAnyPackage("io.ckpt.plan", "io.ckpt.procfs", "io.ckpt.kernel")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.(File|Random|Process).*")
                .check(ENGINE);
    }

    private static String packageOf(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        return name.startsWith("io.ckpt.") ? name.substring("io.ckpt.".length()) : "";
    }

    /** Row in the table, counted from the top; -1 for what is none of the engine's packages. */
    private static int row(String name) {
        return IntStream.range(0, LAYERS.size())
                .filter(row -> LAYERS.get(row).contains(name))
                .findFirst()
                .orElse(-1);
    }
}
