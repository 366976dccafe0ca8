package dev.windlass.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.windlass.policy", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsNeitherServersNorRoutesNorModels = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.helidon..",
                    "dev.windlass.gateway..",
                    "dev.windlass.engine..",
                    "dev.windlass.onnx..",
                    "dev.windlass.model..",
                    "dev.windlass.server..");

    @ArchTest
    static final ArchRule hasNoCyclesOfPackages = slices().matching("dev.windlass.policy.(*)..")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true);
}
