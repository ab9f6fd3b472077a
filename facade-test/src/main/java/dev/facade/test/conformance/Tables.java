package dev.facade.test.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The tables of the suite, and what providers do not create. */
final class Tables {

    static final List<Class<?>> ENTITIES = List.of(
            Post.class,
            Comment.class,
            Permalink.class,
            User.class,
            Custom.class,
            CompositePk.class,
            CompositeChild.class,
            PostUserCompositePk.class,
            Tag.class,
            Order.class,
            Item.class,
            Product.class,
            Token.class,
            Quoted.class,
            Timestamps.class);

    private static final String KEY = "id BIGINT PRIMARY KEY";
    private static final String STAMPS = "inserted_at TIMESTAMP(6), updated_at TIMESTAMP(6)";

    /** By hand, so that the constraints have the names that Ecto would give them, whatever the provider. */
    private static final String[] CREATE = {
        "CREATE TABLE customs (bid UUID PRIMARY KEY, uuid UUID)",
        "CREATE UNIQUE INDEX customs_uuid_index ON customs (uuid)",
        "CREATE TABLE customs_customs ("
                + column("custom_id1", "UUID", "customs_customs_custom_id1_fkey", "customs (bid)") + ", "
                + column("custom_id2", "UUID", "customs_customs_custom_id2_fkey", "customs (bid)") + ")",
        "CREATE TABLE users (" + KEY + ", name VARCHAR(255), "
                + column("custom_id", "UUID", "users_custom_id_fkey", "customs (bid)") + ", " + STAMPS + ")",
        "CREATE TABLE posts (" + KEY + ", counter INTEGER, title VARCHAR(255), text VARCHAR(10000), blob "
                + "BLOB_TYPE, public BOOLEAN DEFAULT TRUE, cost NUMERIC(10, 1), visits INTEGER, intensity DOUBLE PRECISION, uuid UUID,"
                + " posted DATE, " + reference("author_id", "posts_author_id_fkey", "users") + ", " + STAMPS + ")",
        "CREATE UNIQUE INDEX posts_uuid_index ON posts (uuid)",
        "CREATE TABLE comments (" + KEY + ", text VARCHAR(100), lock_version INTEGER, "
                + reference("post_id", "comments_post_id_fkey", "posts") + ", "
                + reference("author_id", "comments_author_id_fkey", "users") + ")",
        "CREATE TABLE permalinks (" + KEY + ", uniform_resource_locator VARCHAR(255), title VARCHAR(255), "
                + reference("post_id", "permalinks_post_id_fkey", "posts") + ", "
                + reference("user_id", "permalinks_user_id_fkey", "users") + ")",
        "CREATE UNIQUE INDEX permalinks_uniform_resource_locator_index ON permalinks (uniform_resource_locator)",
        "CREATE TABLE posts_users (" + reference("post_id", "posts_users_post_id_fkey", "posts") + ", "
                + reference("user_id", "posts_users_user_id_fkey", "users") + ")",
        "CREATE TABLE posts_users_pk (" + reference("post_id", "posts_users_pk_post_id_fkey", "posts") + ", "
                + reference("user_id", "posts_users_pk_user_id_fkey", "users") + ")",
        "CREATE UNIQUE INDEX posts_users_pk_post_id_user_id_index ON posts_users_pk (post_id, user_id)",
        "CREATE TABLE posts_users_composite_pk ("
                + reference("user_id", "posts_users_composite_pk_user_id_fkey", "users") + ", "
                + reference("post_id", "posts_users_composite_pk_post_id_fkey", "posts") + ", " + STAMPS
                + ", PRIMARY KEY (user_id, post_id))",
        "CREATE TABLE posts_unique_users (" + reference("post_id", "posts_unique_users_post_id_fkey", "posts") + ", "
                + reference("user_id", "posts_unique_users_user_id_fkey", "users") + ")",
        "CREATE TABLE tokens (code VARCHAR(60) PRIMARY KEY, title VARCHAR(255))",
        "CREATE TABLE \"Quoted table\" (\"group\" INTEGER PRIMARY KEY, \"select\" VARCHAR(255), \"With blank\" INTEGER)",
        "CREATE TABLE composite_pk (a INTEGER, b INTEGER, name VARCHAR(255), PRIMARY KEY (a, b))",
        "CREATE TABLE composite_children (" + KEY + ", a INTEGER, b INTEGER, CONSTRAINT composite_children_a_b_fkey"
                + " FOREIGN KEY (a, b) REFERENCES composite_pk (a, b))",
        "CREATE TABLE tags (" + KEY + ", int_array INTEGER ARRAY)",
        "CREATE TABLE tags_ints (" + reference("tag_id", "tags_ints_tag_id_fkey", "tags")
                + ", place INTEGER, number INTEGER)",
        "CREATE TABLE tags_items (" + reference("tag_id", "tags_items_tag_id_fkey", "tags")
                + ", place INTEGER, reference VARCHAR(255), price INTEGER, valid_at DATE, buyer_id BIGINT)",
        "CREATE TABLE orders (" + KEY
                + ", label VARCHAR(255), reference VARCHAR(255), price INTEGER, valid_at DATE, buyer_id BIGINT, "
                + reference("permalink_id", "orders_permalink_id_fkey", "permalinks") + ")",
        "CREATE TABLE orders_items (" + reference("order_id", "orders_items_order_id_fkey", "orders")
                + ", place INTEGER, reference VARCHAR(255), price INTEGER, valid_at DATE, buyer_id BIGINT)",
        "CREATE TABLE products (" + KEY + ", name VARCHAR(255), price INTEGER, from_day INTEGER, to_day INTEGER,"
                + " stock INTEGER DEFAULT 10,"
                + " CONSTRAINT positive_price CHECK (price > 0))",
    };

