package io.ckpt.pbs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LayerTest {
    @Test
    void aPluginKnowsTheSchedulersPortAndFactsAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.slf4j..",
                        "com.google.gson..",
                        "io.ckpt.pbs",
                        "io.ckpt.scheduler",
                        "io.ckpt.fault",
                        "io.ckpt.kernel")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.ckpt.pbs"));
    }
}
