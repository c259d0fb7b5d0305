package turso.r2dbc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import turso.r2dbc.api.TursoCodec;

/** The user's own codecs. */
class CustomCodecTest {

    private static final Cells CELLS = new Cells();

    @AfterAll
    static void close() {
        CELLS.close();
    }

    interface Animal {
        String name();
    }

    record Cat(String name) implements Animal {}

    record Dog(String name) implements Animal {}

    /** A codec made of two functions. */
    private record Lambda<T>(Class<T> type, Function<T, @Nullable Object> encoder, Function<Object, T> decoder)
            implements TursoCodec<T> {

        @Override
        public @Nullable Object encode(T value) {
            return this.encoder.apply(value);
        }

        @Override
        public T decode(Object value) {
            return this.decoder.apply(value);
        }
    }

    private static final TursoCodec<Cat> CAT = new Lambda<>(
            Cat.class,
            cat -> "cat:" + cat.name(),
            value -> new Cat(value.toString().substring(4)));

    private static final TursoCodec<Animal> ANIMAL =
            new Lambda<>(Animal.class, animal -> "animal:" + animal.name(), value -> new Dog(value.toString()));

    private static Codecs of(TursoCodec<?>... codecs) {
        return Codecs.create(List.of(codecs), false);
    }

    private static <T> @Nullable T decode(Codecs codecs, String declaration, String expression, Class<T> target) {
        return CELLS.literal(declaration, expression, (row, type) -> codecs.decode(row, 0, type, target));
    }

