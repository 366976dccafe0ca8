package dev.windlass.operator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.windlass", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PURE = {"..operator.rollout..", "..operator.scaling.."};

    @ArchTest
    static final ArchRule decidingKnowsOnlyValues = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(not(resideInAnyPackage(
                            "dev.windlass.operator.rollout",
                            "dev.windlass.operator.scaling",
                            "java.lang",
                            "java.lang.runtime",
                            "java.lang.invoke",
                            "java.lang.annotation",
                            "java.util",
                            "java.util.function",
                            "java.util.stream",
                            "java.time",
                            "java.time.zone",
                            "java.time.chrono",
                            "java.time.temporal",
                            "org.jspecify.annotations",
                            ""))
                    .as("belong to anything but values of the JDK"));

    @ArchTest
    static final ArchRule decidingHasNoClockThreadOrChance = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.time\\.(Clock|InstantSource)"
                    + "|java\\.util\\.(Random|Timer|TimerTask|UUID)|java\\.lang\\.(Thread|System|Process.*|Runtime)")
            .orShould()
            .callMethodWhere(readsTheTime());

    @ArchTest
    static final ArchRule hasNoCyclesOfPackages =
            slices().matching("dev.windlass.operator.(*)..").should().beFreeOfCycles();

    private static DescribedPredicate<JavaCall<?>> readsTheTime() {
        return DescribedPredicate.describe("the time is read", call -> {
            AccessTarget.CodeUnitCallTarget target = call.getTarget();
            return target.getOwner().getPackageName().startsWith("java.time")
                    && target.getName().equals("now");
        });
    }
}
