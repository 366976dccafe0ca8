package dev.windlass.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.windlass.engine", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsNeitherHttpNorOnnxRuntimeNorKubernetes = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.helidon..",
                    "ai.onnxruntime..",
                    "io.fabric8..",
                    "io.javaoperatorsdk..",
                    "dev.windlass.onnx..",
                    "dev.windlass.model..",
                    "dev.windlass.server..");

    @ArchTest
    static final ArchRule hasNoCyclesOfPackages =
            slices().matching("dev.windlass.(engine.*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule decidesWithoutClockOrThread = noClasses()
            .that()
            .resideInAnyPackage("..engine.schedule..", "..engine.sample..", "..engine.run..", "..engine.grammar..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.concurrent.locks..", "java.time..", "java.net..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.Thread")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");
}
