package io.ckpt.plan;

import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Program.Step;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A plan as text, in the manner of strace(1): {@code $pipe.3 = pipe2(d1:[8 bytes], O_CLOEXEC)}. Comments name the
 * objects that the words below them serve. Data that several words use has a number. Stable, so that it can be
 * compared.
 */
public final class PlanPrinter {
    private final Plan plan;
    private final IdentityHashMap<Data, String> labels = new IdentityHashMap<>();

    public PlanPrinter(Plan plan) {
        this.plan = plan;
        IdentityHashMap<Data, Integer> uses = new IdentityHashMap<>();
        plan.programs().forEach(program -> program.steps().forEach(step -> label(step.word(), uses)));
    }

    private void label(Word word, IdentityHashMap<Data, Integer> uses) {
        for (Operand operand : word.uses()) {
            if (operand instanceof Operand.Address address && uses.merge(address.data(), 1, Integer::sum) == 2) {
                labels.put(address.data(), "d" + (labels.size() + 1));
            }
        }
    }

    public static String print(Plan plan) {
        return new PlanPrinter(plan).print();
    }

    private String print() {
        StringBuilder out =
                new StringBuilder("hole 0x%x-0x%x\n".formatted(plan.holeStart(), plan.holeStart() + plan.holeLength()));
        plan.barriers().forEach(barrier -> out.append(text(barrier)).append('\n'));
        plan.programs().forEach(program -> append(out, program));
        return out.toString();
    }

    private static String text(Barrier barrier) {
        String tasks = barrier.tasks() == 1 ? "1 task" : barrier.tasks() + " tasks";
        return "barrier " + barrier.name() + ": " + tasks + (barrier.engine() ? " and the engine" : "");
    }

    private void append(StringBuilder out, Program program) {
        out.append('\n').append(program.name()).append(":\n");
        String origin = "";
        for (Step step : program.steps()) {
            if (!step.origin().equals(origin)) {
                origin = step.origin();
                out.append("    # ").append(origin).append('\n');
            }
            out.append("    ").append(line(step.word())).append('\n');
        }
    }

    private String line(Word word) {
        String result = word.defines().map(slot -> text(slot) + " = ").orElse("");
        return result + text(word) + (word instanceof Word.SystemCall call ? suffix(call.expect()) : "");
    }

    private static String suffix(Word.Expect expect) {
        return switch (expect.mode()) {
            case NOT_NEGATIVE -> "";
            case EQUALS -> " = " + expect.value();
            case ANYTHING -> " = ?";
        };
    }

    /** One word without its result: {@code eventfd2(5, EFD_NONBLOCK)}. */
    public String text(Word word) {
        if (word instanceof Word.SystemCall call) {
            return SystemCall.name(call.number()) + arguments(call.arguments());
        } else if (word instanceof Word.Load load) {
            return "load" + load.width() + arguments(load.uses());
        } else if (word instanceof Word.Store store) {
            return "store" + store.width() + arguments(store.uses());
        } else if (word instanceof Word.Fork fork) {
            return "fork(" + started(fork.child(), "pid", fork.pids()) + ")";
        } else if (word instanceof Word.StartThread thread) {
            return "thread(" + started(thread.child(), "tid", thread.tids()) + ")";
        } else if (word instanceof Word.Arrive arrive) {
            return "barrier(" + arrive.barrier().name() + ")";
        } else if (word instanceof Word.Await await) {
            return "await" + arguments(await.uses());
        }
        return word instanceof Word.Move ? "move()" : "park()";
    }

    private static String started(Program child, String kind, List<Integer> ids) {
        String numbers = ids.stream().map(String::valueOf).collect(Collectors.joining("/"));
        return "{" + child.name() + "}" + (numbers.isEmpty() ? "" : ", " + kind + "=" + numbers);
    }

    private String arguments(List<Operand> operands) {
        return operands.stream().map(this::text).collect(Collectors.joining(", ", "(", ")"));
    }

    private String text(Operand operand) {
        if (operand instanceof Operand.Immediate immediate) {
            return immediate.text();
        } else if (operand instanceof Operand.Address address) {
            return text(address);
        }
        return "$" + ((Slot) operand).name();
    }

    private String text(Operand.Address address) {
        String label = labels.get(address.data());
        if (address.offset() != 0) {
            return (label == null ? address.data().text() : label) + "+" + address.offset();
        }
        return (label == null ? "" : label + ":") + address.data().text();
    }
}
