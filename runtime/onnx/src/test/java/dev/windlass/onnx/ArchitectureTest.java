package dev.windlass.onnx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.windlass.onnx", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule keepsToItsSideOfTheBorder = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.helidon..",
                    "io.fabric8..",
                    "com.fasterxml.jackson..",
                    "dev.windlass.model..",
                    "dev.windlass.server..");

    @ArchTest
    static final ArchRule hasNoCyclesOfPackages =
            slices().matching("dev.windlass.(onnx.*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule graphsAreValuesWithoutNativeCalls = noClasses()
            .that()
            .resideInAPackage("..onnx.graph..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..onnx.ffi..");
}