    static String[] create(String database) {
        String bytes = database.equals("PostgreSQL") ? "BYTEA" : "VARBINARY(1000)";
        Stream<String> sequences = Stream.of(
                        "users", "posts", "comments", "permalinks", "tags", "orders", "products", "composite_children")
                .map(table -> "CREATE SEQUENCE " + table + "_id_seq START WITH 50 INCREMENT BY 50");
        return Stream.concat(sequences, Arrays.stream(CREATE).map(table -> table.replace("BLOB_TYPE", bytes)))
                .toArray(String[]::new);
    }

    private static String reference(String column, String key, String table) {
        return column(column, "BIGINT", key, table + " (id)");
    }

    private static String column(String column, String type, String key, String target) {
        return column + " " + type + " CONSTRAINT " + key + " REFERENCES " + target;
    }

    static final String[] EXCLUSION_CONSTRAINTS = {
        "ALTER TABLE products ADD CONSTRAINT cannot_overlap EXCLUDE USING gist (int4range(from_day, to_day) WITH &&)",
    };

    static final String[] TENANT = {
        "DROP SCHEMA IF EXISTS tenant CASCADE",
        "CREATE SCHEMA tenant",
        "CREATE TABLE tenant.posts AS SELECT * FROM posts WITH NO DATA",
        "ALTER TABLE tenant.posts ALTER COLUMN public SET DEFAULT TRUE",
        "CREATE TABLE tenant.comments AS SELECT * FROM comments WITH NO DATA",
        "CREATE TABLE tenant.permalinks AS SELECT * FROM permalinks WITH NO DATA",
        "CREATE SEQUENCE tenant.posts_id_seq START WITH 50 INCREMENT BY 50",
    };

    /** Referring tables first. */
    static final String[] EMPTY = List.of(
                    "orders_items",
                    "orders",
                    "tags_items",
                    "tags_ints",
                    "tags",
                    "products",
                    "posts_users_composite_pk",
                    "posts_users_pk",
                    "posts_unique_users",
                    "posts_users",
                    "permalinks",
                    "comments",
                    "posts",
                    "users",
                    "customs_customs",
                    "customs",
                    "composite_children",
                    "composite_pk",
                    "tokens",
                    "\"Quoted table\"")
            .stream()
            .map(table -> "DELETE FROM " + table)
            .toArray(String[]::new);

    private Tables() {}
}
