package turso.r2dbc.codec;

import io.r2dbc.spi.Blob;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StorageClass;

/** Bytes in all their Java shapes. A text's bytes are its UTF-8 encoding, as in SQLite's CAST. */
final class BinaryConversions {

    private final boolean strict;

    BinaryConversions(boolean strict) {
        this.strict = strict;
    }

    List<Conversion<?>> all() {
        return List.of(
                new Conversion<>(byte[].class, value -> value, this::toBytes),
                new Conversion<>(ByteBuffer.class, BinaryConversions::encode, this::toByteBuffer),
                new Conversion<>(Blob.class, BinaryConversions::refuse, this::toBlob));
    }

    private static byte[] encode(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(value.position(), bytes);
        return bytes;
    }

    private static Object refuse(Blob value) {
        throw new IllegalArgumentException("A Blob is a stream: it must be collected before it can be encoded");
    }

    private byte @Nullable [] toBytes(RowReader row, int column, DeclaredType type) {
        return bytes(row, column, type, byte[].class);
    }

    private @Nullable ByteBuffer toByteBuffer(RowReader row, int column, DeclaredType type) {
        byte[] bytes = bytes(row, column, type, ByteBuffer.class);
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private @Nullable Blob toBlob(RowReader row, int column, DeclaredType type) {
        byte[] bytes = bytes(row, column, type, Blob.class);
        return bytes == null ? null : new MaterializedBlob(bytes);
    }

    private byte @Nullable [] bytes(RowReader row, int column, DeclaredType type, Class<?> target) {
        if (this.strict) {
            StorageClass storageClass = row.storageClass(column);
            if (storageClass != StorageClass.BLOB && storageClass != StorageClass.NULL) {
                throw ConversionFailure.of(row, column, type, target, storageClass + " is no blob (strictTypes)");
            }
        }
        return row.blob(column);
    }
}
