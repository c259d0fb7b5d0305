CREATE TABLE IF NOT EXISTS person (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) < 1000),
    age INTEGER,
    active BOOLEAN,
    mood TEXT
);;

CREATE TABLE IF NOT EXISTS id_only (id INTEGER PRIMARY KEY);;

CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY,
    title TEXT UNIQUE,
    version INTEGER,
    author TEXT,
    created TIMESTAMP,
    modified TEXT
);;

CREATE TABLE IF NOT EXISTS everything (
    id INTEGER PRIMARY KEY,
    instant TIMESTAMP,
    instant_text TEXT,
    date DATE,
    date_text TEXT,
    time TIME,
    time_text TEXT,
    date_time TIMESTAMP,
    date_time_text TEXT,
    offset_date_time TIMESTAMP WITH TIME ZONE,
    offset_date_time_text TEXT,
    zoned_date_time TEXT,
    old_date TIMESTAMP,
    duration TEXT,
    uuid UUID,
    uuid_text TEXT,
    truth BOOLEAN,
    truth_number INTEGER,
    decimal DECIMAL(10, 2),
    decimal_text TEXT,
    big_integer TEXT,
    long_number BIGINT,
    int_number INTEGER,
    double_number REAL,
    bytes BLOB,
    buffer BLOB,
    mood TEXT,
    uri TEXT
);;

CREATE TABLE IF NOT EXISTS label (
    document INTEGER REFERENCES document (id),
    word TEXT,
    weight INTEGER,
    PRIMARY KEY (document, word)
);;

CREATE TABLE IF NOT EXISTS log (line TEXT);;

CREATE TRIGGER IF NOT EXISTS person_log AFTER DELETE ON person BEGIN
    INSERT INTO log VALUES ('gone: ' || old.name);
END;;
