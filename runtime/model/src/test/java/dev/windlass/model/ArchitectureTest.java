package dev.windlass.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.windlass.model", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule keepsToItsSideOfTheBorder = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.helidon..", "io.fabric8..", "dev.windlass.onnx.ffi..", "dev.windlass.server..");

    @ArchTest
    static final ArchRule hasNoCyclesOfPackages =
            slices().matching("dev.windlass.(model.*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule describesFamiliesWithoutOperatorsOrFiles = noClasses()
            .that()
            .resideInAPackage("..model.family..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net..", "..model.graph..");
}