    @Test
    void aTypeOfTheUserIsBoundAndRead() {
        Codecs codecs = of(CAT);

        assertThat(codecs.encode(new Cat("Mia"))).isEqualTo("cat:Mia");
        assertThat(codecs.canEncode(Cat.class)).isTrue();
        assertThat(codecs.canEncode(Dog.class)).isFalse();
        assertThat(decode(codecs, "TEXT", "'cat:Mia'", Cat.class)).isEqualTo(new Cat("Mia"));
        assertThat(decode(codecs, "TEXT", "NULL", Cat.class)).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codecs.encode(new Dog("Rex")))
                .withMessage(
                        "There is no codec for " + Dog.class.getName() + "; a TursoCodec can be registered for it");
    }

    @Test
    void aCodecForAnInterfaceEncodesEveryImplementation() {
        Codecs codecs = of(ANIMAL);

        assertThat(codecs.encode(new Cat("Mia"))).isEqualTo("animal:Mia");
        assertThat(codecs.encode(new Dog("Rex"))).isEqualTo("animal:Rex");
        assertThat(codecs.canEncode(Dog.class)).isTrue();
        assertThat(codecs.canEncode(Animal.class)).isTrue();
        assertThat(decode(codecs, "TEXT", "'Rex'", Animal.class)).isEqualTo(new Dog("Rex"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decode(codecs, "TEXT", "'Rex'", Dog.class))
                .withMessage("There is no codec that reads " + Dog.class.getName());
    }

    @Test
    void theFirstRegisteredWins() {
        assertThat(of(CAT, ANIMAL).encode(new Cat("Mia"))).isEqualTo("cat:Mia");
        assertThat(of(ANIMAL, CAT).encode(new Cat("Mia"))).isEqualTo("animal:Mia");
        TursoCodec<Cat> other = new Lambda<>(Cat.class, cat -> 1L, value -> new Cat("other"));
        assertThat(decode(of(CAT, other), "TEXT", "'cat:Mia'", Cat.class)).isEqualTo(new Cat("Mia"));
        assertThat(decode(of(other, CAT), "TEXT", "'cat:Mia'", Cat.class)).isEqualTo(new Cat("other"));
    }

    @Test
    void theUsersCodecWinsOverTheBuiltInOne() {
        Codecs codecs = of(
                new Lambda<>(String.class, value -> "<" + value + ">", value -> "[" + value + "]"),
                new Lambda<>(Long.class, value -> value + 1, value -> ((Long) value) - 1),
                new Lambda<>(Boolean.class, value -> value ? "Y" : "N", value -> value.equals("Y")));

        assertThat(codecs.encode("a")).isEqualTo("<a>");
        assertThat(codecs.encode(41L)).isEqualTo(42L);
        assertThat(codecs.encode(true)).isEqualTo("Y");
        assertThat(codecs.encode(7)).isEqualTo(7L);
        assertThat(decode(codecs, "TEXT", "'a'", String.class)).isEqualTo("[a]");
        assertThat(decode(codecs, "INTEGER", "42", Long.class)).isEqualTo(41L);
        assertThat(decode(codecs, "INTEGER", "42", long.class)).isEqualTo(41L);
        assertThat(decode(codecs, "TEXT", "'Y'", Boolean.class)).isTrue();
        assertThat(decode(codecs, "TEXT", "'Y'", boolean.class)).isTrue();
        assertThat(decode(codecs, "INTEGER", "42", Integer.class)).isEqualTo(42);
    }

    @Test
    void getWithoutAClassNeverUsesACodec() {
        Codecs codecs = of(new Lambda<>(String.class, value -> value, value -> "[" + value + "]"));

        assertThat(CELLS.<@Nullable Object>literal("TEXT", "'a'", (row, type) -> codecs.decode(row, 0, type)))
                .isEqualTo("a");
    }

    @Test
    void aCodecSeesTheValueAsItIsStored() {
        List<Object> seen = new ArrayList<>();
        Codecs codecs = of(new Lambda<>(Cat.class, cat -> null, value -> {
            seen.add(value);
            return new Cat("seen");
        }));
        for (String expression : List.of("5", "1.5", "'5'", "x'05'")) {
            decode(codecs, "", expression, Cat.class);
        }
        decode(codecs, "BOOLEAN", "1", Cat.class);

        assertThat(seen).hasSize(5);
        assertThat(seen.subList(0, 3)).containsExactly(5L, 1.5, "5");
        assertThat(seen.get(3)).isEqualTo(new byte[] {5});
        assertThat(seen.get(4)).isEqualTo(1L);
        assertThat(codecs.encode(new Cat("Mia"))).isNull();
    }

    @Test
    void smallerValuesOfACodecAreWidened() {
        assertThat(encodedAs(7)).isEqualTo(7L);
        assertThat(encodedAs((short) 7)).isEqualTo(7L);
        assertThat(encodedAs((byte) 7)).isEqualTo(7L);
        assertThat(encodedAs(7L)).isEqualTo(7L);
        assertThat(encodedAs(0.1f)).isEqualTo(0.1);
        assertThat(encodedAs(0.1)).isEqualTo(0.1);
        assertThat(encodedAs(Double.NaN)).isNull();
        assertThat(encodedAs(Float.NaN)).isNull();
        assertThat(encodedAs(true)).isEqualTo(1L);
        assertThat(encodedAs(false)).isEqualTo(0L);
        assertThat(encodedAs(new byte[] {1})).isEqualTo(new byte[] {1});
        assertThat(encodedAs("a")).isEqualTo("a");
    }

    private static @Nullable Object encodedAs(Object engineValue) {
        return of(new Lambda<>(Cat.class, cat -> engineValue, value -> new Cat("")))
                .encode(new Cat("Mia"));
    }

    @Test
    void whatTheEngineDoesNotTakeIsNamedTogetherWithTheCodec() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encodedAs('c'))
                .withMessage("Codec " + Lambda.class.getName() + " encoded a value of " + Cat.class.getName()
                        + " as java.lang.Character; the engine takes Long, Double, String, byte[] or null");
    }

    @Test
    void theErrorOfACodecBecomesTheCause() {
        IllegalStateException failure = new IllegalStateException("no cats today");
        Codecs codecs = of(new Lambda<>(
                Cat.class,
                cat -> {
                    throw failure;
                },
                value -> {
                    throw failure;
                }));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> codecs.encode(new Cat("Mia")))
                .withMessage("Codec " + Lambda.class.getName() + " cannot encode a value of " + Cat.class.getName()
                        + ": no cats today")
                .withCause(failure);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decode(codecs, "TEXT", "'Mia'", Cat.class))
                .withMessage("Column 'v' (index 0, declared TEXT): TEXT 'Mia' cannot be read as " + Cat.class.getName()
                        + ": codec " + Lambda.class.getName() + " says: no cats today")
                .withCause(failure);
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void aCodecThatGivesAnotherTypeIsCaught() {
        TursoCodec<Cat> liar = new Lambda<>(Cat.class, cat -> null, (Function) value -> "no cat");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> decode(of(liar), "TEXT", "'x'", Cat.class))
                .withCauseInstanceOf(ClassCastException.class);
    }

    @Test
    @SuppressWarnings("NullAway")
    void uselessCodecsAreRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(new Lambda<>(int.class, value -> value, value -> 1)))
                .withMessage(
                        "Codec " + Lambda.class.getName() + " must name a class or an interface as its type, not int");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(new Lambda<Integer>(null, value -> value, value -> 1)))
                .withMessageEndingWith("not null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codecs.create(null, false))
                .withMessage("The list of codecs must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codecs.create(Arrays.asList(CAT, null), false))
                .withMessage("A codec must not be null");
    }

    @Test
    void laterChangesOfTheListDoNotMatter() {
        List<TursoCodec<?>> codecs = new ArrayList<>(List.of(CAT));
        Codecs created = Codecs.create(codecs, false);
        codecs.clear();

        assertThat(created.encode(new Cat("Mia"))).isEqualTo("cat:Mia");
    }

    @Test
    void codecsAreFoundAsServices() {
        assertThat(Codecs.discovered()).hasAtLeastOneElementOfType(TemperatureCodec.class);
        Codecs codecs = Codecs.create(Codecs.discovered(), false);

        assertThat(codecs.encode(new TemperatureCodec.Temperature(21.5))).isEqualTo(21.5);
        assertThat(decode(codecs, "REAL", "-3", TemperatureCodec.Temperature.class))
                .isEqualTo(new TemperatureCodec.Temperature(-3));
    }

    @Test
    void discoveredCodecsCannotBeChanged() {
        List<TursoCodec<?>> found = Codecs.discovered();

        org.assertj.core.api.Assertions.assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(found::clear);
    }
}
