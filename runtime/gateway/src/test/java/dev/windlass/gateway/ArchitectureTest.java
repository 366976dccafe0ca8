package dev.windlass.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.windlass.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsRuntimesByTheirHttpOnly = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.windlass.engine..",
                    "dev.windlass.onnx..",
                    "dev.windlass.model..",
                    "dev.windlass.server..",
                    "dev.windlass.cli..",
                    "ai.onnxruntime..");

    @ArchTest
    static final ArchRule hasNoCyclesOfPackages =
            slices().matching("dev.windlass.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule decidesWithoutServersAndSockets = noClasses()
            .that()
            .resideInAnyPackage("..gateway.route..", "..gateway.balance..", "..gateway.measure..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.helidon..", "java.net..", "..gateway.proxy..", "..gateway.upstream..");
}
