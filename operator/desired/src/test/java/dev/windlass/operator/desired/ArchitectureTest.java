package dev.windlass.operator.desired;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.fabric8.kubernetes.client.CustomResource;

@AnalyzeClasses(packages = "dev.windlass.operator.desired", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule importsNoClient = noClasses()
            .should()
            .dependOnClassesThat(not(resideInAnyPackage(
                                    "dev.windlass.operator.desired",
                                    "dev.windlass.api",
                                    "io.fabric8.kubernetes.api..",
                                    "io.fabric8.kubernetes.model.annotation",
                                    "com.fasterxml.jackson..",
                                    "java.lang..",
                                    "java.util..",
                                    "java.math",
                                    "java.time",
                                    // InstallationFile reads one.
                                    "java.io",
                                    "java.nio.file",
                                    "org.jspecify.annotations",
                                    "")
                            // What a kind extends that fabric8 has no class of.
                            .or(equivalentTo(CustomResource.class)))
                    .as("belong to anything but values"));

    @ArchTest
    static final ArchRule hasNoClockThreadOrChance = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.time\\.(Clock|InstantSource|Instant)|java\\.util\\.concurrent\\..*"
                    + "|java\\.util\\.(Random|Timer|TimerTask|UUID)|java\\.lang\\.(Thread|System|Process.*|Runtime)");
}
