package turso.r2dbc.packaging;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the part of JSON that metadata is written in: objects as Map, arrays as List, strings as String. Everything else
 * is an error.
 */
final class Json {

    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:([{}\\[\\]:,])|\"((?:[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/])*)\")");

    private final Matcher tokens;

    private final String text;

    private int position;

    private Json(String text) {
        this.text = text.stripTrailing();
        this.tokens = TOKEN.matcher(this.text);
    }

    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        if (json.position != json.text.length()) {
            throw json.error("the end");
        }
        return value;
    }

    private Object value() {
        if (accept("{")) {
            return object();
        }
        return accept("[") ? array() : string();
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        if (accept("}")) {
            return members;
        }
        do {
            String name = string();
            expect(":");
            if (members.put(name, value()) != null) {
                throw error("another name than " + name);
            }
        } while (accept(","));
        expect("}");
        return members;
    }

    private List<Object> array() {
        List<Object> elements = new ArrayList<>();
        if (accept("]")) {
            return elements;
        }
        do {
            elements.add(value());
        } while (accept(","));
        expect("]");
        return elements;
    }

    private String string() {
        if (!next() || this.tokens.group(2) == null) {
            throw error("a string");
        }
        this.position = this.tokens.end();
        return this.tokens.group(2).replaceAll("\\\\(.)", "$1");
    }

    private boolean accept(String mark) {
        boolean there = next() && mark.equals(this.tokens.group(1));
        if (there) {
            this.position = this.tokens.end();
        }
        return there;
    }

    private void expect(String mark) {
        if (!accept(mark)) {
            throw error("'" + mark + "'");
        }
    }

    private boolean next() {
        return this.tokens.region(this.position, this.text.length()).lookingAt();
    }

    private IllegalArgumentException error(String expected) {
        return new IllegalArgumentException("Expected " + expected + " at " + this.position + " of " + this.text);
    }
}
