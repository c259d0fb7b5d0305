package turso.r2dbc.spring.tests;

import org.springframework.data.annotation.Id;

/** A word that a document is found by. */
record Label(@Id Key id, Integer weight) {

    /** Two columns, which are the key together. */
    record Key(Long document, String word) {}
}
