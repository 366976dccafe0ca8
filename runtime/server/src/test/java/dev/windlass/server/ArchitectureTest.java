package dev.windlass.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.windlass.server", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule keepsToItsSideOfTheBorder = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "ai.onnxruntime..", "dev.windlass.onnx.ffi..", "dev.windlass.cli..");

    @ArchTest
    static final ArchRule hasNoCyclesOfPackages =
            slices().matching("dev.windlass.(server.*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule answersRequestsWithoutKnowingHowModelsAreLoaded = noClasses()
            .that()
            .resideInAnyPackage("..server.openai..", "..server.encode..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.windlass.onnx..", "dev.windlass.model..");
}
