package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SituationsTest {
    @Test
    void eachHasATest() {
        Set<Situation> played = Stream.of(PbsTest.class, PbsFailureTest.class, PbsBugsTest.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .flatMap(SituationsTest::situations)
                .collect(Collectors.toSet());

        assertThat(played).containsExactlyInAnyOrder(Situation.values());
    }

    private static Stream<Situation> situations(Method method) {
        Scenario scenario = method.getAnnotation(Scenario.class);
        return scenario == null ? Stream.empty() : Arrays.stream(scenario.value());
    }
}
